/** The admin API of a running server: where it listens, what it does to connections, and how it ends. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { send } from '../src/admin/admin.test-kit.ts';
import { CliProcess, environmentOf } from './cli.test-kit.ts';
import { isSocketClosed, isSocketOpen, Scene } from './scene.test-kit.ts';

const adminToken = 'test-admin-token-0123456789';

/** A client of the stream. */
async function streamOf(scene: Scene, headers: Record<string, string> = {}) {
  const sent = request(`${scene.url}/api/stream`, {
    agent: false,
    headers: { authorization: `Bearer ${adminToken}`, ...headers },
  });
  sent.on('error', () => {}).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = new Promise((resolve) => response.on('error', () => {}).on('close', resolve));
  return {
    ended,
    end: () => response.destroy(),
    /** What it was told, once that fits. */
    async until(pattern: RegExp): Promise<string> {
      for (let looks = 0; !pattern.test(text); looks++) {
        if (looks > 200) throw new Error(`The stream did not tell ${pattern}:\n${text}`);
        await scene.pass(250);
      }
      return text;
    },
  };
}

describe('on the port of the public pages', () => {
  it('is not there without a token: its paths are pages that do not exist', async () => {
    const scene = await Scene.open();
    await scene.start();
    for (const [method, path] of [
      ['GET', '/api/teams'],
      ['POST', '/api/session'],
      ['GET', '/api/openapi.json'],
    ] as const) {
      const answer = await send(`${scene.url}${path}`, method, { token: adminToken });
      const page = await send(`${scene.url}/no-such-page`, method, { token: null });
      expect([answer.status, answer.text]).toEqual([404, page.text]);
    }
    expect(scene.logLines.join()).not.toContain('admin API');
  });

  it('deactivates a team: its connection is closed within seconds, and the page beside it answers on', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start({ adminToken });
    const acme = await scene.join('Acme');
    const after = await scene.slack.lastSeq();
    const answer = await send(`${scene.url}/api/teams/${acme.id}/deactivate`, 'POST', { token: adminToken });
    expect(answer.body).toMatchObject({ status: 'inactive', changed: true, server: process.pid });
    await scene.until(isSocketClosed(acme.id), { after, withinMs: 5_000 });
    expect((await send(`${scene.url}/`, 'GET', { token: null })).status).toBe(200);
    expect(scene.logLines.some((line) => line.includes('admin API listens'))).toBe(true);
    const operation = scene.logLines.find((line) => line.includes('admin operation'));
    expect(JSON.parse(operation ?? '{}')).toMatchObject({
      operation: 'teams.deactivate',
      requestId: answer.headers.get('x-request-id'),
    });
  });

  it('restarts a team, and tells of it what Slack said', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start({ adminToken });
    const acme = await scene.join('Acme');
    const after = await scene.slack.lastSeq();
    await send(`${scene.url}/api/teams/${acme.id}/restart`, 'POST', { token: adminToken });
    await scene.until(isSocketOpen(acme.id), { after });
  });

  it('streams what becomes of a team, and goes on where a client was when its connection broke', async () => {
    const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
    await scene.start({ adminToken });
    const first = await streamOf(scene);
    const acme = await scene.join('Acme');
    const joined = await first.until(/"state":"started"/);
    expect(joined).toContain(
      `event: team\ndata: {"installation":"${acme.id}","teams":[{"teamId":"${acme.id}","name":"Acme"`,
    );
    expect(joined).toMatch(
      new RegExp(`event: connection\\ndata: {"node":"[^"]+","teamId":"${acme.id}","state":"started","reason":null}`),
    );
    first.end();
    const [, lastId = ''] = [...joined.matchAll(/^id: (.*)$/gm)].at(-1) ?? [];
    await send(`${scene.url}/api/teams/${acme.id}/deactivate`, 'POST', { token: adminToken });
    await scene.pass(2_000);
    const second = await streamOf(scene, { 'last-event-id': lastId });
    const missed = await second.until(/"state":"stopped"/);
    expect(missed).toContain('"status":"inactive"');
    expect(missed).not.toMatch(/event: (hello|reset)/);
    await scene.stop();
    await second.ended;
  });

  it('does nothing that needs the server stopped', async () => {
    const scene = await Scene.open();
    await scene.start({ adminToken });
    const body = { from: 'A1', to: 'A2' };
    const answer = await send(`${scene.url}/api/app/move`, 'POST', { token: adminToken, body });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'store_locked', fix: expect.stringContaining('Stop every server') },
    });
  });
});

describe('on a port of its own', () => {
  it('listens on this machine, and is no longer on the public port', async () => {
    const scene = await Scene.open();
    await scene.start({ adminToken, adminPort: 0 });
    const { url } = JSON.parse(scene.logLines.find((line) => line.includes('admin API listens')) ?? '{}') as {
      url: string;
    };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api$/);
    expect((await send(`${url}/teams`, 'GET', { token: adminToken })).body).toMatchObject({ teams: [] });
    expect(await send(new URL('/', url).href, 'GET', { token: adminToken })).toMatchObject({
      status: 404,
      body: { code: 'route_not_found' },
    });
    expect((await send(`${scene.url}/api/teams`, 'GET', { token: adminToken })).text).not.toContain('"teams"');
    await scene.stop();
    await expect(send(`${url}/teams`, 'GET', { token: adminToken })).rejects.toThrow('ECONNREFUSED');
  });

  it('that is taken stops the start, and the error names the setting', async () => {
    const scene = await Scene.open();
    await scene.start({ adminToken });
    const environment = await environmentOf(scene, {
      DATABASE_URL: `${scene.folder}/other.db`,
      ADMIN_TOKEN: adminToken,
      ADMIN_PORT: new URL(scene.url).port,
    });
    const { code, stderr } = await new CliProcess(['start'], environment).ended();
    expect(code).toBe(2);
    expect(stderr).toContain('another program listens there; stop it or set ADMIN_PORT to a free port');
  });
});
