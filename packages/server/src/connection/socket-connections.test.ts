/** Socket Mode against a real HTTP and WebSocket peer that does what the test says. Time is moved; sockets are not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test/connection/rig.ts';
import { APP_TOKEN, SocketRig } from '../../test/connection/socket-rig.ts';
import type { BotServerError } from '../errors.ts';
import type { DeliveryAnswer } from '../slack/delivery/delivery.ts';
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

describe('an envelope', () => {
  it('is acknowledged when it is stored and not before', async () => {
    const peer = await rig.connect();
    const { answer } = await rig.deliver({ envelope_id: 'e1' });
    await rig.clock.advance(2_000);
    expect(peer.received).toEqual([]);
    answer({ kind: 'accepted' });
    await until(() => peer.received.length === 1);
    expect(peer.received).toEqual([{ envelope_id: 'e1' }]);
  });

  const modal = { response_action: 'clear' };
  const answers: [DeliveryAnswer, Record<string, unknown>, unknown][] = [
    [{ kind: 'accepted' }, { type: 'events_api' }, { envelope_id: 'e1' }],
    [{ kind: 'payload', payload: modal }, { accepts_response_payload: true }, { envelope_id: 'e1', payload: modal }],
    [{ kind: 'payload', payload: 'hi' }, { type: 'slash_commands' }, { envelope_id: 'e1', payload: { text: 'hi' } }],
    [{ kind: 'payload', payload: modal }, { accepts_response_payload: false }, { envelope_id: 'e1' }],
    [{ kind: 'payload', payload: modal }, { type: 'events_api' }, { envelope_id: 'e1' }],
    [{ kind: 'refused', reason: 'of another app' }, {}, { envelope_id: 'e1' }],
    [{ kind: 'unavailable' }, {}, undefined],
    [{ kind: 'unanswered', reason: 'timed_out' }, {}, undefined],
    [{ kind: 'unanswered', reason: 'failed' }, {}, undefined],
  ];
  it.each(answers)('that is answered by %j, of %j, is acknowledged by %j', async (given, frame, ack) => {
    const peer = await rig.connect();
    const { answer } = await rig.deliver({ type: 'interactive', envelope_id: 'e1', ...frame });
    answer(given);
    await until(() => rig.sockets.counts.acked + rig.sockets.counts.unacked === 1);
    const next = await rig.deliver({ envelope_id: 'e2' });
    next.answer({ kind: 'accepted' });
    await until(() => peer.received.length === (ack === undefined ? 1 : 2));
    expect(peer.received).toEqual([...(ack === undefined ? [] : [ack]), { envelope_id: 'e2' }]);
  });

  it('tells the receiver which try it is, and its payload as it came', async () => {
    await rig.connect();
    const payload = { type: 'app_rate_limited', team_id: 'T0ACME0001' };
    const { delivery } = await rig.deliver({ payload, retry_attempt: 1, retry_reason: 'timeout' });
    expect(delivery).toEqual({ body: payload, retryNum: 1, retryReason: 'timeout' });
  });

  it('is acknowledged on the socket on which it came, although there is a newer one', async () => {
    const old = await rig.connect();
    const { answer } = await rig.deliver({ envelope_id: 'e1' }, old);
    rig.send({ type: 'disconnect', reason: 'warning' });
    await until(() => rig.open.length === 2);
    answer({ kind: 'accepted' });
    await until(() => old.received.length === 1);
    expect(rig.open.map(({ received }) => received)).toEqual([[{ envelope_id: 'e1' }], []]);
  });

  it('whose socket broke before the answer is counted; Slack sends it again', async () => {
    await rig.connect();
    const { answer } = await rig.deliver({});
    rig.slack.drop(APP_TOKEN);
    await until(() => rig.sockets.open === 0);
    answer({ kind: 'accepted' });
    await until(() => rig.sockets.counts.tooLate === 1);
  });
});

describe('an envelope that comes again', () => {
  const command = { type: 'slash_commands', envelope_id: 'c1', accepts_response_payload: true };
  const hello = { kind: 'payload', payload: { text: 'hello' } } as const;

  it('is taken once, and answered alike on the socket of its second time', async () => {
    await rig.connect();
    const { answer } = await rig.deliver(command);
    rig.slack.drop(APP_TOKEN);
    await until(() => rig.sockets.open === 0);
    answer(hello);
    await until(() => rig.sockets.counts.tooLate === 1);
    await rig.clock.advance(5_000);
    await until(() => rig.sockets.open === 1);
    rig.send({ payload: {}, ...command });
    await until(() => rig.open[0]?.received.length === 1);
    expect(rig.open[0]?.received).toEqual([{ envelope_id: 'c1', payload: { text: 'hello' } }]);
    expect(rig.taken).toHaveLength(1);
    expect(rig.sockets.counts.repeated).toBe(1);
  });

  it('while its listener runs waits for the same answer', async () => {
    const peer = await rig.connect();
    const { answer } = await rig.deliver(command);
    rig.send({ payload: {}, ...command });
    await until(() => rig.sockets.counts.repeated === 1);
    answer(hello);
    await until(() => peer.received.length === 2);
    expect(rig.taken).toHaveLength(1);
  });

  it('after it was turned away is taken', async () => {
    await rig.connect();
    const first = await rig.deliver(command);
    first.answer({ kind: 'unavailable' });
    await until(() => rig.sockets.counts.unacked === 1);
    await rig.deliver(command);
    expect(rig.taken).toHaveLength(2);
  });

  it('is answered without a payload when very many came after it', async () => {
    const peer = await rig.connect();
    for (let n = 0; n <= 200; n++) {
      const { answer } = await rig.deliver({ ...command, envelope_id: `n${n}` });
      answer(hello);
    }
    await until(() => peer.received.length === 201);
    for (const envelope_id of ['n0', 'n1']) rig.send({ payload: {}, ...command, envelope_id });
    await until(() => peer.received.length === 203);
    expect(peer.received.slice(201)).toEqual([
      { envelope_id: 'n0' },
      { envelope_id: 'n1', payload: { text: 'hello' } },
    ]);
    expect(rig.taken).toHaveLength(201);
  });

  it('whose id is longer than a frame may be is not acknowledged, and the socket goes on', async () => {
    const peer = await rig.connect();
    const { answer } = await rig.deliver({ envelope_id: 'x'.repeat(21_000) });
    answer({ kind: 'accepted' });
    rig.send({ type: 'something_new', envelope_id: 'y'.repeat(21_000), payload: {} });
    const next = await rig.deliver({ envelope_id: 'e2' });
    next.answer({ kind: 'accepted' });
    await until(() => peer.received.length === 1);
    expect(peer.received).toEqual([{ envelope_id: 'e2' }]);
  });
});

describe('frames that are no envelopes', () => {
  it('are ignored and counted, and the socket goes on', async () => {
    const peer = await rig.connect();
    for (const junk of ['{', '[]', 'null', '"x"', Buffer.from([1, 2, 3])]) rig.send(junk);
    rig.send({});
    rig.send({ type: 'events_api', payload: {} });
    rig.send({ type: 'interactive', envelope_id: 'e1' });
    const { answer } = await rig.deliver({ envelope_id: 'e9' });
    answer({ kind: 'accepted' });
    await until(() => peer.received.length === 1);
    expect(rig.sockets.counts).toMatchObject({ malformed: 5, ignored: 3, unknown: 0, acked: 1 });
    expect(peer.received).toEqual([{ envelope_id: 'e9' }]);
  });

  it('of an unknown type are acknowledged where that can be done, and told once', async () => {
    const peer = await rig.connect();
    for (const envelope_id of ['e1', 'e2']) rig.send({ type: 'something_new', envelope_id, payload: {} });
    rig.send({ type: 'something_new' });
    await until(() => rig.sockets.counts.unknown === 3);
    await until(() => peer.received.length === 2);
    expect(peer.received).toEqual([{ envelope_id: 'e1' }, { envelope_id: 'e2' }]);
    expect(rig.taken).toEqual([]);
    expect(rig.logged('envelopes of an unknown type are not handled')).toHaveLength(1);
  });

  it('that are too large close the socket, which comes back', async () => {
    await restart({ maxFrameBytes: 1_000 });
    const peer = await rig.connect();
    rig.send({ type: 'events_api', envelope_id: 'e1', payload: { text: 'x'.repeat(1_000) } });
    await until(() => peer.closedWith === 1009);
    await until(() => rig.sockets.open === 0);
    await rig.clock.advance(1_000);
    await until(() => rig.sockets.open === 1);
  });
});

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
    await rig.clock.advance(60_000);
    expect(reasons().length).toBeGreaterThan(3);
    expect(reasons().every((reason) => reason === 'enotfound' || reason === 'eai_again')).toBe(true);
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
