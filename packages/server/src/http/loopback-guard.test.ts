import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../time/clock.ts';
import { loopbackGuard } from './loopback-guard.ts';
import { createHttpServer } from './server.ts';

async function guarded(publicUrl?: string) {
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    app: { fetch: () => new Response('welcome') },
    clock: systemClock,
    log: { warn() {} },
  });
  const { url } = await server.start(loopbackGuard(publicUrl));
  onTestFinished(() => server.stop({ graceMs: 0 }));
  /** Not by fetch, which sets these headers itself. */
  return (method: string, headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      request(url, { method, headers }, (response) => {
        let text = '';
        response.on('data', (part: Buffer) => (text += part.toString()));
        response.on('end', () => resolve({ status: response.statusCode, text }));
      })
        .on('error', reject)
        .end();
    });
}

it('answers under the names of this machine, and says to others how to be allowed', async () => {
  const send = await guarded();
  for (const host of ['localhost:3000', 'bot.localhost', '127.0.0.1', '127.1.2.3:80', '[::1]:3000', 'LOCALHOST.']) {
    expect({ host, ...(await send('GET', { host })) }).toEqual({ host, status: 200, text: 'welcome' });
  }
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '0.0.0.0', '10.0.0.1']) {
    const { status, text } = await send('GET', { host });
    expect({ host, status }).toEqual({ host, status: 403 });
    expect(text).toContain(`Host "${host}" is not allowed`);
    expect(text).toContain('PUBLIC_URL');
  }
});

it('takes nothing but reads from the pages of other sites', async () => {
  const send = await guarded();
  for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null', 'file://']) {
    expect({ origin, status: (await send('POST', { origin })).status }).toEqual({ origin, status: 403 });
    expect((await send('GET', { origin })).status).toBe(200);
  }
  expect((await send('POST', { origin: 'http://localhost:3000' })).status).toBe(200);
  expect((await send('POST', { origin: 'null', 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  expect((await send('POST', {})).status).toBe(200);
});

it('knows the host of PUBLIC_URL', async () => {
  const send = await guarded('https://tunnel.example/bot');
  const headers = { host: 'tunnel.example', origin: 'https://tunnel.example' };
  expect((await send('POST', headers)).status).toBe(200);
  expect((await send('GET', { host: 'other.example' })).status).toBe(403);
});
