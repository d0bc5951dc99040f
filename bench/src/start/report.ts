/** What the start benchmark found, and whether the goals were met. Pure. */
import type { StoreName } from '../databases/databases.ts';
import { summarize } from '../statistics.ts';
import { formatMs, formatTable } from '../table.ts';

/** One start, of a server that ran on this database before. */
export interface Started {
  /** The same of the one before it, which was the first after the import. */
  firstReadyMs: number;
  /** From the order to start until the server was ready. */
  readyMs: number;
  rssBytes: number;
}

export interface StartReport {
  /** Installations. */
  teams: number;
  stores: { store: StoreName; importMs: number; starts: readonly Started[] }[];
}

/** For 100,000 installations; of other numbers the same share. */
const GOALS_MS = { import: 20_000, ready: 2_000 } as const;
const GOAL_TEAMS = 100_000;
/** Loading the modules and opening the database, which no number of installations changes. */
const FIXED_MS = 1_000;

interface Line {
  store: StoreName;
  importMs: number;
  firstReadyMs: number;
  readyMs: number;
  rssMib: number;
}

function linesOf({ stores }: StartReport): Line[] {
  return stores.map(({ store, importMs, starts }) => ({
    store,
    importMs,
    firstReadyMs: median(starts.map(({ firstReadyMs }) => firstReadyMs)),
    readyMs: median(starts.map(({ readyMs }) => readyMs)),
    rssMib: median(starts.map(({ rssBytes }) => rssBytes)) / 2 ** 20,
  }));
}

function goalsOf(teams: number): { importMs: number; readyMs: number } {
  const share = teams / GOAL_TEAMS;
  return { importMs: FIXED_MS + GOALS_MS.import * share, readyMs: FIXED_MS + GOALS_MS.ready * share };
}

export function areGoalsMet(report: StartReport): boolean {
  const goals = goalsOf(report.teams);
  return linesOf(report).every(({ importMs, readyMs }) => importMs <= goals.importMs && readyMs <= goals.readyMs);
}

export function formatReport(report: StartReport): string {
  const goals = goalsOf(report.teams);
  const table = formatTable(
    [`${report.teams} installations`, 'import', 'first start', 'start', 'RSS'],
    linesOf(report).map(({ store, importMs, firstReadyMs, readyMs, rssMib }) => [
      store,
      formatMs(importMs),
      formatMs(firstReadyMs),
      formatMs(readyMs),
      `${rssMib.toFixed(0)} MiB`,
    ]),
  );
  const goal = `import ≤ ${formatMs(goals.importMs)}, start ≤ ${formatMs(goals.readyMs)}`;
  return `${table}\n\nstart: goals (${goal}): ${areGoalsMet(report) ? 'met' : 'missed'}`;
}

function median(samples: readonly number[]): number {
  return summarize(samples)?.median ?? Number.NaN;
}
