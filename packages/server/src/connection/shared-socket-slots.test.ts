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

  it('go on while the node is fenced, without a new connection, and are made again when it is back', async () => {
    await withFirstOfTwo();
    rig.isFenced = true;
    rig.sockets.fenced();
    const { answer } = await rig.deliver({});
    answer({ kind: 'accepted' });
    await until(() => rig.sockets.counts.acked === 1);
    rig.slack.drop(APP_TOKEN);
    await until(() => rig.sockets.open === 0);
    await rig.clock.advance(60_000);
    expect(rig.open).toHaveLength(0);
    rig.isFenced = false;
    rig.sockets.resumed();
    await rig.clock.advance(2_000);
    await until(() => rig.sockets.open === 1);
  });
});
