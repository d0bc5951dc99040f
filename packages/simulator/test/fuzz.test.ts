/** What nobody should send, on every surface: never a crash, never a 500, never a bug reported to onError. */
import { createConnection } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { routeDocs } from '../src/openapi/route-docs.ts';
import { webApiMethods } from '../src/web-api/methods/registry.ts';
import { call, connect, installedSimulator, RawSocket } from './support/slack.ts';

const MIB = 1024 * 1024;
const words = (text: string) => text.split(/\s+/).filter(Boolean);

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let granularToken: string;
let appToken: string;
let granularAppId: string;
let bugs: unknown[];
beforeEach(async () => {
  bugs = [];
  slack = await installedSimulator({ clock: { mode: 'manual' }, onError: (error) => bugs.push(error) });
  const scopes = ['chat:write', 'channels:read', 'channels:history', 'users:read', 'files:write', 'reactions:write'];
  const app = await slack.control.addApp({ kind: 'granular', isSocketModeOn: true, botScopes: scopes });
  appToken = app.appLevelToken;
  granularAppId = app.id;
  granularToken = (await slack.control.install({ team: 'Acme', app: app.id })).botToken;
});
afterEach(async () => {
  expect(bugs).toEqual([]);
  expect(await call(slack, 'api.test', undefined)).toMatchObject({ ok: true });
  await slack.stop();
});

/** Names and values that somebody might really send, and what nobody would. */
const anyName = fc.constantFrom(
  ...words(`
    channel user users text blocks attachments ts thread_ts timestamp limit cursor name view
    trigger_id hash profile files metadata team_id types unfurls chunks __proto__ constructor
    toString
  `),
);
const anyValue = fc.oneof(
  fc.constantFrom('#general', 'general', 'ann', '1700000000.000100', '[]', '{}', 'null', '-1', '1e309', '[{"type":1}]'),
  fc.string(),
  fc.json(),
  fc.jsonValue(),
);
const anyBody = fc.oneof(
  fc.dictionary(anyName, anyValue).map((value) => JSON.stringify(value)),
  fc.dictionary(anyName, fc.string()).map((value) => new URLSearchParams(value).toString()),
  fc.json(),
  fc.string(),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);
const anyType = fc.constantFrom(
  ...words(`
    application/json application/json;charset=utf-8 application/x-www-form-urlencoded
    multipart/form-data;boundary=b multipart/form-data text/plain x application/octet-stream
  `),
);

const post = (
  url: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) => fetch(url, { method: 'POST', redirect: 'manual', headers: { 'content-type': type, ...headers }, body });

describe('nothing that is sent makes it fall over:', () => {
  it('any call of any method', async () => {
    const anyCall = fc.record({
      method: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...webApiMethods.keys()) }, fc.webPath()),
      token: fc.constantFrom(slack.acme.botToken, slack.acme.userToken, granularToken, appToken, 'xoxb-nobody', ''),
      type: anyType,
      body: anyBody,
    });
    await fc.assert(
      fc.asyncProperty(anyCall, async ({ method, token, type, body }) => {
        const url = slack.apiUrl + method.replace(/^\/+/, '');
        const response = await post(url, type, body, token === '' ? {} : { authorization: `Bearer ${token}` });
        expect(response.status).toBeLessThan(500);
        expect(await response.json()).toHaveProperty('ok');
      }),
      { numRuns: 250 },
    );
  });

  it('any body of any route of /_sim', async () => {
    const keys = fc.constantFrom(
      ...words(`
    team user app channel to text type kind command actionId callbackId name id members
    users event count error mode values ts __proto__
  `),
    );
    const someWord = fc.constantFrom(
      'Acme',
      'ann',
      'general',
      'bot',
      'slash',
      '/x',
      'react',
      'slow',
      'manual',
      'E0BIG',
    );
    const anyJson = fc.dictionary(keys, fc.oneof({ weight: 3, arbitrary: someWord }, fc.jsonValue()));
    const anyRequest = fc.record({
      route: fc.constantFrom(...Object.keys(routeDocs).filter((route) => !route.endsWith('/stream'))),
      names: fc.infiniteStream(fc.oneof(someWord, fc.string({ minLength: 1 }))),
      body: fc.oneof({ weight: 4, arbitrary: anyJson.map((value) => JSON.stringify(value)) }, fc.json(), fc.string()),
      query: fc.dictionary(keys, fc.oneof(someWord, fc.string())),
    });
    await fc.assert(
      fc.asyncProperty(anyRequest, async ({ route, names, body, query }) => {
        const [method = '', template = ''] = route.split(' ');
        const path = template.replaceAll(/\{\w+\}/g, () => encodeURIComponent(names.next().value ?? ''));
        const headers = { 'content-type': 'application/json' };
        const url = `${slack.url}${path}?${new URLSearchParams(query).toString()}`;
        const response = await fetch(url, { method, headers, ...(method !== 'GET' && { body }) });
        const answer = await response.text();
        expect(`${response.status} ${answer}`).toMatch(/^[234]\d\d /);
        expect(answer).not.toMatch(/\n\s+at |node_modules/);
      }),
      { numRuns: 250 },
    );
    await slack.control.removeFaults();
  });

  it('any request for a page, and any form', async () => {
    const anyPath = fc.oneof(
      fc.constantFrom(
        ...words(`
    / /oauth/authorize /oauth/v2/authorize /oauth/v2_user/authorize /_page/x /_page/assets/x.js
    /_sim/teams/T1/read /commands/T1/x /actions/T1/x /services/T1/B1/x /upload/v1/x /files-pri/T1-F1
  `),
      ),
      fc.webPath(),
    );
    const fields = fc.dictionary(
      fc.oneof(
        anyName,
        fc.constantFrom('client_id', 'redirect_uri', 'scope', 'state', 'team', 'as', 'decision', 'kind'),
      ),
      fc.oneof(fc.string(), fc.constantFrom('1000.2000', 'http://localhost/x', 'Acme', 'allow', 'bot', 'javascript:x')),
    );
    await fc.assert(
      fc.asyncProperty(anyPath, fields, anyType, anyBody, async (path, query, type, body) => {
        const url = `${slack.url}${path.replace(/^(?!\/)/, '/')}`;
        const got = await fetch(`${url}?${new URLSearchParams(query).toString()}`, { redirect: 'manual' });
        const posted = await post(url, type, body, { origin: slack.url });
        const asForm = await post(url, 'application/x-www-form-urlencoded', new URLSearchParams(query).toString());
        for (const response of [got, posted, asForm]) {
          expect(response.status).toBeLessThan(500);
          expect(await response.text()).not.toMatch(/\n\s+at |node_modules/);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('any frame on an RTM socket', async () => {
    const anyFrame = fc.oneof(
      fc.string(),
      fc.json(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc
        .record(
          {
            type: fc.constantFrom('message', 'typing', 'ping', 'presence_sub', 'presence_query'),
            id: fc.jsonValue(),
            channel: fc.jsonValue(),
            text: fc.jsonValue(),
            ids: fc.jsonValue(),
          },
          { requiredKeys: ['type'] },
        )
        .map((frame) => JSON.stringify(frame)),
    );
    using socket = await connect(slack, slack.acme.botToken);
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { maxLength: 20 }), fc.nat(), async (frames, time) => {
        for (const frame of frames) socket.ws.send(frame);
        socket.send({ type: 'ping', id: 1, time });
        await socket.frame((frame) => frame.type === 'pong' && frame.time === time);
      }),
      { numRuns: 100 },
    );
  });

  it('any frame on a Socket Mode socket, also in place of an ack', async () => {
    const { url } = await call(slack, 'apps.connections.open', appToken);
    using socket = new RawSocket(String(url));
    await socket.frame(({ type }) => type === 'hello');
    const anyFrame = fc.oneof(
      fc.string(),
      fc.json(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc
        .record({ envelope_id: fc.oneof(fc.uuid(), fc.jsonValue()), payload: fc.jsonValue() }, { requiredKeys: [] })
        .map((frame) => JSON.stringify(frame)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { maxLength: 20 }), async (frames) => {
        const { pongs } = socket;
        for (const frame of frames) socket.ws.send(frame);
        socket.ws.ping();
        await socket.until(() => socket.pongs > pongs);
      }),
      { numRuns: 60 },
    );
    const asked = slack.control.act({
      kind: 'slash',
      team: 'Acme',
      channel: 'general',
      command: '/x',
      app: granularAppId,
    });
    const envelope = await socket.frame(({ type }) => type === 'slash_commands');
    socket.send({ envelope_id: envelope.envelope_id, payload: { text: [{}], blocks: 7, response_type: null } });
    expect(await asked).toMatchObject({ acked: true });
  });

  it('bodies of 10 MB, wherever they go', async () => {
    const paths = words(`
    /api/chat.postMessage /api/unknown /oauth/authorize /oauth/v2/authorize /_page/x /_sim/teams
    /_sim/messages /_sim/faults /commands/T1/x /services/T1/B1/x /upload/v1/x /nowhere
  `);
    const body = JSON.stringify({ text: 'x'.repeat(10 * MIB) });
    for (const path of paths) {
      for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
        const { status } = await post(slack.url + path, type, body, { origin: slack.url });
        expect([path, type, status]).toEqual([
          path,
          type,
          expect.toSatisfy((code: number) => code >= 200 && code < 500),
        ]);
      }
    }
  });

  it('half-open connections, broken upgrades and unknown paths', async () => {
    const { hostname, port } = new URL(slack.url);
    const openings = [
      '',
      'POST /api/auth.test HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nto',
      'POST /_sim/teams HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n{',
      'GET /_sim/stream HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET / HT',
      '\0\0\0\r\n\r\n',
      'GET /rtm/x HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      'GET //[ HTTP/1.1\r\nHost: []\r\n\r\n',
    ];
    const half = Array.from({ length: 400 }, (_, index) => {
      const tcp = createConnection(Number(port), hostname);
      tcp.on('error', () => {});
      tcp.write(openings[index % openings.length] ?? '');
      return tcp;
    });
    for (const path of ['/nowhere', '/link/x', '/link/?ticket=%zz', '/rtm/%00']) {
      using unknown = new RawSocket(`ws://${hostname}:${port}${path}`);
      await Promise.race([unknown.closed(), unknown.frame(() => true)]);
    }
    using noTicket = new RawSocket(`ws://${hostname}:${port}/rtm/S1`);
    expect(await noTicket.frame(() => true)).toMatchObject({ type: 'error' });
    expect((await fetch(`${slack.url}/nothing`)).status).toBe(404);
    expect(await call(slack, 'auth.test', slack.acme.botToken)).toMatchObject({ ok: true });
    for (const tcp of half) tcp.destroy();
  });
});

describe('memory is bounded:', () => {
  it('the log keeps so many', async () => {
    const bounded = await installedSimulator({ logCapacity: 50 });
    const { channel } = await bounded.control.say({ team: 'Acme', channel: 'general', text: '0' });
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        call(bounded, 'chat.postMessage', bounded.acme.botToken, { channel, text: `${index}` }),
      ),
    );
    expect((await bounded.control.status()).log).toMatchObject({ size: 50, capacity: 50 });
    await bounded.stop();
  });
});
