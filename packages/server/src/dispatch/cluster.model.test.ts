/** Two nodes under load whose shards come, are given back, are lost and fenced in any order. The log of the listeners is the witness. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Shard } from '../ownership/ownership.ts';
import { TestCluster, type TestNode } from './cluster.test-kit.ts';

const TEAMS = ['T1', 'T2', 'T3'] as const;

type Step =
  | { type: 'events'; node: 0 | 1; team: (typeof TEAMS)[number]; count: number }
  | { type: 'end' | 'notices' | 'move'; team: (typeof TEAMS)[number] }
  | { type: 'give' | 'takeFromDead' | 'hiccup'; team: (typeof TEAMS)[number] }
  | { type: 'pass'; ms: number };

const aTeam = fc.constantFrom(...TEAMS);
const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('events' as const),
      node: fc.constantFrom(0 as const, 1 as const),
      team: aTeam,
      count: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('end' as const, 'notices' as const), team: aTeam }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('give' as const, 'takeFromDead' as const, 'hiccup' as const, 'move' as const),
      team: aTeam,
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.constantFrom(20, 300, 1_500) }) },
);

/** The cluster, and what a step does to it. */
async function aRig() {
  const cluster = await TestCluster.open();
  const nodes = [await cluster.node('a'), await cluster.node('b')] as const;
  cluster.isHeld = true;
  const owners = new Map<Shard, 0 | 1>();
  const own = async (shard: Shard, to: 0 | 1, hadDied: boolean) => {
    owners.set(shard, to);
    await nodes[to].owner.take([shard], { hadDied });
  };
  for (const [n, team] of TEAMS.entries()) await own(cluster.shardOf(team), n === 0 ? 0 : 1, false);
  let sent = 0;
  let deaths = 0;
  const accepted: string[] = [];

  const endAll = async () => {
    for (const end of cluster.ends.values()) end();
    cluster.ends.clear();
    await cluster.clock.advance(50);
  };
  const carryOut = async (step: Step): Promise<void> => {
    if (step.type === 'pass') return await cluster.clock.advance(step.ms);
    const shard = cluster.shardOf(step.team);
    const from = owners.get(shard) ?? 0;
    switch (step.type) {
      case 'events': {
        const ids = Array.from({ length: step.count }, () => `e${sent++}`);
        accepted.push(...ids);
        await Promise.all(
          ids.map((id) => nodes[step.node].accept(id, { teamId: step.team, orderKey: `C${id.length}` })),
        );
        return;
      }
      case 'end':
        return await endAll();
      case 'notices':
        cluster.isDeaf = !cluster.isDeaf;
        return;
      case 'give': {
        const given = nodes[from].owner.giveBack([shard]);
        await endAll();
        await given;
        return await own(shard, from === 0 ? 1 : 0, false);
      }
      case 'takeFromDead':
        deaths++;
        return await takeFromDead(nodes[from], shard, () => own(shard, from === 0 ? 1 : 0, true));
      case 'hiccup':
        nodes[from].owner.fence();
        await endAll();
        nodes[from].owner.resume();
        return;
      case 'move': {
        // Always between shards that are owned, so that somebody moves the events.
        const others = TEAMS.map((team) => cluster.shardOf(team)).filter((one) => one !== shard);
        const [to] = others;
        if (to !== undefined) cluster.shards.set(step.team, to);
        for (const node of nodes) node.dispatcher.changed(step.team);
        return;
      }
    }
  };
  const settle = async () => {
    cluster.isHeld = false;
    for (let round = 0; round < 3; round++) {
      await endAll();
      await cluster.clock.advance(1_500);
    }
  };
  return { cluster, carryOut, settle, accepted, deaths: () => deaths };
}

/** Its lease is over; it learns of that when another has what it had, and comes back with nothing of it. */
async function takeFromDead(node: TestNode, shard: Shard, claim: () => Promise<void>): Promise<void> {
  node.owner.fence();
  await claim();
  node.owner.lose([shard]);
  node.owner.resume();
}

it('hands out each accepted event once over gains, losses, drains, fences and moves; again only after a death, as another attempt', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 4, maxLength: 30 }), async (steps) => {
      const { cluster, carryOut, settle, accepted, deaths } = await aRig();
      for (const step of steps) await carryOut(step);
      await settle();
      const seen = new Map(accepted.map((id): [string, number[]] => [id, cluster.attemptsOf(id)]));
      expect(Array.from(seen).filter(([, attempts]) => attempts.length === 0)).toEqual([]);
      // Each time it comes it is another attempt.
      expect(Array.from(seen).filter(([, attempts]) => new Set(attempts).size < attempts.length)).toEqual([]);
      if (deaths() === 0) expect(cluster.log).toHaveLength(accepted.length);
      const left = await cluster.store.all("select event_id, state from inbox where state <> 'done'");
      expect(left).toEqual([]);
      expect(cluster.errors).toEqual([]);
      await cluster.close();
    }),
    { numRuns: 15 },
  );
}, 120_000);
