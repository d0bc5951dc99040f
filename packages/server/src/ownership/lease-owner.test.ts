/** Several owners on one real PostgreSQL: in this process, and as processes that are killed, frozen and cut off. */
import { type ChildProcess, fork } from 'node:child_process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bundledSchemaVersion } from '../store/migration-files.ts';
import { startPostgres } from '../store/postgres-server.test-kit.ts';
import { openPostgresStore, type PostgresStore } from '../store/postgres-store.ts';
import { administer, killProcess, makeDatabaseUrl, openTestStore } from '../store/store-fixture.test-kit.ts';
import { systemClock } from '../time/clock.ts';
import { LeaseOwner, type LeaseOwnerDeps } from './lease-owner.ts';
import type { LeaseReport } from './lease-process.test-kit.ts';
import { createNodeRepository } from './node-repository.ts';
import type { OwnershipFollower } from './ownership.ts';

/** A tenth of the defaults, so that a test takes seconds; drains and pauses as they are needed. */
const options = {
  ttlMs: 1_500,
  beatMs: 400,
  pollMs: 100,
  queryLimitMs: 300,
  keepFencedMs: 6_000,
  drainMs: 1_000,
  patienceMs: 500,
  givePauseMs: 2_000,
  movesAtOnce: 4,
  shards: 12,
  socketSlots: 2,
} as const;
const ALL = 14;
/** The lease, a beat and a poll, and room for a busy machine. */
const TAKEN_OVER = { timeout: 10_000, interval: 20 };

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

async function anOwner(store: PostgresStore, deps: Partial<LeaseOwnerDeps> & Partial<Told> & { key?: string } = {}) {
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
  await owner.start();
  return { owner, told, drains };
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
    expect(first.owner.epochOf(3)).toBe(1);
    const second = await anOwner(store);
    await vi.waitFor(() => expect(ownedBy(first.owner, second.owner)).toEqual([7, 7]), TAKEN_OVER);
    const third = await anOwner(store);
    await vi.waitFor(() => expect(ownedBy(third.owner)).toEqual([4]), TAKEN_OVER);
    expect(first.told.filter((what) => what.startsWith('drain')).length).toBeGreaterThan(0);
    expect([...first.told, ...second.told, ...third.told].filter((what) => what.includes('died'))).toEqual([]);
    const numbers = [first, second, third].flatMap(({ owner }) => shardsOf(owner));
    expect(new Set(numbers).size).toBe(ALL);
    const epochs = [second.owner, third.owner].flatMap((owner) => shardsOf(owner).map((shard) => owner.epochOf(shard)));
    expect(epochs.every((epoch) => epoch !== undefined && epoch >= 2)).toBe(true);
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
    await vi.waitFor(() => expect(first.drains.length).toBeGreaterThan(0));
    expect(ownedBy(second.owner)).toEqual([0]);
    await vi.waitFor(() => expect(ownedBy(second.owner)[0]).toBeGreaterThan(0), TAKEN_OVER);
    const before = first.told.length;
    for (const end of first.drains) end();
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
    expect(first.owner.epochOf(11)).toBe(1);
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
    const first = await anOwner(store);
    const before = first.owner.nodeId;
    await store.run('delete from node');
    await vi.waitFor(() => expect(first.told).toEqual([`gained ${ALL}`, 'fenced', 'resumed']), TAKEN_OVER);
    expect(first.owner.nodeId).not.toBe(before);
    expect(ownedBy(first.owner)).toEqual([ALL]);
    expect(first.owner.epochOf(0)).toBe(1);
  });

  it('one whose connection is cut again and again keeps its lease', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const first = await anOwner(store);
    for (let round = 0; round < 10; round++) {
      await cutAll(store.url);
      await systemClock.sleep(200);
    }
    expect(first.told).toEqual([`gained ${ALL}`]);
    expect(ownedBy(first.owner)).toEqual([ALL]);
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
    const { owner, told } = await anOwner(store);
    const before = [...Array(12).keys()].map((shard) => owner.epochOf(shard));
    await postgres.stop();
    await vi.waitFor(() => expect(told).toEqual([`gained ${ALL}`, 'fenced']), TAKEN_OVER);
    expect(owner.state).toBe('fenced');
    expect(owner.owns(0)).toBe(false);
    expect(owner.epochOf(0)).toBe(1);
    await postgres.start();
    await vi.waitFor(() => expect(told).toEqual([`gained ${ALL}`, 'fenced', 'resumed']), TAKEN_OVER);
    expect([...Array(12).keys()].map((shard) => owner.epochOf(shard))).toEqual(before);
    expect(ownedBy(owner)).toEqual([ALL]);
  });

  it('that lasts too long takes everything away, and it is begun anew afterwards', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.remove());
    const store = await openPostgresStore({ url: postgres.url });
    onTestFinished(() => store.close());
    const { owner, told } = await anOwner(store, { options: { ...options, keepFencedMs: 500 } });
    await postgres.stop();
    await vi.waitFor(() => expect(told).toEqual([`gained ${ALL}`, 'fenced', `lost ${ALL}`]), TAKEN_OVER);
    expect(owner.epochOf(0)).toBeUndefined();
    await postgres.start();
    await vi.waitFor(() => expect(told.at(-1)).toBe(`gained ${ALL} died`), TAKEN_OVER);
    expect(told).toEqual([`gained ${ALL}`, 'fenced', `lost ${ALL}`, 'resumed', `gained ${ALL} died`]);
  });
});

describe('processes', () => {
  it('a killed one is replaced within its lease, a beat and a second', async () => {
    const url = await makeDatabaseUrl('postgres');
    const [first, second] = [await aProcess(url), await aProcess(url)];
    await vi.waitFor(() => expect(actingFor(second)).toBe(6), TAKEN_OVER);
    await killProcess(first.child);
    const diedMs = systemClock.now();
    await vi.waitFor(() => expect(actingFor(second)).toBe(12), TAKEN_OVER);
    expect(systemClock.now() - diedMs).toBeLessThan(options.ttlMs + options.beatMs + 1_000 + 500);
    expect(neverTogether(first, second)).toBe(true);
  });

  it('a frozen one that wakes acts for nothing that another has, not even once', async () => {
    const url = await makeDatabaseUrl('postgres');
    const [first, second] = [await aProcess(url), await aProcess(url)];
    await vi.waitFor(() => expect(actingFor(second)).toBe(6), TAKEN_OVER);
    for (let round = 0; round < 3; round++) {
      first.child.kill('SIGSTOP');
      await vi.waitFor(() => expect(actingFor(second)).toBe(12), TAKEN_OVER);
      first.child.kill('SIGCONT');
      await vi.waitFor(() => expect([actingFor(first), actingFor(second)]).toEqual([6, 6]), TAKEN_OVER);
    }
    expect(neverTogether(first, second)).toBe(true);
    expect(first.told.filter((what) => what === 'fenced').length).toBeGreaterThanOrEqual(3);
  });

  it('one that cannot reach the database is fenced before another takes over', async () => {
    const url = await makeDatabaseUrl('postgres');
    const [first, second] = [await aProcess(url), await aProcess(url)];
    await vi.waitFor(() => expect(actingFor(second)).toBe(6), TAKEN_OVER);
    // Every statement on the row of the first one hangs, for longer than its lease.
    const locker = await openPostgresStore({ url });
    onTestFinished(() => locker.close());
    const holding = locker.transaction({ about: [] }, async (tx) => {
      await tx.run(`select 1 from node where pid = $1 for update`, [first.child.pid ?? 0]);
      await systemClock.sleep(options.ttlMs + 1_000);
    });
    await vi.waitFor(() => expect(first.told).toContain('fenced'), TAKEN_OVER);
    await holding;
    await vi.waitFor(() => expect(actingFor(first) + actingFor(second)).toBe(12), TAKEN_OVER);
    expect(neverTogether(first, second)).toBe(true);
  });
});

interface LeaseProcess {
  child: ChildProcess;
  told: string[];
  acts: Extract<LeaseReport, { type: 'acts' }>[];
}

/** A process of lease-process.test-kit.ts that owns something, or has seen that it may not yet. */
async function aProcess(url: string): Promise<LeaseProcess> {
  const kit = new URL('./lease-process.test-kit.ts', import.meta.url);
  const lease = JSON.stringify({ ...options, socketSlots: 0 });
  const child = fork(kit, [url, lease], { execArgv: ['--conditions=source'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const process: LeaseProcess = { child, told: [], acts: [] };
  child.on('message', (report: LeaseReport) => {
    if (report.type === 'told') process.told.push(report.what);
    else process.acts.push(report);
  });
  await vi.waitFor(() => expect(process.told).toContain('gained'), TAKEN_OVER);
  return process;
}

/** For how many shards it would have acted a moment ago. */
function actingFor({ acts }: LeaseProcess): number {
  const last = acts.at(-1);
  return last && systemClock.now() - last.toMs < 100 ? last.shards.length : 0;
}

/** By what both said: for no shard was one acting between two moments at which the other was. */
function neverTogether(first: LeaseProcess, second: LeaseProcess): boolean {
  const all = [first, second].flatMap(({ acts }, who) => acts.map((act) => ({ ...act, who })));
  all.sort((a, b) => a.toMs - b.toMs);
  const lastBy = new Map<number, { who: number; toMs: number }>();
  return all.every(({ who, fromMs, toMs, shards }) =>
    shards.every((shard) => {
      const last = lastBy.get(shard);
      lastBy.set(shard, { who, toMs });
      return last === undefined || last.who === who || last.toMs <= fromMs;
    }),
  );
}

const cutAll = (url: string) =>
  administer(
    url,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
