/** Whom the simulator believes: requests for its own names, that no other site's page sent. Raw sockets, because fetch hides both headers. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { call, installedSimulator } from './support/slack.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator({ allowHosts: ['slack', 'Slack.Internal', 'fd00::1'] });
});
afterAll(() => slack.stop());

function send(
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    request(slack.url + path, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    })
      .on('error', reject)
      .end();
  });
}

/** How the simulator answers a WebSocket from there: `open`, or the status of its refusal. */
function upgrade(url: string, headers: Record<string, string>): Promise<'open' | number> {
  const ws = new WebSocket(url, { headers });
  return new Promise((resolve, reject) => {
    ws.on('open', () => resolve('open'));
    ws.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    ws.on('error', reject);
  }).finally(() => ws.terminate()) as Promise<'open' | number>;
}

const strangers = [
  'evil.example',
  'evil.example:4400',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  'notlocalhost',
  '128.0.0.1',
  '0.0.0.0',
  '[::2]',
  'slack.evil.example',
  'evil.example@localhost',
];

describe('the Host', () => {
  it.each(['localhost', 'LOCALHOST:4400', 'acme.localhost:80', 'localhost.', '127.0.0.1', '127.9.9.9:1', '[::1]:4400'])(
    '%s is this machine',
    async (host) => expect((await send('GET', '/_sim', { host })).status).toBe(200),
  );

  it.each(['slack', 'slack:4400', 'SLACK.internal', '[fd00::1]:4400'])('%s was allowed', async (host) =>
    expect((await send('GET', '/_sim', { host })).status).toBe(200),
  );

  it.each(strangers)('%s is refused everywhere', async (host) => {
    for (const path of ['/_sim', '/_sim/installs', '/api/api.test', '/', '/oauth/authorize', '/files-pri/T0-F0/a']) {
      expect({ path, status: (await send('GET', path, { host })).status }).toEqual({ path, status: 403 });
    }
  });

  it('says which host, and how to allow it, in the form of each part', async () => {
    const host = 'evil.example:4400';
    const control = await send('GET', '/_sim/installs', { host });
    expect(JSON.parse(control.text)).toEqual({
      error: {
        code: 'forbidden_origin',
        message: expect.stringMatching(/^Host "evil\.example:4400" .*--allow-host evil\.example /) as string,
      },
    });
    expect(control.text).not.toContain('xoxb-');
    expect(JSON.parse((await send('POST', '/api/api.test', { host })).text)).toMatchObject({
      ok: false,
      error: 'forbidden_origin',
    });
    expect((await send('GET', '/', { host })).text).toMatch(/^Host "evil\.example:4400" is not allowed/);
    const refused = await slack.control.waitForLog(({ error }) => error === 'forbidden_origin', { what: 'a refusal' });
    expect(refused).toMatchObject({ status: 403, ok: false });
  });
});

describe('the Origin', () => {
  it.each(['https://evil.example', 'http://evil.example:4400', 'http://localhost.evil.example', 'null', 'file://'])(
    '%s is refused on everything but GET, with or without a body',
    async (origin) => {
      const { id } = await slack.control.fault({ kind: 'hold', method: 'api.test' });
      for (const [method, path] of [
        ['POST', `/_sim/faults/${id}/release`],
        ['DELETE', `/_sim/faults/${id}`],
        ['DELETE', '/_sim/faults'],
        ['OPTIONS', '/_sim/messages'],
        ['POST', '/_sim/teams/T1/read'],
        ['POST', '/oauth/authorize'],
        ['POST', '/api/api.test'],
      ] as const) {
        expect({ path, status: (await send(method, path, { origin })).status }).toEqual({ path, status: 403 });
      }
      expect((await slack.control.faults()).map((fault) => fault.id)).toEqual([id]);
      await slack.control.removeFaults();
    },
  );

  it('of this machine or of an allowed host may act', async () => {
    for (const origin of ['http://localhost:3000', 'http://127.0.0.1:4400', 'https://slack']) {
      expect((await send('DELETE', '/_sim/faults', { origin })).status).toBe(200);
    }
  });

  it('is not asked of a read, and "null" of a form of our own page is', async () => {
    expect((await send('GET', '/_sim', { origin: 'https://evil.example' })).status).toBe(200);
    const own = { origin: 'null', 'sec-fetch-site': 'same-origin' };
    expect((await send('DELETE', '/_sim/faults', own)).status).toBe(200);
    expect((await send('DELETE', '/_sim/faults', { ...own, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });
});

describe('a WebSocket', () => {
  async function rtmUrl(): Promise<string> {
    return String((await call(slack, 'rtm.connect', slack.acme.botToken)).url);
  }

  it('of a client opens, and one of another site does not and leaves the ticket', async () => {
    const url = await rtmUrl();
    expect(await upgrade(url, { origin: 'https://evil.example' })).toBe(403);
    expect(await upgrade(url, { host: 'evil.example' })).toBe(403);
    expect(await upgrade(url, {})).toBe('open');
    expect(await upgrade(await rtmUrl(), { origin: slack.url })).toBe('open');
  });

  it("of slack-go opens, which says that it comes from Slack's pages, and one of a name like theirs does not", async () => {
    expect(await upgrade(await rtmUrl(), { origin: 'https://api.slack.com' })).toBe('open');
    expect(await upgrade(await rtmUrl(), { origin: 'https://slack.com' })).toBe('open');
    for (const origin of ['https://slack.com.evil.example', 'https://notslack.com', 'http://api.slack.com'])
      expect(await upgrade(await rtmUrl(), { origin })).toBe(403);
    expect((await send('DELETE', '/_sim/faults', { origin: 'https://api.slack.com' })).status).toBe(403);
  });

  it('of Socket Mode is refused likewise', async () => {
    const path = `${slack.url.replace('http', 'ws')}/link/${'0'.repeat(32)}`;
    expect(await upgrade(path, { origin: 'https://evil.example' })).toBe(403);
    expect(await upgrade(path, {})).toBe(404);
  });
});

it('refuses names with a scheme or a port, which no Host has', async () => {
  for (const name of ['http://slack', 'slack:4400', 'sla ck', '']) {
    await expect(installedSimulator({ allowHosts: [name] })).rejects.toMatchObject({ code: 'invalid_configuration' });
  }
});
