/** What becomes of the envelopes that come over Socket Mode: real sockets, a scripted peer and receiver. Time is moved. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test/connection/rig.ts';
import { APP_TOKEN, SocketRig } from '../../test/connection/socket-rig.ts';
import type { DeliveryAnswer } from '../slack/delivery/delivery.ts';

let rig: SocketRig;

beforeEach(async () => {
  rig = await SocketRig.start();
});

afterEach(async () => {
  await rig.stop();
});

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
});
