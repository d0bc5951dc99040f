/** Routes of the bot's own on the public port, over real HTTP, beside the server's own pages. */
import { describe, expect, it } from 'vitest';
import type { BotServer } from '../src/index.ts';
import { Scene } from './scene.test-kit.ts';

const LIMIT = 1_000;

async function open(setUp: (context: BotServer) => void) {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  const told: string[] = [];
  await scene.start({
    setUp(context) {
      context.server.on('error', ({ where, error }) => told.push(`${where} ${error.code}`));
      setUp(context);
    },
  });
  const ask = (path: string, init?: RequestInit) => scene.during(fetch(`${scene.url}${path}`, init), { pace: 1 });
  return { scene, told, ask };
}

describe('routes of the bot', () => {
  it('get the body as it came and answer as they like, by path and method, before and after the start', async () => {
    const { scene, told, ask } = await open(({ server }) => {
      server.route('POST /billing/:plan', async (request, { params }) =>
        Response.json(
          { plan: params.plan, bytes: Array.from(new Uint8Array(await request.arrayBuffer())) },
          { status: 201 },
        ),
      );
      server.route(
        'GET /pictures/*',
        (_request, { params }) => new Response(`picture ${params['*']}`, { headers: { etag: '"1"' } }),
      );
      server.route('GET /pictures/logo', () => new Response('the logo'));
      server.route('POST /broken', () => Promise.reject(new Error('xoxb-test-secret of the author')));
      server.route('GET /broken/answer', () => ({ status: 'fine' }) as never);
      server.route('POST /small', async (request) => new Response(await request.text()), { maxBodyBytes: LIMIT });
    });
    const body = new Uint8Array([0, 255, 13, 10, 123]);
    const billed = await ask('/billing/pro%2Fyear?x=1', { method: 'POST', body });
    expect([billed.status, await billed.json()]).toEqual([201, { plan: 'pro/year', bytes: Array.from(body) }]);
    expect(await (await ask('/pictures/logo')).text()).toBe('the logo');
    const picture = await ask('/pictures/a/b.png', { method: 'HEAD' });
    expect([picture.status, picture.headers.get('etag'), await picture.text()]).toEqual([200, '"1"', '']);
    expect(picture.headers.get('x-content-type-options')).toBe('nosniff');
    const options = await ask('/pictures/logo', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    const deleted = await ask('/billing/pro', { method: 'DELETE' });
    expect([deleted.status, deleted.headers.get('allow')]).toEqual([405, 'OPTIONS, POST']);
    expect(deleted.headers.get('content-type')).toBe('application/problem+json');
    expect((await ask('/billing/%ff', { method: 'POST' })).status).toBe(400);

    for (const path of ['/broken', '/broken/answer']) {
      const broken = await ask(path, { method: path === '/broken' ? 'POST' : 'GET' });
      expect(broken.status).toBe(500);
      expect(await broken.json()).toEqual({
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'Something went wrong here, not in the request',
      });
    }
    expect(told).toEqual(['route route_failed', 'route route_failed']);

    expect((await ask('/small', { method: 'POST', body: 'x'.repeat(LIMIT) })).status).toBe(200);
    expect((await ask('/small', { method: 'POST', body: 'x'.repeat(LIMIT + 1) })).status).toBe(413);
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(LIMIT)) });
    const cut = ask('/small', { method: 'POST', body: endless, duplex: 'half' } as RequestInit).then(
      ({ status }) => status,
      () => 'cut',
    );
    expect([413, 'cut']).toContain(await cut);

    const remove = scene.server.route('GET /late', () => new Response('here'));
    expect((await ask('/late')).status).toBe(200);
    const { server } = scene;
    expect(await (await scene.during(fetch(server.publicUrl('/late?v=1')), { pace: 1 })).text()).toBe('here');
    expect(() => server.publicUrl('late')).toThrow('begins with a slash');
    expect(server.now()).toBe(scene.clock.now());
    expect(() => scene.server.route('GET /late', () => new Response())).toThrow('There is a route');
    expect(() => scene.server.route('GET /healthz', () => new Response())).toThrow('may not hide');
    remove();
    expect((await ask('/late')).status).toBe(404);
    for (const path of ['/', '/healthz', '/readyz']) expect((await ask(path)).status).toBe(200);
  });

  it('that hang are answered for after their time, and what runs at a stop is waited for and told', async () => {
    const signals: string[] = [];
    const mayEnd = Promise.withResolvers<void>();
    const { scene, told, ask } = await open(({ server }) => {
      server.route('GET /hangs', () => new Promise(() => {}), { timeoutMs: 2_000 });
      server.route('GET /slow', async (_request, { signal }) => {
        signal.addEventListener('abort', () => {
          signals.push((signal.reason as { code: string }).code);
          mayEnd.resolve();
        });
        signals.push('begun');
        await mayEnd.promise;
        return new Response('with what there is');
      });
    });
    const hung = fetch(`${scene.url}/hangs`);
    expect((await scene.during(hung)).status).toBe(503);
    expect(told).toEqual(['route handler_timed_out']);
    const slow = fetch(`${scene.url}/slow`).then((response) => response.text());
    while (signals.length === 0) await scene.pass(10, 10);
    const { url } = scene;
    const stopping = scene.server.stop({ graceMs: 4_000 });
    await scene.pass(2_500, 100);
    expect(await slow).toBe('with what there is');
    expect(signals).toEqual(['begun', 'draining']);
    await scene.during(stopping);
    await expect(ask(url.replace(scene.url, '/slow'))).rejects.toThrow();
  });
});
