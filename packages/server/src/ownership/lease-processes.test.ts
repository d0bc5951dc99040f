/** Owners as processes of their own, on one real PostgreSQL: killed, frozen, cut off from it. */
import { type ChildProcess, fork } from 'node:child_process';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPostgresStore } from '../store/postgres-store.ts';
import type { Store } from '../store/store.ts';
import { killProcess, makeDatabaseUrl } from '../store/store-fixture.test-kit.ts';
import type { LeaseReport } from './lease-process.test-kit.ts';
import { shortLease as options, TAKEN_OVER } from './short-lease.test-kit.ts';

/** Until a process has loaded its modules, and has its first shards: both begin side by side. */
const BEGUN = { timeout: 60_000, interval: 20 };

describe('owners as processes', { timeout: 120_000 }, () => {
  it('a killed one is replaced when its lease is over, by who looks for the first or the second time since', async () => {
    const url = await makeDatabaseUrl('postgres');
    const [first, second] = await Promise.all([aProcess(url), aProcess(url)]);
    await vi.waitFor(() => expect(actingFor(second)).toBe(6), TAKEN_OVER);
    // Before: to open one may take longer than what is left of the lease, at whose end its row goes.
    const store = await openPostgresStore({ url });
    onTestFinished(() => store.close());
    // Whoever of the two began first had all of them once before.
    const before = second.acts.length;
    await killProcess(first.child);
    const overMs = await endOfLease(store, first);
    await vi.waitFor(() => expect(actingFor(second)).toBe(12), TAKEN_OVER);
    const actsMs = second.acts.slice(before).find(({ shards }) => shards.length === 12)?.fromMs ?? Number.NaN;
    expect(actsMs).toBeGreaterThanOrEqual(overMs);
    expect(second.looks.filter((fromMs) => fromMs > overMs && fromMs < actsMs).length).toBeLessThanOrEqual(2);
    expect(neverTogether(first, second)).toBe(true);
  });

  it('a frozen one that wakes acts for nothing that another has, not even once', async () => {
    const url = await makeDatabaseUrl('postgres');
    const [first, second] = await Promise.all([aProcess(url), aProcess(url)]);
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
    const [first, second] = await Promise.all([aProcess(url), aProcess(url)]);
    await vi.waitFor(() => expect(actingFor(second)).toBe(6), TAKEN_OVER);
    // Every statement on the row of the first one hangs, for longer than its lease.
    const locker = await openPostgresStore({ url });
    onTestFinished(() => locker.close());
    const stillLeased = 'select count(*) as n from node where pid = $1 and expires_at > clock_timestamp()';
    const holding = locker.transaction({ about: [] }, async (tx) => {
      await tx.run(`select 1 from node where pid = $1 for update`, [first.child.pid ?? 0]);
      await vi.waitFor(
        async () => expect(await locker.get(stillLeased, [first.child.pid ?? 0])).toEqual({ n: 0 }),
        TAKEN_OVER,
      );
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
  /** When it began to look at the rows, each time. */
  looks: number[];
}

/** When the lease of a process is over that renews it no more; the database is on this machine. */
async function endOfLease(store: Store, { child }: LeaseProcess): Promise<number> {
  const row = await store.get('select extract(epoch from expires_at) * 1000 as at_ms from node where pid = $1', [
    child.pid ?? 0,
  ]);
  return Number(row?.at_ms);
}

/** A process of lease-process.test-kit.ts that owns something, or has seen that it may not yet. */
async function aProcess(url: string): Promise<LeaseProcess> {
  const kit = new URL('./lease-process.test-kit.ts', import.meta.url);
  const lease = JSON.stringify({ ...options, socketSlots: 0 });
  const child = fork(kit, [url, lease], { execArgv: ['--conditions=source'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const process: LeaseProcess = { child, told: [], acts: [], looks: [] };
  child.on('message', (report: LeaseReport) => {
    if (report.type === 'told') process.told.push(report.what);
    else if (report.type === 'surveyed') process.looks.push(report.fromMs);
    else process.acts.push(report);
  });
  await vi.waitFor(() => expect(process.told).toContain('gained'), BEGUN);
  return process;
}

/** For how many shards it would have acted the last time that it said so. */
function actingFor({ acts }: LeaseProcess): number {
  return acts.at(-1)?.shards.length ?? 0;
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
