/** Jobs on a store and a moved clock, without a server: teams are rows, and a run is whatever the test makes of it. */
import { randomUUID } from 'node:crypto';
import { onTestFinished, vi } from 'vitest';
import type { Store } from '../store/store.ts';
import { type Engine, openTestStore, type TestStore } from '../store/store-fixture.test-kit.ts';
import type { InstallationView } from '../team/installations.ts';
import { TestClock } from '../time/test-clock.ts';
import type { JobFailure } from './job-runner.ts';
import { type JobOwnership, Jobs } from './jobs.ts';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** A Saturday, 00:00:30 UTC; the clocks of Europe go forward in the night that follows. */
export const START_MS = Date.UTC(2027, 2, 27, 0, 0, 30);

/** What a job of everyTeam gets in these tests. */
export interface TeamTurn {
  teamId: string;
  signal: AbortSignal;
}

/** The jobs of one process, and what they told. */
export interface JobsRig {
  jobs: Jobs<TeamTurn>;
  failures: JobFailure[];
  /** Messages of the log, at warn. */
  warnings: string[];
  readonly start: () => Promise<void>;
}

/** A clock and a store that outlive processes. */
export async function aWorld(engine: Engine = 'sqlite'): Promise<{ clock: TestClock; store: TestStore }> {
  const clock = new TestClock(START_MS);
  return { clock, store: await openTestStore({ engine, clock }) };
}

/** The jobs of a process; stopped when the test has finished. `away`: teams that may not act. Wishes are read seldom: days pass here. */
export function aProcess(
  { clock, store }: { clock: TestClock; store: Store },
  {
    teams = [],
    away = new Set(),
    ownership = { nodeId: randomUUID(), state: 'owning', owns: () => true },
    wishPollMs = HOUR_MS,
  }: { teams?: readonly string[]; away?: ReadonlySet<string>; ownership?: JobOwnership; wishPollMs?: number } = {},
): JobsRig {
  const failures: JobFailure[] = [];
  const warnings: string[] = [];
  const jobs = new Jobs<TeamTurn>({
    trace: (_run, work) => work(undefined),
    clock,
    wishPollMs,
    log: {
      debug: vi.fn(),
      info: vi.fn(),
      warn: (_facts, message) => void warnings.push(message),
      error: vi.fn(),
    },
    report: (failure) => failures.push(failure),
    describe: (error) => `${String(error)} (${String((error as Error).cause)})`,
    mayRun: (teamId) => !away.has(teamId),
    contextOf: (teamId, signal) => ({ teamId, signal }),
  });
  for (const teamId of teams) {
    const installation = { key: teamId, isEnterprise: false };
    jobs.observe({ installation, teams: [{ teamId }] } as unknown as InstallationView);
  }
  onTestFinished(() => void jobs.stop({ graceMs: 0 }));
  const start = async () => {
    jobs.start({ ownership, store });
    await clock.settle();
  };
  return { jobs, failures, warnings, start };
}

/** Rows of teams, each with an installation of its own. */
export async function addTeams(store: Store, teamIds: readonly string[]): Promise<void> {
  for (const teamId of teamIds) {
    await store.run(
      `insert into installation (key, is_enterprise, status, install, refresh, changed_seq, shard, created_at_ms, installed_at_ms)
       values ($1, 0, 'active', 1, 0, 1, 0, 0, 0)`,
      [teamId],
    );
    await store.run(
      `insert into team (team_id, installation_key, access, search) values ($1, $1, 'granted', lower($1))`,
      [teamId],
    );
  }
}

/** All runs that the store knows, oldest first. */
export async function slotsOf(
  store: Store,
): Promise<{ name: string; slotMs: number; state: string; error: unknown }[]> {
  const rows = await store.all('select * from job_slot order by slot_ms, name');
  return rows.map((row) => ({
    name: String(row.name),
    slotMs: Number(row.slot_ms),
    state: String(row.state),
    error: row.error,
  }));
}

/** Work that ends when the test says so. */
export function aGate(): { opened: Promise<void>; open: () => void } {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  return { opened, open };
}
