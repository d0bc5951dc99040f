/** Socket Mode whose slots several nodes share: each node connects those that it owns, and hands them over by plan. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test/connection/rig.ts';
import { APP_TOKEN, SocketRig } from '../../test/connection/socket-rig.ts';
import { FIRST_SOCKET_SLOT } from '../ownership/ownership.ts';

let rig: SocketRig;

beforeEach(async () => {
  rig = await SocketRig.start({ socketCount: 2 });
});

afterEach(async () => {
  await rig.stop();
});

describe('slots that several nodes share', () => {
  const [first, second] = [FIRST_SOCKET_SLOT, FIRST_SOCKET_SLOT + 1];

  async function withFirstOfTwo() {
    rig.slack.script(APP_TOKEN, { hello: { num_connections: 2 } });
    rig.owned.delete(second);
    await rig.connect(1);
  }

  it('are connected by their owners alone, and the sockets of other nodes are nobody else’s', async () => {
    await withFirstOfTwo();
    await rig.clock.advance(60_000);
    expect(rig.open).toHaveLength(1);
    expect(rig.sockets.isShared).toBe(false);
  });

  it('are connected when they are gained, and closed by plan when they are lost', async () => {
    await withFirstOfTwo();
    rig.owned.add(second);
    rig.sockets.gained([{ shard: second, epoch: 2, hadDied: true }]);
    await until(() => rig.sockets.open === 2);
    rig.owned.delete(first);
    await rig.sockets.drain([first]);
    rig.sockets.lost([first]);
    await until(() => rig.open.length === 1);
    expect(rig.sockets.open).toBe(1);
  });

  function fence() {
    rig.isFenced = true;
    rig.sockets.fenced();
  }

  async function unfence() {
    rig.isFenced = false;
    rig.sockets.resumed();
    await rig.clock.advance(2_000);
    await until(() => rig.sockets.open === 1);
  }

  it('go on while the node is fenced for less than half a second, without a new connection', async () => {
    await withFirstOfTwo();
    const [socket] = rig.open;
    fence();
    await rig.clock.advance(499);
    const { answer } = await rig.deliver({});
    answer({ kind: 'accepted' });
    await until(() => rig.sockets.counts.acked === 1);
    await unfence();
    await rig.clock.advance(60_000);
    expect(rig.open).toEqual([socket]);
    expect(rig.slack.asked).toHaveLength(1);
  });

  it('that are lost while the node is fenced are made again when it is back, and not before', async () => {
    await withFirstOfTwo();
    fence();
    rig.slack.drop(APP_TOKEN);
    await until(() => rig.sockets.open === 0);
    await rig.clock.advance(60_000);
    expect(rig.open).toHaveLength(0);
    await unfence();
  });

  it('are cut after half a second of a fence, whatever is owed on them, so that Slack sends to the nodes that can store', async () => {
    await withFirstOfTwo();
    const [socket] = rig.open;
    const { answer } = await rig.deliver({});
    fence();
    await rig.clock.advance(500);
    await until(() => rig.open.length === 0);
    answer({ kind: 'accepted' });
    await until(() => rig.sockets.counts.tooLate === 1);
    await rig.clock.advance(60_000);
    expect(rig.slack.asked).toHaveLength(1);
    const lostAtMs = rig.clock.now() - 60_000;
    await unfence();
    expect(rig.open).not.toContain(socket);
    // Nobody had a socket meanwhile, as far as this process knows.
    expect(rig.gaps).toMatchObject([{ fromMs: lostAtMs }]);
  });

  it('are made again at once after each cut, however soon one follows the other', async () => {
    await withFirstOfTwo();
    for (let times = 1; times <= 6; times++) {
      fence();
      await rig.clock.advance(500);
      await until(() => rig.open.length === 0);
      rig.isFenced = false;
      rig.sockets.resumed();
      // No time passes.
      await until(() => rig.sockets.open === 1);
      expect(rig.slack.asked).toHaveLength(1 + times);
    }
  });

  it('are cut once: a second fence begins a time of its own, and a server that stops has none', async () => {
    await withFirstOfTwo();
    fence();
    await rig.clock.advance(400);
    await unfence();
    fence();
    await rig.clock.advance(400);
    expect(rig.open).toHaveLength(1);
    await rig.sockets.stop({ graceMs: 0 });
    expect(rig.clock.pendingTimers).toBe(0);
  });
});
