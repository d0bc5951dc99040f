/** Each fault as a client meets it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, connect, installedSimulator, RawSocket } from '../../test/support/slack.ts';
import type { FaultRequest } from './fault.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let globexToken = '';
beforeAll(async () => {
  slack = await installedSimulator({ teams: 2, clock: { mode: 'manual' } });
  globexToken = (await slack.control.install({ team: 'Globex' })).botToken;
});
afterAll(() => slack.stop());
beforeEach(async () => {
  await slack.control.removeFaults();
  await slack.control.fault({ kind: 'enable', team: 'Acme' });
});

const ask = (method = 'auth.test', token = slack.acme.botToken) => call(slack, method, token);
const rawAsk = (method = 'auth.test') =>
  fetch(slack.apiUrl + method, { method: 'POST', headers: { authorization: `Bearer ${slack.acme.botToken}` } });
const open = () => connect(slack, slack.acme.botToken);
const fault = (spec: FaultRequest) => slack.control.fault(spec);

describe('the app goes', () => {
  it.each([
    ['disable_integration', 'account_inactive'],
    ['remove_app', 'invalid_auth'],
    ['revoke_token', 'token_revoked'],
  ] as const)('by %s: sockets close without a word, and calls answer %s, in that team only', async (kind, error) => {
    using socket = await open();
    using neighbour = await connect(slack, globexToken);
    expect(await fault({ kind, team: 'Acme' })).toMatchObject({ socketsHit: 1, isInForce: false });
    expect(await socket.closed()).toBe(1000);
    expect(socket.frames).toEqual([{ type: 'hello' }]);
    expect(await ask()).toEqual({ ok: false, error });
    expect(await ask('rtm.connect')).toEqual({ ok: false, error });
    expect(await ask('auth.test', globexToken)).toMatchObject({ ok: true });
    expect(neighbour.closeCode).toBeUndefined();
    await fault({ kind: 'enable', team: 'Acme' });
    expect(await ask()).toMatchObject({ ok: true });
  });

  it('or its bot alone, and people keep their tokens until it is installed again', async () => {
    await using own = await installedSimulator();
    const { botToken, userTokens, installerId } = await own.control.install({ team: 'Acme' });
    const askOwn = (token = '') => call(own, 'auth.test', token);
    await own.control.fault({ kind: 'revoke_token', team: 'Acme', whose: 'bot' });
    expect(await askOwn(botToken)).toEqual({ ok: false, error: 'token_revoked' });
    expect(await askOwn(userTokens[installerId])).toMatchObject({ ok: true, user_id: installerId });
    const again = await own.control.install({ team: 'Acme' });
    expect(await askOwn(again.botToken)).toMatchObject({ ok: true });
    expect(again.userTokens).toEqual(userTokens);
  });

  it('and its sockets can go mute in place of closing', async () => {
    using socket = await open();
    await fault({ kind: 'disable_integration', team: 'Acme', sockets: 'mute' });
    expect(await ask()).toEqual({ ok: false, error: 'account_inactive' });
    expect(await slack.control.sockets('Acme')).toMatchObject([{ state: 'muted' }]);
    expect(socket.closeCode).toBeUndefined();
  });
});

describe('a live socket', () => {
  it.each([
    [undefined, 1000],
    [1001, 1001],
    [null, 1005],
    [1006, 1006],
  ])('is closed with code %s and the client sees %s', async (code, seen) => {
    using socket = await open();
    await fault({ kind: 'close', team: 'Acme', code });
    expect(await socket.closed()).toBe(seen);
  });

  it('is reset', async () => {
    using socket = await open();
    await fault({ kind: 'reset', team: 'Acme' });
    expect(await socket.closed()).toBe(1006);
  });

  it('goes mute: no frames, no pongs on either level, no answer to a close frame', async () => {
    using socket = await open();
    await fault({ kind: 'mute', team: 'Acme' });
    socket.send({ type: 'ping', id: 1 });
    socket.ws.ping();
    socket.ws.close(1000);
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'into the void' });
    using witness = await open();
    witness.send({ type: 'ping', id: 1 });
    await witness.frame(({ type }) => type === 'pong');
    expect(socket.frames).toEqual([{ type: 'hello' }]);
    expect(socket.pongs).toBe(0);
    expect(socket.closeCode).toBeUndefined();
    socket.ws.terminate();
    await slack.control.waitForLog(({ kind, by }) => kind === 'socket_close' && by === 'client');
  });

  it('goes mute for a time, and then each side gets what the other one sent meanwhile', async () => {
    using socket = await open();
    await fault({ kind: 'mute', team: 'Acme', forMs: 5000 });
    socket.send({ type: 'ping', id: 1 });
    await slack.control.waitForLog(({ kind, ok }) => kind === 'frame_in' && ok === false);
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'meanwhile' });
    await slack.control.advance(4999);
    expect(socket.frames).toEqual([{ type: 'hello' }]);
    await slack.control.advance(1);
    await socket.frame(({ type }) => type === 'pong');
    expect(socket.frames).toMatchObject([{ type: 'hello' }, { type: 'message', text: 'meanwhile' }, { type: 'pong' }]);
    expect(await slack.control.sockets('Acme')).toMatchObject([{ state: 'open' }]);
  });

  it('gets goodbye and closes later, and a successor that was opened meanwhile lives', async () => {
    using socket = await open();
    await fault({ kind: 'goodbye', team: 'Acme', closeAfterMs: 5000 });
    await socket.frame(({ type }) => type === 'goodbye');
    using successor = await open();
    await slack.control.advance(5000);
    expect(await socket.closed()).toBe(1000);
    successor.send({ type: 'ping', id: 1 });
    await successor.frame(({ type }) => type === 'pong');
  });

  it('moves: it is told, closed, and rtm.connect answers migration_in_progress so many times', async () => {
    using socket = await open();
    await fault({ kind: 'migrate', team: 'Acme', count: 2 });
    await socket.frame(({ type }) => type === 'team_migration_started');
    await socket.closed();
    expect(await ask('rtm.connect')).toEqual({ ok: false, error: 'migration_in_progress' });
    expect(await ask('rtm.connect')).toEqual({ ok: false, error: 'migration_in_progress' });
    expect(await ask('rtm.connect')).toMatchObject({ ok: true });
  });

  it('is slowed down with error -1 and then cut when the write limit is on', async () => {
    using socket = await open();
    await fault({ kind: 'rtm_write_limit', team: 'Acme', perSecond: 1, burst: 2 });
    for (let id = 1; id <= 7; id++) socket.send({ type: 'typing', id, channel: 'C0NOWHERE0' });
    await socket.closed();
    const codes = socket.frames.slice(1).map(({ error }) => (error as { code: number }).code);
    expect(codes).toEqual([3, 3, -1, -1, -1, -1, -1]);
  });

  it('gets every event twice', async () => {
    using socket = await open();
    await fault({ kind: 'duplicate', team: 'Acme' });
    await slack.control.say({ team: 'Acme', channel: 'general', text: 'echo' });
    await socket.until(() => socket.frames.filter(({ text }) => text === 'echo').length === 2);
  });
});

describe('a new socket', () => {
  const dial = async () => new RawSocket(String((await ask('rtm.connect')).url));

  it.each([
    ['before_hello', []],
    ['after_hello', ['hello']],
  ] as const)('is accepted and closed %s', async (when, types) => {
    await fault({ kind: 'accept_then_close', team: 'Acme', when, code: 1011, count: 1 });
    using socket = await dial();
    expect(await socket.closed()).toBe(1011);
    expect(socket.frames.map(({ type }) => type)).toEqual(types);
  });

  it('gets no hello', async () => {
    await fault({ kind: 'no_hello', team: 'Acme', count: 1 });
    using socket = await dial();
    await slack.control.waitForLog(({ kind }) => kind === 'socket_open', {
      after: (await slack.control.lastSeq()) - 1,
    });
    await socket.until(() => socket.ws.readyState === 1);
    socket.send({ type: 'ping', id: 1 });
    expect(await socket.frame(() => true)).toEqual({ type: 'pong', reply_to: 1 });
  });

  it.each(['503', 'reset'] as const)('is turned away with %s, and its URL stays good', async (how) => {
    const { url } = await ask('rtm.connect');
    await fault({ kind: 'refuse_sockets', team: 'Acme', how, count: 1 });
    using refused = new RawSocket(String(url));
    await refused.closed();
    using accepted = new RawSocket(String(url));
    await accepted.frame(({ type }) => type === 'hello');
  });
});

describe('a call', () => {
  it('is refused with any error, in one team, so many times', async () => {
    await fault({ kind: 'refuse', team: 'Acme', method: 'rtm.connect', error: 'fatal_error', count: 1 });
    expect(await ask('rtm.connect', globexToken)).toMatchObject({ ok: true });
    expect(await ask('rtm.connect')).toEqual({ ok: false, error: 'fatal_error' });
    expect(await ask('rtm.connect')).toMatchObject({ ok: true });
  });

  it('is rate limited with Retry-After', async () => {
    await fault({ kind: 'rate_limit', method: 'auth.test', retryAfterSeconds: 7 });
    const response = await rawAsk();
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await response.json()).toEqual({ ok: false, error: 'ratelimited' });
  });

  it('gets HTML with a server error, or what is no JSON', async () => {
    await fault({ kind: 'server_error', status: 502, body: '<p>bad gateway</p>', count: 1 });
    const failed = await rawAsk();
    expect([failed.status, await failed.text()]).toEqual([502, '<p>bad gateway</p>']);
    await fault({ kind: 'malformed', count: 1 });
    const broken = await rawAsk();
    expect([broken.status, await broken.text()]).toEqual([200, '{"ok":tru']);
  });

  it('hangs for ever, and only the log shows that it arrived', async () => {
    await fault({ kind: 'hang', method: 'team.info' });
    const giveUp = new AbortController();
    const hanging = fetch(`${slack.apiUrl}team.info`, {
      headers: { authorization: `Bearer ${slack.acme.botToken}` },
      signal: giveUp.signal,
    });
    await slack.control.waitForLog(({ kind, method }) => kind === 'request_held' && method === 'team.info');
    giveUp.abort();
    await expect(hanging).rejects.toThrow();
  });

  it('is answered slowly, by the simulator clock', async () => {
    await fault({ kind: 'slow', method: 'auth.test', delayMs: 60_000 });
    const slow = ask();
    await slack.control.waitForLog(({ kind, fault: by }) => kind === 'request_held' && by === 'slow');
    await fault({ kind: 'disable_integration', team: 'Acme' });
    await slack.control.advance(60_000);
    expect(await slow).toEqual({ ok: false, error: 'account_inactive' });
  });

  it('is decided on arrival and answered when released, whatever happened since', async () => {
    await fault({ kind: 'disable_integration', team: 'Acme' });
    const after = await slack.control.lastSeq();
    const { id } = await fault({ kind: 'hold', method: 'auth.test', team: 'Acme', count: 1 });
    const late = ask();
    await slack.control.waitForLog(({ kind }) => kind === 'request_held', { after });
    await fault({ kind: 'enable', team: 'Acme' });
    expect(await ask()).toMatchObject({ ok: true });
    expect(await slack.control.release(id)).toBe(1);
    expect(await late).toEqual({ ok: false, error: 'account_inactive' });
  });

  it('is held with an error of choice until its delay is over', async () => {
    const after = await slack.control.lastSeq();
    await fault({ kind: 'hold', method: 'rtm.connect', error: 'token_revoked', delayMs: 90_000, count: 1 });
    const late = ask('rtm.connect');
    await slack.control.waitForLog(({ kind }) => kind === 'request_held', { after });
    await slack.control.advance(90_000);
    expect(await late).toEqual({ ok: false, error: 'token_revoked' });
  });
});

describe('an outage of everything', () => {
  it.each(['503', 'reset'] as const)('answers with %s, drops sockets, and spares only /_sim', async (how) => {
    using socket = await open();
    const { url } = await ask('rtm.connect');
    expect(await fault({ kind: 'outage', how })).toMatchObject({ socketsHit: 1, isInForce: true });
    expect(await socket.closed()).toBe(1006);
    const answers = await rawAsk().then(
      ({ status }) => String(status),
      () => 'reset',
    );
    expect(answers).toBe(how);
    using refused = new RawSocket(String(url));
    expect(await refused.closed()).toBe(1006);
    await slack.control.removeFaults();
    expect(await ask()).toMatchObject({ ok: true });
  });
});
