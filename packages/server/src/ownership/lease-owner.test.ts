/** Several owners in one process, on one real PostgreSQL. As processes: lease-processes.test.ts. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BotServerError, isBotServerError } from '../errors.ts';
import { bundledSchemaVersion } from '../store/migration-files.ts';
import { startPostgres } from '../store/postgres-server.test-kit.ts';
import { openPostgresStore, type PostgresStore } from '../store/postgres-store.ts';
import { administer, openTestStore } from '../store/store-fixture.test-kit.ts';
import { systemClock } from '../time/clock.ts';
import { LeaseOwner, type LeaseOwnerDeps } from './lease-owner.ts';
import { createNodeRepository, type NodeRepository } from './node-repository.ts';
import type { OwnershipFollower } from './ownership.ts';
import { steadyLease as options, shortLease, TAKEN_OVER } from './short-lease.test-kit.ts';

const ALL = 14;

interface Told {
  told: string[];
  follower: OwnershipFollower;
  drains: (() => void)[];
}

function recorder({ holdsDrains = false } = {}): Told {
  const told: string[] = [];
  const drains: (() => void)[] = [];
  const follower: OwnershipFollower = {
    gained: (shards) =>
      void told.push(`gained ${shards.length}${shards.some(({ hadDied }) => hadDied) ? ' died' : ''}`),
    drain(shards) {
      told.push(`drain ${shards.length}`);
      return holdsDrains ? new Promise((resolve) => drains.push(resolve)) : Promise.resolve();
    },
    lost: (shards) => void told.push(`lost ${shards.length}`),
    fenced: () => void told.push('fenced'),
    resumed: () => void told.push('resumed'),
  };
  return { told, follower, drains };
}

type OwnerDeps = Partial<LeaseOwnerDeps> & Partial<Told> & { key?: string };

/** One that has started: as a supervisor does, again for as long as the database has no time for it. */
async function anOwner(store: PostgresStore, deps: OwnerDeps = {}) {
  for (;;) {
    const owner = newOwner(store, deps);
    try {
      await owner.owner.start();
      return owner;
    } catch (error) {
      if (!isBotServerError(error, 'store_unavailable')) throw error;
    }
  }
}

function newOwner(store: PostgresStore, deps: OwnerDeps) {
  const connection = store.ownConnection();
  const { told, follower, drains } = deps.follower ? (deps as Told) : recorder();
  const owner = new LeaseOwner({
    repository: createNodeRepository(connection, { limitMs: options.queryLimitMs }),
    closeRepository: () => connection.close(),
    identity: {
      host: 'test',
      pid: 1,
      packageVersion: '0',
      schemaVersion: bundledSchemaVersion('postgres'),
      sealsWith: deps.key ?? 'k1',
      facts: {},
    },
    opens: [deps.key ?? 'k1'],
    clock: systemClock,
    log: { info() {}, warn() {}, error() {} },
    options,
    ...deps,
  });
  owner.follow(follower);
  onTestFinished(() => owner.stop({ graceMs: 0 }));
  return { owner, told, drains };
}

/** One that has everything; told is what it tells from then on. */
async function theOnlyOwner(store: PostgresStore, deps: OwnerDeps = {}) {
  const { owner, told } = await anOwner(store, deps);
  await vi.waitFor(() => expect(ownedBy(owner)).toEqual([ALL]), TAKEN_OVER);
  told.length = 0;
  return { owner, told };
}

const shardsOf = (owner: LeaseOwner) =>
  [...Array.from({ length: 12 }, (_, shard) => shard), 256, 257].filter((shard) => owner.owns(shard));

const ownedBy = (...owners: LeaseOwner[]) => owners.map((owner) => shardsOf(owner).length);

describe('owners on one database', () => {
  it('the first has everything before its start resolves, and the next ones get their share, drained first', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const first = await anOwner(store);
    expect(ownedBy(first.owner)).toEqual([ALL]);
    expect(first.told).toEqual([`gained ${ALL}`]);
    const before = first.owner.epochOf(3) ?? Number.NaN;
    const second = await anOwner(store);
    await vi.waitFor(() => expect(ownedBy(first.owner, second.owner)).toEqual([7, 7]), TAKEN_OVER);
    const third = await anOwner(store);
    await vi.waitFor(() => expect(ownedBy(third.owner)).toEqual([4]), TAKEN_OVER);
    expect(first.told.filter((what) => what.startsWith('drain')).length).toBeGreaterThan(0);
    expect([...first.told, ...second.told, ...third.told].filter((what) => what.includes('died'))).toEqual([]);
    const numbers = [first, second, third].flatMap(({ owner }) => shardsOf(owner));
    expect(new Set(numbers).size).toBe(ALL);
    const epochs = [second.owner, third.owner].flatMap((owner) => shardsOf(owner).map((shard) => owner.epochOf(shard)));
    expect(epochs.every((epoch) => epoch !== undefined && epoch > before)).toBe(true);
  });

  it('one that stops gives back what it has, and the others have it soon', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const [first, second] = [await anOwner(store), await anOwner(store)];
    await vi.waitFor(() => expect(ownedBy(second.owner)).toEqual([7]), TAKEN_OVER);
    await first.owner.stop({ graceMs: 2_000 });
    expect(first.owner.state).toBe('idle');
    expect(first.owner.holdsLease()).toBe(false);
    await vi.waitFor(() => expect(ownedBy(second.owner)).toEqual([ALL]), TAKEN_OVER);
    expect(second.told.some((what) => what.includes('died'))).toBe(false);
    expect(await store.get('select count(*) as n from node')).toEqual({ n: 1 });
  });

  it('one whose drain does not end lets go all the same, and hears nothing of it later', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const first = await anOwner(store, recorder({ holdsDrains: true }));
    const second = await anOwner(store);
    await vi.waitFor(() => expect(first.drains.length).toBeGreaterThan(0), TAKEN_OVER);
    expect(ownedBy(second.owner)).toEqual([0]);
    await vi.waitFor(() => expect(ownedBy(second.owner)[0]).toBeGreaterThan(0), TAKEN_OVER);
    // Nobody knows what still runs there.
    expect(await store.get('select min(had_died) as died from shard where owner = $1', [second.owner.nodeId])).toEqual({
      died: 1,
    });
    const before = first.told.length;
    // Of the first one: by now it may drain more, and hears of those.
    first.drains[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(first.told.length).toBe(before);
  });

  it('one with a listener that takes long in one shard gives the others back meanwhile', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const slow = Promise.withResolvers<void>();
    const { told, follower, drains } = recorder();
    const drain: OwnershipFollower['drain'] = (shards) => (shards.includes(11) ? slow.promise : Promise.resolve());
    const first = await anOwner(store, {
      told,
      drains,
      follower: { ...follower, drain },
      options: { ...options, drainMs: 30_000 },
    });
    const second = await anOwner(store);
    await vi.waitFor(() => expect(ownedBy(second.owner)).toEqual([6]), TAKEN_OVER);
    expect(second.owner.owns(11)).toBe(false);
    expect(first.owner.epochOf(11)).toBeDefined();
    slow.resolve();
    await vi.waitFor(() => expect(second.owner.owns(11)).toBe(true), TAKEN_OVER);
  });

  it('one that still connects what it got asks for no more of a planned move', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const first = await anOwner(store);
    let isSettled = true;
    const second = await anOwner(store, { isSettled: () => isSettled });
    await vi.waitFor(() => expect(ownedBy(second.owner)[0]).toBeGreaterThan(0), TAKEN_OVER);
    isSettled = false;
    const [got = 0] = ownedBy(second.owner);
    await vi.waitFor(async () => {
      const rows = await store.all(`select state from node order by state`);
      expect(rows.map(({ state }) => state)).toEqual(['ready', 'settling']);
    }, TAKEN_OVER);
    // What was on its way may still come: as much as moves at once in both kinds.
    expect(ownedBy(second.owner)[0]).toBeLessThanOrEqual(got + 6);
    isSettled = true;
    await vi.waitFor(() => expect(ownedBy(first.owner, second.owner)).toEqual([7, 7]), TAKEN_OVER);
  });

  it('one that lacks a key with which tokens are sealed names it and takes nothing', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const first = await anOwner(store, { opens: ['k1', 'k2'] });
    const second = await anOwner(store, { key: 'k2' });
    expect(second.owner.missingKeys).toEqual(['k1']);
    expect(second.owner.state).toBe('owning');
    await vi.waitFor(async () =>
      expect(await store.get(`select count(*) as n from node where state = 'keyless'`)).toEqual({ n: 1 }),
    );
    expect(ownedBy(first.owner, second.owner)).toEqual([ALL, 0]);
  });

  it('one that an operator asks to drain gives everything to the others, and stays', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const [first, second] = [await anOwner(store), await anOwner(store)];
    await store.run(`update node set request = 'drain' where id = $1`, [first.owner.nodeId]);
    await vi.waitFor(() => expect(ownedBy(first.owner, second.owner)).toEqual([0, ALL]), TAKEN_OVER);
    expect(first.owner.state).toBe('draining');
    expect(first.owner.holdsLease()).toBe(true);
  });

  it('one whose row is deleted by hand is fenced, and comes back under another name with what is still its own', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const { owner, told } = await theOnlyOwner(store);
    const before = { nodeId: owner.nodeId, epoch: owner.epochOf(0) };
    await store.run('delete from node');
    await vi.waitFor(() => expect(told).toEqual(['fenced', 'resumed']), TAKEN_OVER);
    expect(owner.nodeId).not.toBe(before.nodeId);
    expect(ownedBy(owner)).toEqual([ALL]);
    expect(owner.epochOf(0)).toBe(before.epoch);
  });

  it('one that began a lease without hearing of it goes on with what it had, and nobody counts it twice', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const connection = store.ownConnection();
    const rows = createNodeRepository(connection, { limitMs: options.queryLimitMs });
    let lost = 0;
    const repository: NodeRepository = {
      ...rows,
      async join(nodeId, joining) {
        const isIn = await rows.join(nodeId, joining);
        if (lost-- > 0) throw new BotServerError('store_unavailable', 'The database did not answer');
        return isIn;
      },
    };
    const { owner, told } = await theOnlyOwner(store, { repository, closeRepository: () => connection.close() });
    lost = 2;
    await store.run('delete from node');
    await vi.waitFor(() => expect(told).toEqual(['fenced', 'resumed']), TAKEN_OVER);
    expect(ownedBy(owner)).toEqual([ALL]);
    expect(await store.get('select count(*) as n from node')).toEqual({ n: 1 });
  });

  it('one whose connection is cut again and again keeps its lease', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const { owner, told } = await theOnlyOwner(store);
    // Each renewal is on a connection of its own.
    for (let round = 0; round < 3; round++) {
      const before = await renewedAtMs(store, owner);
      await cutAll(store.url);
      await vi.waitFor(async () => expect(await renewedAtMs(store, owner)).toBeGreaterThan(before), TAKEN_OVER);
    }
    expect(told).toEqual([]);
    expect(ownedBy(owner)).toEqual([ALL]);
  });

  it('one whose rows were taken back lets go of what they contradict, and has it again as after a death', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const { owner, told } = await theOnlyOwner(store);
    const before = Number(owner.epochOf(3));
    await store.run(`update shard set epoch = epoch - 1, is_clean = 1, had_died = 0 where shard in (3, 256)`);
    await vi.waitFor(() => expect(told).toEqual(['lost 2', 'gained 2 died']), TAKEN_OVER);
    expect(Number(owner.epochOf(3))).toBeGreaterThan(before);
    // Gone back and forth since it was read: only a write had met another epoch.
    const present = Number(owner.epochOf(3));
    owner.contradicted([
      { shard: 3, epoch: present },
      { shard: 4, epoch: 1 },
    ]);
    expect(owner.owns(3)).toBe(false);
    expect(owner.owns(4)).toBe(true);
    await vi.waitFor(() => expect(told.slice(2)).toEqual(['lost 1', 'gained 1 died']), TAKEN_OVER);
    expect(Number(owner.epochOf(3))).toBeGreaterThan(present);
  });

  it('cannot be given times that would lose the lease', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    await expect(anOwner(store, { options: { ...options, ttlMs: 900 } })).rejects.toMatchObject({
      code: 'invalid_configuration',
    });
  });
});

describe('an outage of the database', () => {
  it('of less than the lease is not even noticed by followers; a longer one fences, and everything comes back as it was', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.remove());
    const store = await openPostgresStore({ url: postgres.url });
    onTestFinished(() => store.close());
    const { owner, told } = await theOnlyOwner(store, { options: shortLease });
    const before = [...Array(12).keys()].map((shard) => owner.epochOf(shard));
    await postgres.stop();
    await vi.waitFor(() => expect(told.at(-1)).toBe('fenced'), TAKEN_OVER);
    expect(owner.state).toBe('fenced');
    expect(owner.owns(0)).toBe(false);
    expect(owner.epochOf(0)).toBe(before[0]);
    await postgres.start();
    await vi.waitFor(() => expect(told.at(-1)).toBe('resumed'), TAKEN_OVER);
    // A machine that is too busy for a short lease fences and resumes once more; it loses nothing by that.
    expect(new Set(told)).toEqual(new Set(['fenced', 'resumed']));
    expect([...Array(12).keys()].map((shard) => owner.epochOf(shard))).toEqual(before);
    expect(ownedBy(owner)).toEqual([ALL]);
  });

  it('that lasts too long takes everything away, and it is begun anew afterwards', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.remove());
    const store = await openPostgresStore({ url: postgres.url });
    onTestFinished(() => store.close());
    const { owner, told } = await theOnlyOwner(store, { options: { ...shortLease, keepFencedMs: 500 } });
    await postgres.stop();
    await vi.waitFor(() => expect(told.slice(-2)).toEqual(['fenced', `lost ${ALL}`]), TAKEN_OVER);
    expect(owner.epochOf(0)).toBeUndefined();
    await postgres.start();
    await vi.waitFor(() => expect(told.at(-1)).toBe(`gained ${ALL} died`), TAKEN_OVER);
    expect(told.slice(-4)).toEqual(['fenced', `lost ${ALL}`, 'resumed', `gained ${ALL} died`]);
  });
});

/** When the lease was last renewed, by the database's clock; not a number when the node has another name by now. */
async function renewedAtMs(store: PostgresStore, { nodeId }: LeaseOwner): Promise<number> {
  const row = await store.get(`select extract(epoch from renewed_at) * 1000 as at_ms from node where id = $1`, [
    nodeId,
  ]);
  return Number(row?.at_ms);
}

const cutAll = (url: string) =>
  administer(
    url,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
