import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, installedSimulator, type Json, RawSocket } from '../../test/support/slack.ts';

const APP_TOKEN = 'xapp-sim-socket-mode-tests';
const app = {
  kind: 'granular' as const,
  appLevelToken: APP_TOKEN,
  isSocketModeOn: true,
  botScopes: ['channels:history', 'chat:write'],
  eventSubscriptions: ['message.channels'],
};

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeEach(async () => {
  slack = await installedSimulator({ app, clock: { mode: 'manual', startMs: 1_795_400_000_000 } });
});
afterEach(async () => {
  await slack.stop();
});

const openUrl = async () => String((await call(slack, 'apps.connections.open', APP_TOKEN)).url);
const connect = async (query = '') => {
  const socket = new RawSocket((await openUrl()) + query);
  await socket.frame(({ type }) => type === 'hello');
  return socket;
};
const say = (text: string) => slack.control.say({ team: 'Acme', channel: 'general', text });
const isEnvelope = ({ envelope_id: id }: Json) => id !== undefined;
const isDisconnect = ({ type }: Json) => type === 'disconnect';

describe('apps.connections.open', () => {
  it('gives the URL of one connection', async () => {
    const url = await openUrl();
    using _first = new RawSocket(url);
    await _first.frame(({ type }) => type === 'hello');
    using second = new RawSocket(url);
    expect(await second.closed()).toBe(1006);
  });

  it('gives a URL that ends after 30 s', async () => {
    const url = await openUrl();
    await slack.control.advance(30_001);
    using late = new RawSocket(url);
    expect(await late.closed()).toBe(1006);
  });

  it.for([
    ['a bot token', () => call(slack, 'apps.connections.open', slack.acme.botToken), 'not_allowed_token_type'],
    ['no token', () => call(slack, 'apps.connections.open', undefined), 'not_authed'],
    ['an unknown token', () => call(slack, 'apps.connections.open', 'xapp-sim-unknown'), 'invalid_auth'],
    [
      'a token in the body',
      () => call(slack, 'apps.connections.open', undefined, { token: APP_TOKEN }),
      'missing_args',
    ],
    [
      'GET',
      async () => {
        const headers = { authorization: `Bearer ${APP_TOKEN}` };
        return (await fetch(`${slack.apiUrl}apps.connections.open`, { headers })).json() as Promise<Json>;
      },
      'insecure_request',
    ],
  ] as const)('refuses %s', async ([, ask, error]) => {
    expect(await ask()).toMatchObject({ ok: false, error });
  });

  it('refuses classic apps, which have RTM', async () => {
    const classic = await slack.control.addApp({ name: 'Old', kind: 'classic' });
    expect((await call(slack, 'apps.connections.open', classic.appLevelToken)).error).toBe('not_allowed_token_type');
  });
});

describe('a connection', () => {
  it('begins with hello', async () => {
    using socket = await connect();
    expect(socket.frames[0]).toEqual({
      type: 'hello',
      num_connections: 1,
      connection_info: { app_id: slack.acme.app },
      debug_info: {
        host: expect.any(String),
        started: '2026-11-23 02:13:20.000',
        build_number: expect.any(Number),
        approximate_connection_time: 3600,
      },
    });
    using second = await connect();
    expect(second.frames[0]).toMatchObject({ num_connections: 2 });
  });

  it('is one of ten at most', async () => {
    const sockets = [];
    for (let count = 0; count < 10; count++) sockets.push(await connect());
    using eleventh = new RawSocket(await openUrl());
    expect(await eleventh.frame(isDisconnect)).toMatchObject({ reason: 'too_many_websockets' });
    await eleventh.closed();
    for (const socket of sockets) socket[Symbol.dispose]();
  });

  it('is refreshed with a warning, after the time that hello named', async () => {
    using socket = await connect();
    await slack.control.advance(3_590_000);
    expect(await socket.frame(isDisconnect)).toEqual({
      type: 'disconnect',
      reason: 'warning',
      debug_info: { host: expect.any(String) },
    });
    await slack.control.advance(10_000);
    await socket.frame(({ reason }) => reason === 'refresh_requested');
    using successor = await connect();
    await say('to the new one');
    await successor.frame(isEnvelope);
    expect(socket.frames.some(isEnvelope)).toBe(false);
    await slack.control.advance(10_000);
    expect(await socket.closed()).toBe(1000);
  });

  it('lives 360 s with debug_reconnects', async () => {
    using socket = await connect('&debug_reconnects=true');
    expect(socket.frames[0]).toMatchObject({ debug_info: { approximate_connection_time: 360 } });
    await slack.control.advance(360_000);
    await socket.frame(({ reason }) => reason === 'refresh_requested');
  });

  it('ends with link_disabled when Socket Mode is switched off, and so does a new one', async () => {
    using socket = await connect();
    await slack.control.updateApp(slack.acme.app, { isSocketModeOn: false });
    expect(await socket.frame(isDisconnect)).toMatchObject({ reason: 'link_disabled' });
    await socket.closed();
    using refused = new RawSocket(await openUrl());
    expect(await refused.frame(isDisconnect)).toMatchObject({ reason: 'link_disabled' });
  });

  it('ends as a fault says', async () => {
    using socket = await connect();
    await slack.control.fault({ kind: 'disconnect', reason: 'refresh_requested', closeAfterMs: 500 });
    await socket.frame(({ reason }) => reason === 'refresh_requested');
    await slack.control.advance(500);
    expect(await socket.closed()).toBe(1000);
    using other = await connect();
    await slack.control.fault({ kind: 'reset', app: slack.acme.app });
    expect(await other.closed()).toBe(1006);
  });

  it('is pinged', async () => {
    await using own = await installedSimulator({ app, socketMode: { protocolPingMs: 20 } });
    const { url } = await call(own, 'apps.connections.open', APP_TOKEN);
    using socket = new RawSocket(String(url));
    await socket.until(() => socket.pings > 1);
  });

  it('survives bytes and nonsense', async () => {
    using socket = await connect();
    socket.ws.send(Buffer.from([0, 1, 255]));
    for (const text of ['{"envelope', '[]', 'null', '"x"', '{"envelope_id":7}', '{"envelope_id":"unknown"}'])
      socket.send(text);
    await say('still there');
    const { envelope_id: id } = await socket.frame(isEnvelope);
    socket.send({ envelope_id: id });
    await slack.control.waitForLog(({ kind, ok }) => kind === 'delivery' && ok === true);
  });
});

describe('a client frame', () => {
  const LIMIT_BYTES = 20_480;
  const ackOf = (envelopeId: unknown, sizeBytes: number) => {
    const empty = JSON.stringify({ envelope_id: envelopeId, payload: { text: '' } });
    return JSON.stringify({ envelope_id: envelopeId, payload: { text: 'x'.repeat(sizeBytes - empty.length) } });
  };

  it('of 20,480 bytes is taken', async () => {
    using socket = await connect();
    await say('hello');
    const { envelope_id: id } = await socket.frame(isEnvelope);
    socket.send(ackOf(id, LIMIT_BYTES));
    await slack.control.waitForLog(({ kind, ok }) => kind === 'delivery' && ok === true);
    expect(socket.closeCode).toBeUndefined();
  });

  it('of one byte more closes its connection with 1009, acknowledges nothing, and leaves the others alone', async () => {
    using socket = await connect();
    await say('hello');
    const { envelope_id: id } = await socket.frame(isEnvelope);
    using other = await connect();
    socket.send(ackOf(id, LIMIT_BYTES + 1));
    expect(await socket.closed()).toBe(1009);
    await slack.control.waitForLog(({ kind, text }) => kind === 'frame_in' && /20480 bytes/.test(text ?? ''));
    await slack.control.advance(3000);
    const again = await other.frame(isEnvelope);
    expect(again).toMatchObject({ retry_attempt: 1, payload: { event: { text: 'hello' } } });
  });

  it('counts in bytes, also when it comes in pieces', async () => {
    using socket = await connect();
    socket.ws.send('é'.repeat(LIMIT_BYTES / 4), { fin: false });
    socket.ws.send('é'.repeat(LIMIT_BYTES / 4 + 1), { fin: true });
    expect(await socket.closed()).toBe(1009);
  });
});

describe('an event over a socket', () => {
  it('is an envelope with the body that HTTP would carry', async () => {
    using socket = await connect();
    await say('hello');
    const envelope = await socket.frame(isEnvelope);
    expect(envelope).toMatchObject({
      type: 'events_api',
      accepts_response_payload: false,
      retry_attempt: 0,
      retry_reason: '',
      payload: { type: 'event_callback', team_id: slack.acme.team, event: { type: 'message', text: 'hello' } },
    });
    socket.send({ envelope_id: envelope.envelope_id });
    const record = await slack.control.waitForLog(({ kind, ok }) => kind === 'delivery' && ok === true);
    expect(record).toMatchObject({ event: 'message', attempt: 0, socket: expect.stringMatching(/^M/) });
  });

  it('that is not acknowledged comes again, perhaps on another socket', async () => {
    using first = await connect();
    await say('hello');
    const { payload } = await first.frame(isEnvelope);
    first[Symbol.dispose]();
    await slack.control.waitForLog(({ kind }) => kind === 'socket_close');
    using second = await connect();
    await slack.control.advance(3000);
    const again = await second.frame(isEnvelope);
    expect(again).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout' });
    expect((again.payload as Json).event_id).toBe((payload as Json).event_id);
    await slack.control.advance(3000);
    await slack.control.advance(60_000);
    await second.frame(({ retry_attempt: attempt }) => attempt === 2);
  });

  it('goes to any one of several, and one of them only', async () => {
    using one = await connect();
    using two = await connect();
    for (const text of ['1', '2', '3', '4']) await say(text);
    await one.until(() => one.frames.length + two.frames.length === 6);
    expect([one, two].map(({ frames }) => frames.filter(isEnvelope).length)).toEqual([2, 2]);
  });

  it('may go to a connection that nobody holds any more', async () => {
    await slack.control.fault({ kind: 'ghost_sockets', count: 9 });
    using real = await connect();
    expect(real.frames[0]).toMatchObject({ num_connections: 10 });
    for (let count = 0; count < 10; count++) await say(String(count));
    await real.frame(isEnvelope);
    expect(real.frames.filter(isEnvelope)).toHaveLength(1);
    await slack.control.advance(3000);
    await slack.control.waitForLog(({ socket, error }) => socket === 'ghost' && error === 'http_timeout');
  });

  it('waits for a socket to come', async () => {
    await say('hello');
    await slack.control.waitForLog(({ error, attempt }) => error === 'no_socket' && attempt === 1);
    using socket = await connect();
    await slack.control.advance(60_000);
    expect(await socket.frame(isEnvelope)).toMatchObject({ retry_attempt: 2 });
  });
});
