/** Socket Mode against a real HTTP and WebSocket peer that does what the test says. Time is moved; sockets are not. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../test/connection/rig.ts';
import { APP_TOKEN, SocketRig } from '../../test/connection/socket-rig.ts';
import type { BotServerError } from '../errors.ts';
import { SocketConnections } from './socket-connections.ts';

let rig: SocketRig;

beforeEach(async () => {
  rig = await SocketRig.start();
});

afterEach(async () => {
  await rig.stop();
});

/** Other settings than those of beforeEach. */
async function restart(options: Parameters<typeof SocketRig.start>[0]): Promise<void> {
  await rig.stop();
  rig = await SocketRig.start(options);
}

describe('a refresh', () => {
  it.each(['warning', 'refresh_requested', 'something_new', undefined])(
    'opens the successor first, and the old one goes on until the peer closes it (%s)',
    async (reason) => {
      const old = await rig.connect();
      await rig.clock.advance(60_000);
      rig.send({ type: 'disconnect', reason });
      await until(() => rig.open.length === 2);
      await rig.clock.advance(10_000);
      const late = await rig.deliver({ type: 'interactive', envelope_id: 'e1' }, old);
      late.answer({ kind: 'accepted' });
      await until(() => old.received.length === 1);
      expect(old.closedWith).toBeUndefined();
      old.socket.close(1000);
      await until(() => old.closedWith !== undefined);
      await rig.clock.advance(60_000);
      expect(rig.sockets.open).toBe(1);
      expect(rig.slack.accepted).toHaveLength(2);
    },
  );

  it('closes the old socket after half a minute when the peer does not, but not while an answer is owed on it', async () => {
    const old = await rig.connect();
    rig.send({ type: 'disconnect', reason: 'warning' });
    await until(() => rig.open.length === 2);
    await rig.clock.advance(29_000);
    const { answer } = await rig.deliver({ envelope_id: 'e1' }, old);
    await rig.clock.advance(2_000);
    expect(old.closedWith).toBeUndefined();
    answer({ kind: 'accepted' });
    await until(() => old.closedWith !== undefined);
    expect(old.received).toEqual([{ envelope_id: 'e1' }]);
    expect(old.closedWith).toBe(1000);
  });

  it('does not wait for ever for an answer that never comes', async () => {
    const old = await rig.connect();
    await rig.deliver({}, old);
    rig.send({ type: 'disconnect', reason: 'warning' });
    await until(() => rig.open.length === 2);
    await rig.clock.advance(41_000);
    await until(() => old.closedWith !== undefined);
  });

  it('is one refresh, although the peer says it twice', async () => {
    await rig.connect();
    rig.send({ type: 'disconnect', reason: 'warning' });
    rig.send({ type: 'disconnect', reason: 'refresh_requested' });
    await until(() => rig.open.length === 2);
    await rig.clock.advance(60_000);
    expect(rig.slack.accepted).toHaveLength(2);
  });

  it('of one slot leaves the other alone, and they do not meet again', async () => {
    await restart({ socketCount: 2 });
    rig.slack.script(APP_TOKEN, { hello: { debug_info: { approximate_connection_time: 3600 } } });
    await rig.connect(2);
    await rig.clock.advance(1_799_000);
    expect(rig.slack.accepted).toHaveLength(2);
    await rig.clock.advance(2_000);
    await until(() => rig.slack.accepted.length === 3);
    await rig.clock.advance(1_700_000);
    expect(rig.slack.accepted).toHaveLength(3);
    expect(rig.sockets.open).toBe(2);
  });
});

describe('Socket Mode that is switched off', () => {
  it('is the operator’s problem, told once, and tried again every few minutes', async () => {
    const peer = await rig.connect();
    await rig.clock.advance(60_000);
    rig.send({ type: 'disconnect', reason: 'link_disabled' });
    await until(() => peer.closedWith !== undefined);
    rig.slack.script(APP_TOKEN, { answer: { kind: 'error', code: 'link_disabled' } });
    await rig.clock.advance(600_000);
    // The first eight by back-off, then at the cap.
    const before = rig.slack.asked.length;
    await rig.clock.advance(600_000);
    expect(rig.slack.asked.length - before).toBeLessThanOrEqual(3);
    expect(rig.errors).toMatchObject([
      {
        teamId: null,
        where: 'socket mode',
        error: { code: 'connect_refused', facts: { slackError: 'link_disabled' } },
      },
    ]);
    rig.slack.script(APP_TOKEN, { answer: { kind: 'url' } });
    await rig.clock.advance(300_000);
    await until(() => rig.sockets.open === 1);
  });

  it.each(['invalid_auth', 'account_inactive', 'not_authed', 'forbidden_team', 'missing_scope'])(
    'and is back within seconds when %s was said for three seconds',
    async (code) => {
      rig.slack.script(APP_TOKEN, { answer: { kind: 'error', code } });
      rig.sockets.start();
      await until(() => rig.errors.length === 1);
      await rig.clock.advance(3_000);
      rig.slack.script(APP_TOKEN, { answer: { kind: 'url' } });
      await rig.clock.advance(8_000);
      await until(() => rig.sockets.open === 1);
      expect(rig.errors).toMatchObject([{ error: { facts: { slackError: code } } }]);
    },
  );

  it('waits as long as Retry-After says', async () => {
    rig.slack.script(APP_TOKEN, { answer: { kind: 'http', status: 429, headers: { 'retry-after': '30' } } });
    rig.sockets.start();
    await until(() => rig.logged('Socket Mode not connected').length === 1);
    await rig.clock.advance(30_000);
    expect(rig.slack.asked).toHaveLength(1);
    rig.slack.script(APP_TOKEN, { answer: { kind: 'url' } });
    await rig.clock.advance(1_000);
    await until(() => rig.sockets.open === 1);
    expect(rig.errors).toEqual([]);
  });
});

describe('too many sockets', () => {
  it('closes ours first, answers what is in hand, and waits half a minute', async () => {
    const peer = await rig.connect();
    await rig.clock.advance(60_000);
    const { answer } = await rig.deliver({ envelope_id: 'e1' });
    rig.send({ type: 'disconnect', reason: 'too_many_websockets' });
    await until(() => rig.sockets.open === 0);
    answer({ kind: 'accepted' });
    await until(() => peer.closedWith !== undefined);
    expect(peer.received).toEqual([{ envelope_id: 'e1' }]);
    await rig.clock.advance(29_000);
    expect(rig.slack.asked).toHaveLength(1);
    await rig.clock.advance(2_000);
    await until(() => rig.sockets.open === 1);
    expect(rig.slack.asked).toHaveLength(2);
  });

  it('are not ours to be one more of: a successor that is turned away does not come beside the old one again', async () => {
    const old = await rig.connect();
    await rig.clock.advance(60_000);
    rig.slack.script(APP_TOKEN, { greeting: { kind: 'none' } });
    rig.send({ type: 'disconnect', reason: 'refresh_requested' });
    await until(() => rig.open.length === 2);
    rig.send({ type: 'disconnect', reason: 'too_many_websockets' }, rig.open[1]);
    await until(() => rig.open.length === 1);
    rig.slack.script(APP_TOKEN, { greeting: { kind: 'hello' } });
    await rig.clock.advance(29_000);
    expect(rig.open).toEqual([old]);
    await rig.clock.advance(3_000);
    await until(() => rig.slack.accepted.length === 3 && rig.open.length === 1);
    expect(old.closedWith).toBe(1000);
  });

  it('are a warning, once, when the peer counts more than we hold', async () => {
    rig.slack.script(APP_TOKEN, { hello: { num_connections: 3 } });
    await rig.connect();
    const told = () => rig.logged('another process uses this app token, or Slack still counts lost connections');
    expect(told()).toMatchObject([{ connections: 3, ours: 1 }]);
    rig.slack.script(APP_TOKEN, { hello: { num_connections: 4 } });
    rig.send({ type: 'disconnect', reason: 'warning' });
    await until(() => rig.open.length === 2);
    // The old one counts as ours until it is gone, so that it is two strangers as before.
    await until(() => rig.logged('Socket Mode connection changed').length >= 2);
    expect(told()).toHaveLength(1);
  });
});

describe('another app’s socket', () => {
  it('takes nothing and is told to the operator', async () => {
    await restart({ appId: 'A0APP00001' });
    rig.slack.script(APP_TOKEN, { hello: { connection_info: { app_id: 'A0OTHER001' } } });
    rig.sockets.start();
    await until(() => rig.errors.length === 1);
    const [told] = rig.errors as { error: BotServerError }[];
    expect(told).toMatchObject({ teamId: null, where: 'socket mode', error: { code: 'app_mismatch' } });
    await until(() => rig.open.length === 0);
    await rig.clock.advance(239_000);
    expect(rig.slack.asked).toHaveLength(1);
    expect(rig.taken).toEqual([]);
  });
});

describe('a server that stops', () => {
  it('answers what is in hand before it closes', async () => {
    const peer = await rig.connect();
    const { answer } = await rig.deliver({ envelope_id: 'e1' });
    const stopped = rig.sockets.stop({ graceMs: 5_000 });
    await rig.clock.advance(2_000);
    expect(peer.closedWith).toBeUndefined();
    answer({ kind: 'accepted' });
    await stopped;
    expect(peer.received).toEqual([{ envelope_id: 'e1' }]);
    expect(peer.closedWith).toBe(1000);
  });

  it('is done when its grace is over, and leaves no timer', async () => {
    await rig.connect();
    await rig.deliver({});
    const stopped = rig.sockets.stop({ graceMs: 1_000 });
    await rig.clock.advance(1_000);
    await stopped;
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it('does not wait for an old socket that only lingers', async () => {
    const old = await rig.connect();
    rig.send({ type: 'disconnect', reason: 'warning' });
    await until(() => rig.open.length === 2);
    await until(() => rig.logged('Socket Mode connection changed').length >= 2);
    await rig.sockets.stop({ graceMs: 5_000 });
    expect(old.closedWith).toBe(1000);
    expect(rig.clock.pendingTimers).toBe(0);
  });
});

describe('a socket that is lost', () => {
  it('is replaced when it only falls silent, and the time without any is logged', async () => {
    await rig.connect();
    await rig.clock.advance(60_000);
    rig.slack.mute(APP_TOKEN);
    await rig.clock.advance(20_000);
    await until(() => rig.slack.accepted.length === 2 && rig.sockets.open === 1);
    const [gap] = rig.logged('there was no Socket Mode connection');
    expect(gap).toMatchObject({ ms: 500 });
    expect(rig.gaps).toEqual([{ teamId: null, fromMs: gap?.fromMs, toMs: gap?.toMs }]);
  });

  it('that never says hello is given up after ten seconds', async () => {
    rig.slack.script(APP_TOKEN, { greeting: { kind: 'none' } });
    rig.sockets.start();
    await rig.clock.advance(10_000);
    await until(() => rig.logged('Socket Mode not connected').length === 1);
    expect(rig.logged('Socket Mode not connected')).toMatchObject([{ reason: 'connect_timeout' }]);
    rig.slack.script(APP_TOKEN, { greeting: { kind: 'hello' } });
    await rig.clock.advance(1_000);
    await until(() => rig.sockets.open === 1);
  });

  it('comes back when names can be resolved again', async () => {
    await rig.connect();
    rig.isNameUnknown = true;
    rig.slack.reset(APP_TOKEN);
    const reasons = () => [...rig.logged('Socket Mode not connected')].map(({ reason }) => reason);
    await until(() => rig.sockets.open === 0);
    // The system's resolver answers in real time: on a busy machine an attempt is over before it does.
    const unresolved = () => reasons().filter((reason) => reason === 'enotfound' || reason === 'eai_again');
    await vi.waitFor(async () => {
      await rig.clock.advance(60_000);
      expect(unresolved().length).toBeGreaterThan(3);
    });
    rig.isNameUnknown = false;
    await rig.clock.advance(120_000);
    await until(() => rig.sockets.open === 1);
    expect(rig.errors).toEqual([]);
  });

  it('comes back after an address whose host nobody knows', async () => {
    const body = JSON.stringify({ ok: true, url: 'wss://nowhere.invalid/link/?ticket=1' });
    rig.slack.script(APP_TOKEN, { answer: { kind: 'http', status: 200, body } });
    rig.sockets.start();
    await until(() => rig.logged('Socket Mode not connected').length === 1);
    rig.slack.script(APP_TOKEN, { answer: { kind: 'url' } });
    await rig.clock.advance(1_000);
    await until(() => rig.sockets.open === 1);
  });

  it('comes back when a frame was too large', async () => {
    await restart({ maxFrameBytes: 1_000 });
    const peer = await rig.connect();
    rig.send({ type: 'events_api', envelope_id: 'e1', payload: { text: 'x'.repeat(1_000) } });
    await until(() => peer.closedWith === 1009);
    await until(() => rig.sockets.open === 0);
    await rig.clock.advance(1_000);
    await until(() => rig.sockets.open === 1);
  });

  it('leaves no gap while the other slot is open', async () => {
    await restart({ socketCount: 2 });
    await rig.connect(2);
    rig.open[0]?.tcp.destroy();
    await until(() => rig.sockets.open === 1);
    await rig.clock.advance(1_000);
    await until(() => rig.sockets.open === 2);
    expect(rig.logged('there was no Socket Mode connection')).toEqual([]);
    expect(rig.gaps).toEqual([]);
  });
});

it.each([0, 6, 1.5, Number.NaN])('refuses to hold %s sockets', (socketCount) => {
  const deps = { appToken: APP_TOKEN, clock: rig.clock, options: { socketCount } } as never;
  expect(() => new SocketConnections(deps)).toThrow(/socketCount .* from 1 to 5/);
});
