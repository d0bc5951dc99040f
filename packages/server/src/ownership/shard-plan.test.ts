/** How many shards move at the same time: as many as their new owner can connect soon, and all where there is nothing to connect. */
import { describe, expect, it } from 'vitest';
import { type Holding, leaseDefaults, type PublishedState, type Survey } from './node-model.ts';
import type { Shard } from './ownership.ts';
import { planShards } from './shard-plan.ts';

const NOW = 1_000_000;
const HALF = Array.from({ length: 128 }, (_, shard) => shard);

interface Given {
  /** Of each shard. */
  connections?: number;
  /** Not held any more. */
  moving?: ReadonlyMap<Shard, Holding>;
  orphans?: readonly Shard[];
  newcomer?: PublishedState;
}

/** Of a node with 128 shards, beside one like it and one that has none yet. */
function givesWith({ connections = 0, moving = new Map(), orphans = [], newcomer = 'ready' }: Given): readonly Shard[] {
  const owners = (shard: Shard) => (orphans.includes(shard) ? null : shard < 128 ? 'me' : 'like me');
  const survey: Survey = {
    nodes: [
      { nodeId: 'like me', state: 'ready', isAskedToDrain: false },
      { nodeId: 'me', state: 'ready', isAskedToDrain: false },
      { nodeId: 'new', state: newcomer, isAskedToDrain: false },
    ],
    shards: Array.from({ length: 256 }, (_, shard) => ({ shard, owner: owners(shard), epoch: 1, hadDied: false })),
  };
  const held = HALF.filter((shard) => !orphans.includes(shard));
  const holdings = new Map(held.map((shard): [Shard, Holding] => [shard, { epoch: 1, phase: 'held' }]));
  for (const [shard, holding] of moving) holdings.set(shard, holding);
  const byShard = new Map(Array.from({ length: 256 }, (_, shard) => [shard, connections]));
  return planShards({
    lease: { nodeId: 'me' },
    survey,
    books: { holdings, mode: { kind: 'serving' }, lacks: [], orphanedSinceMs: new Map() },
    env: {
      nowMs: NOW,
      options: { ...leaseDefaults, socketSlots: 0 },
      ...(connections > 0 && { connectionsByShard: () => byShard }),
    },
  }).gives;
}

describe('a planned move', () => {
  it('takes many shards at once where teams have no connections, the last ones first', () => {
    expect(givesWith({})).toEqual(HALF.toReversed().slice(0, 32));
  });

  it('takes as many connections at once as are made in half a second, by all who give', () => {
    expect(givesWith({ connections: 2 })).toHaveLength(6);
  });

  it('takes one shard at a time when it has more connections than that', () => {
    expect(givesWith({ connections: 400 })).toHaveLength(1);
  });

  it('counts what was let go and has no owner yet', () => {
    expect(givesWith({ connections: 2, orphans: [126, 127] })).toHaveLength(4);
    expect(givesWith({ connections: 400, orphans: [127] })).toEqual([]);
  });

  it('counts what ends soon, and waits for no listener that takes its time', () => {
    const draining = (sinceMs: number) => new Map<Shard, Holding>([[127, { epoch: 1, phase: 'draining', sinceMs }]]);
    expect(givesWith({ connections: 400, moving: draining(NOW - 1_000) })).toEqual([]);
    expect(givesWith({ connections: 400, moving: draining(NOW - 3_000) })).toEqual([126]);
  });

  it('waits for a new owner that still connects', () => {
    expect(givesWith({ connections: 2, newcomer: 'settling' })).toEqual([]);
  });
});

it('of the sockets of the app one moves at a time', () => {
  const nodes = ['me', 'new'].map((nodeId) => ({ nodeId, state: 'ready' as const, isAskedToDrain: false }));
  const sockets = [256, 257, 258, 259, 260];
  const holdings = new Map(sockets.map((shard): [Shard, Holding] => [shard, { epoch: 1, phase: 'held' }]));
  const plan = planShards({
    lease: { nodeId: 'me' },
    survey: { nodes, shards: sockets.map((shard) => ({ shard, owner: 'me', epoch: 1, hadDied: false })) },
    books: { holdings, mode: { kind: 'serving' }, lacks: [], orphanedSinceMs: new Map() },
    env: { nowMs: NOW, options: leaseDefaults },
  });
  expect(plan.gives).toEqual([260]);
});
