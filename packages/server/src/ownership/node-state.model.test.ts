/** Invariants O1 to O4 under any mix of deaths, freezes, cuts, outages, late statements and deleted rows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DatabaseCopy, ModelCluster, modelOptions, SHARDS } from './cluster-model.test-kit.ts';

const { ttlMs, beatMs } = modelOptions;
/** Within so long everything that was a dead node's is somebody's. */
const OWNED_AGAIN_MS = ttlMs + beatMs + 1_000;

const fault = fc.record({
  atMs: fc.integer({ min: 0, max: 60_000 }),
  kind: fc.constantFrom('kill', 'freeze', 'cut', 'outage', 'slow', 'stop', 'join', 'deleteRow', 'drain'),
  which: fc.integer({ min: 0, max: 5 }),
  forMs: fc.integer({ min: 100, max: 30_000 }),
});

type Fault = typeof fault extends fc.Arbitrary<infer T> ? T : never;

describe('several nodes on one database', () => {
  it('never have two that believe they own a shard, and share everything out again', () => {
    fc.assert(
      fc.property(fc.array(fault, { maxLength: 14 }), fc.integer(), (faults, seed) => {
        const cluster = new ModelCluster(randomFrom(seed), neverTwo);
        for (const rate of [1, 0.98, 1.02]) cluster.add(rate);
        for (const one of faults) cluster.at(one.atMs, () => inflict(cluster, one));
        cluster.runUntil(70_000);
        cluster.endTrouble();
        // One that nothing happens to: else there may be nobody.
        cluster.add();
        // What is still on its way in the slow network arrives within 8 s, and may begin or prolong a lease.
        cluster.runUntil(cluster.nowMs + 8_000 + OWNED_AGAIN_MS);
        expect(ownedShards(cluster)).toEqual(Array.from({ length: SHARDS }, (_, shard) => shard));
        cluster.runUntil(cluster.nowMs + 90_000);
        expect(ownedShards(cluster)).toHaveLength(SHARDS);
        const counts = sharesOf(cluster);
        expect(Math.max(...counts)).toBeLessThanOrEqual(Math.ceil(SHARDS / counts.length));
      }),
      { numRuns: 80 },
    );
  }, 120_000);

  it('have everything of a node that died within the lease, a beat and a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_500 }), fc.integer(), (afterMs, seed) => {
        const cluster = new ModelCluster(randomFrom(seed), neverTwo);
        const [first] = [cluster.add(), cluster.add(), cluster.add()];
        cluster.runUntil(60_000 + afterMs);
        expect(sharesOf(cluster)).toEqual([4, 4, 4]);
        if (first) first.isDead = true;
        cluster.runUntil(cluster.nowMs + OWNED_AGAIN_MS);
        expect(ownedShards(cluster)).toHaveLength(SHARDS);
      }),
      { numRuns: 30 },
    );
  });

  it('have nothing under an epoch that is over a second after the database was taken back, and issue none twice', () => {
    const settledMs = modelOptions.pollMs + 500;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20_000 }),
        fc.array(fault, { maxLength: 4 }),
        fc.integer(),
        (lagMs, faults, seed) => {
          const issued = new Map<string, string>();
          let consistentFromMs = 0;
          const cluster = new ModelCluster(randomFrom(seed), (now) => {
            noteIssued(now, issued);
            if (now.nowMs >= consistentFromMs) neverTwo(now);
          });
          for (const rate of [1, 0.98, 1.02]) cluster.add(rate);
          const harmless = faults.filter(({ kind }) => kind === 'join' || kind === 'stop' || kind === 'drain');
          for (const one of harmless) cluster.at(30_000 + one.atMs / 2, () => inflict(cluster, one));
          let copy: DatabaseCopy | undefined;
          cluster.at(60_000 - lagMs, () => {
            copy = cluster.database.copy();
          });
          cluster.runUntil(60_000);
          consistentFromMs = 60_000 + settledMs;
          cluster.database.restore(copy ?? expect.fail('there is a copy'));
          cluster.add();
          cluster.runUntil(consistentFromMs + OWNED_AGAIN_MS);
          expect(ownedShards(cluster)).toHaveLength(SHARDS);
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  it('move nothing but what the share of a new node needs', () => {
    const cluster = new ModelCluster(randomFrom(1), neverTwo);
    cluster.add();
    cluster.add();
    cluster.runUntil(60_000);
    const before = cluster.database.shards.map(({ epoch }) => epoch);
    cluster.add();
    cluster.runUntil(120_000);
    const moved = cluster.database.shards.filter(({ epoch }, shard) => epoch !== before[shard]);
    expect(sharesOf(cluster)).toEqual([4, 4, 4]);
    expect(moved).toHaveLength(4);
    cluster.runUntil(300_000);
    expect(cluster.database.shards.filter(({ epoch }, shard) => epoch !== before[shard])).toHaveLength(4);
  });

  it('keep every shard over an outage of the database, under the same epochs', () => {
    const cluster = new ModelCluster(randomFrom(2), neverTwo);
    cluster.add();
    cluster.add();
    cluster.runUntil(60_000);
    const before = cluster.database.shards.map(({ epoch }) => epoch);
    cluster.databaseDownUntilMs = cluster.nowMs + 40_000;
    cluster.runUntil(cluster.nowMs + 30_000);
    expect(ownedShards(cluster)).toEqual([]);
    cluster.runUntil(cluster.nowMs + 15_000);
    expect(ownedShards(cluster)).toHaveLength(SHARDS);
    expect(cluster.database.shards.map(({ epoch }) => epoch)).toEqual(before);
  });
});

function inflict(cluster: ModelCluster, { kind, which, forMs }: Fault): void {
  const node = cluster.nodes[which % cluster.nodes.length];
  if (!node) return;
  const untilMs = cluster.nowMs + forMs;
  const lease = cluster.database.leases.get(node.id);
  if (kind === 'kill') node.isDead = true;
  if (kind === 'freeze') cluster.freeze(node, forMs);
  if (kind === 'cut') node.cutUntilMs = untilMs;
  if (kind === 'outage') cluster.databaseDownUntilMs = untilMs;
  if (kind === 'slow') cluster.slowUntilMs = untilMs;
  if (kind === 'stop') cluster.stop(node, forMs);
  if (kind === 'join') cluster.add(1);
  if (kind === 'drain' && lease) lease.isAskedToDrain = true;
  // By hand: of one that counts as dead. To delete the row of one that serves leaves it a second to notice that.
  const isServing = node.state.kind === 'owning' && cluster.believes(node, [...node.told.keys()][0] ?? -1);
  if (kind === 'deleteRow' && !isServing) cluster.database.deleteLease(node.id);
}

/** O1, and O2: whoever believes has the epoch that the row has. */
function neverTwo(cluster: ModelCluster): void {
  for (let shard = 0; shard < SHARDS; shard++) {
    const believers = cluster.nodes.filter((node) => cluster.believes(node, shard));
    if (believers.length > 1) throw new Error(`${believers.map(({ name }) => name).join(' and ')} have shard ${shard}`);
    const epoch = believers[0]?.told.get(shard);
    if (epoch !== undefined && epoch !== cluster.database.shards[shard]?.epoch) {
      throw new Error(`${believers[0]?.name} has shard ${shard} under an old epoch`);
    }
  }
}

/** What followers were told: one epoch of a shard is one incarnation's of one node. */
function noteIssued(cluster: ModelCluster, issued: Map<string, string>): void {
  for (const { name, told } of cluster.nodes) {
    for (const [shard, epoch] of told) {
      const owner = issued.get(`${shard} ${epoch}`) ?? name;
      issued.set(`${shard} ${epoch}`, owner);
      if (owner !== name) throw new Error(`${owner} and ${name} had shard ${shard} under one epoch`);
    }
  }
}

function ownedShards(cluster: ModelCluster): number[] {
  const all = Array.from({ length: SHARDS }, (_, shard) => shard);
  return all.filter((shard) => cluster.nodes.some((node) => cluster.believes(node, shard)));
}

/** Of nodes that serve. */
function sharesOf(cluster: ModelCluster): number[] {
  const serving = cluster.nodes.filter(
    ({ state, isDead }) => !isDead && state.kind === 'owning' && state.mode.kind === 'serving',
  );
  return serving.map(({ told }) => told.size);
}

/** mulberry32: small, and the same for a seed everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
