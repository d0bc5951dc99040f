/** Jobs of several nodes on one PostgreSQL, whose leases are rows that the test writes. */
import { describe, expect, it, vi } from 'vitest';
import type { Store } from '../store/store.ts';
import { shardOf } from '../team/shard.ts';
import { TestClock } from '../time/test-clock.ts';
import { addTeams, aGate, aProcess, aWorld, HOUR_MS, MINUTE_MS, START_MS, slotsOf } from './jobs.test-kit.ts';

async function writeNode(store: Store, id: string, lease: 'live' | 'over' = 'live'): Promise<void> {
  await store.run(
    `insert into node (id, host, pid, package_version, schema_version, state, seals_with, expires_at)
     values ($1, 'here', 1, '1.0.0', 13, 'ready', 'key', clock_timestamp() + cast($2 as interval))
     on conflict (id) do update set expires_at = excluded.expires_at`,
    [id, lease === 'live' ? '1 hour' : '-1 second'],
  );
}

/** Ownership of shards that the test changes. */
function aNode(nodeId: string, keys: readonly string[] = []) {
  const owned = new Set(keys.map(shardOf));
  return { nodeId, state: 'owning' as const, owned, owns: (shard: number) => owned.has(shard) };
}

const DEATH = [{ shard: 0, epoch: 2, hadDied: true }];

describe('a run of every', () => {
  it('that a live node has begun is left to it, and runs again elsewhere when that node has died', async () => {
    const world = await aWorld('postgres');
    for (const id of ['a', 'b']) await writeNode(world.store, id);
    const [a, b] = [aProcess(world, { ownership: aNode('a') }), aProcess(world, { ownership: aNode('b') })];
    const runs: string[] = [];
    a.jobs.every('minute', () => (runs.push('a'), new Promise(() => {})), { name: 'report' });
    b.jobs.every('minute', () => void runs.push('b'), { name: 'report' });
    await a.start();
    await world.clock.advance(MINUTE_MS);
    await world.clock.settle();
    expect(runs).toEqual(['a']);
    await b.start();
    b.jobs.gained(DEATH);
    await world.clock.settle();
    expect(runs).toEqual(['a']);

    await writeNode(world.store, 'a', 'over');
    b.jobs.gained(DEATH);
    await world.clock.settle();
    expect(runs).toEqual(['a', 'b']);
    expect((await slotsOf(world.store)).map(({ state }) => state)).toEqual(['done']);
  });

  it('ends on a node whose lease was lost, because another one repeats it, and its end is not written over that', async () => {
    const world = await aWorld('postgres');
    const node = aNode('a');
    const a = aProcess(world, { ownership: node });
    const reasons: string[] = [];
    a.jobs.every(
      'minute',
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(reasons.push(String(signal.reason))))),
      { name: 'report' },
    );
    await a.start();
    await world.clock.advance(MINUTE_MS);
    await world.clock.settle();
    a.jobs.lost([shardOf('T1')]);
    await world.clock.settle();
    expect(reasons).toEqual([]);
    // The lease is over, and the node has no other one yet.
    Object.assign(node, { state: 'idle' });
    a.jobs.lost([]);
    await world.clock.settle();
    expect(reasons).toEqual([expect.stringContaining('Another node took over while job report ran')]);
    expect((await slotsOf(world.store)).map(({ state }) => state)).toEqual(['running']);
  });

  it('that a node has run whose clock is five minutes ahead is not run again by one that starts', async () => {
    const world = await aWorld('postgres');
    for (const id of ['a', 'b']) await writeNode(world.store, id);
    const ahead = new TestClock(START_MS + 5 * MINUTE_MS);
    const a = aProcess({ store: world.store, clock: ahead }, { ownership: aNode('a') });
    const b = aProcess(world, { ownership: aNode('b') });
    const runs: number[] = [];
    for (const { jobs } of [a, b])
      jobs.every('minute', ({ plannedAtMs }) => void runs.push(plannedAtMs), { name: 'report' });
    await a.start();
    // The store keeps only the other clock from going on.
    const hasRun = async () => {
      await ahead.advance(MINUTE_MS);
      expect(runs.length).toBeGreaterThan(0);
    };
    await vi.waitFor(hasRun, { timeout: 10_000, interval: 100 });
    await b.start();
    for (let minute = 0; minute < 8; minute++) {
      await world.clock.advance(MINUTE_MS);
      await world.clock.settle();
    }
    expect(runs.length).toBeGreaterThan(3);
    expect(runs.length).toBe(new Set(runs).size);
  });

  it('is not begun by a node that is fenced', async () => {
    const world = await aWorld('postgres');
    const node: { nodeId: string; state: 'owning' | 'fenced'; owns: () => boolean } = {
      ...aNode('a'),
      owns: () => false,
    };
    const a = aProcess(world, { ownership: node });
    const runs: number[] = [];
    a.jobs.every('minute', ({ plannedAtMs }) => void runs.push(plannedAtMs), { name: 'report' });
    await a.start();
    node.state = 'fenced';
    await world.clock.advance(5 * MINUTE_MS);
    await world.clock.settle();
    expect(runs).toEqual([]);
    node.state = 'owning';
    a.jobs.resumed();
    await world.clock.settle();
    expect(runs).toHaveLength(1);
  });
});

describe('everyTeam', () => {
  const teams = ['T1', 'T2', 'T3', 'T4'];

  it('runs for each team at the owner of its shard, and not again when that moves', async () => {
    const world = await aWorld('postgres');
    await addTeams(world.store, teams);
    const nodes = [aNode('a', ['T1', 'T2', 'T3']), aNode('b', ['T4'])] as const;
    const runs: string[] = [];
    const rigs = nodes.map((ownership) => {
      const rig = aProcess(world, { teams, ownership });
      rig.jobs.everyTeam('hour', ({ teamId }) => void runs.push(`${teamId} ${ownership.nodeId}`), { name: 'digest' });
      return rig;
    });
    for (const { start } of rigs) await start();
    await pass(world, HOUR_MS);
    expect(runs.sort()).toEqual(['T1 a', 'T2 a', 'T3 a', 'T4 b']);

    for (const key of ['T1', 'T2']) {
      nodes[0].owned.delete(shardOf(key));
      rigs[0]?.jobs.lost([shardOf(key)]);
      nodes[1].owned.add(shardOf(key));
      rigs[1]?.jobs.gained([{ shard: shardOf(key), epoch: 2, hadDied: false }]);
    }
    runs.length = 0;
    await pass(world, 3 * HOUR_MS);
    const counts = Object.groupBy(runs, (run) => run);
    expect(Object.fromEntries(Object.entries(counts).map(([run, all]) => [run, all?.length]))).toEqual({
      'T1 b': 3,
      'T2 b': 3,
      'T3 a': 3,
      'T4 b': 3,
    });
  });

  it('is waited for when its shard is given back, and ended when that is lost', async () => {
    const world = await aWorld('postgres');
    await addTeams(world.store, ['T1']);
    const node = aNode('a', ['T1']);
    const { jobs, start } = aProcess(world, { teams: ['T1'], ownership: node });
    const { opened, open } = aGate();
    let isAborted = false;
    jobs.everyTeam('hour', ({ signal }) => (signal.addEventListener('abort', () => (isAborted = true)), opened), {
      name: 'digest',
    });
    await start();
    await pass(world, HOUR_MS);
    let isDrained = false;
    const drained = jobs.drain([shardOf('T1')], { limitMs: 30_000 }).then(() => (isDrained = true));
    await world.clock.advance(1_000);
    expect([isDrained, isAborted]).toEqual([false, false]);
    open();
    await drained;
    expect(isAborted).toBe(false);

    await pass(world, HOUR_MS);
    const rig = aProcess(world, { teams: ['T1'], ownership: node });
    let hasEnded = false;
    rig.jobs.everyTeam(
      'hour',
      ({ signal }) => new Promise(() => signal.addEventListener('abort', () => (hasEnded = true))),
      { name: 'other' },
    );
    await rig.start();
    await pass(world, HOUR_MS);
    rig.jobs.lost([shardOf('T1')]);
    expect(hasEnded).toBe(true);
  });
});

async function pass({ clock }: Awaited<ReturnType<typeof aWorld>>, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5 * MINUTE_MS) {
    await clock.advance(5 * MINUTE_MS);
    await clock.settle();
  }
}
