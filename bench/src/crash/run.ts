/** `bench crash`: each store in turn; the last line is the verdict. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Databases, DatabasesOptions, StoreName } from '../databases/databases.ts';
import { createPostgresDatabases } from '../databases/postgres-databases.ts';
import { createSqliteDatabases } from '../databases/sqlite-databases.ts';
import { startSlackStub } from '../events/slack-stub.ts';
import { teamsOf } from '../events/teams.ts';
import { crashStore } from './crash-store.ts';
import type { Verdict } from './verdict.ts';

export interface CrashOptions {
  kills: number;
  stores: readonly StoreName[];
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

/** What there is to print, and whether every promise was kept. */
export interface CrashReport {
  lines: readonly string[];
  isKept: boolean;
}

/** Few conversations, so that events wait for each other and the queue is seldom empty. */
const SPREAD = { teams: 6, channelsPerTeam: 2 } as const;
const SHOWN = 5;

/** Kills and judges. @throws Error when a server cannot be started, or the signal's reason */
export async function runCrash({ kills, stores, signal, onProgress }: CrashOptions): Promise<CrashReport> {
  const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-crash-'));
  // PostgreSQL runs as another user where this is root; files with secrets are readable by their owner only.
  await chmod(directory, 0o711);
  try {
    await using stub = await startSlackStub();
    const verdicts: [StoreName, Verdict][] = [];
    for (const store of stores) {
      const folder = join(directory, store);
      await mkdir(folder);
      const teams = teamsOf(SPREAD.teams);
      await using databases = await databasesOf(store, {
        directory: join(folder, 'databases'),
        teams,
        onProgress,
        signal,
      });
      await using database = await databases.copy(0);
      const deps = {
        store,
        database,
        directory: folder,
        apiUrl: stub.apiUrl,
        spread: SPREAD,
        kills,
        signal,
        onProgress,
      };
      verdicts.push([store, await crashStore(deps)]);
    }
    return reportOf(verdicts);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function databasesOf(store: StoreName, options: DatabasesOptions): Promise<Databases> {
  return store === 'sqlite' ? createSqliteDatabases(options) : createPostgresDatabases(options);
}

/** The last line is the verdict on all stores. */
export function reportOf(verdicts: readonly (readonly [StoreName, Verdict])[]): CrashReport {
  const lines = verdicts.flatMap(([store, verdict]) => linesOf(store, verdict));
  const isKept = verdicts.length > 0 && verdicts.every(([, verdict]) => verdict.isKept);
  const sum = (count: (verdict: Verdict) => number) =>
    verdicts.reduce((total, [, verdict]) => total + count(verdict), 0);
  const facts = [
    `${sum(({ kills }) => kills)} kills`,
    `${sum(({ accepted }) => accepted)} accepted`,
    `${sum(({ lost }) => lost.length)} lost`,
    `${sum(({ repeatedInside }) => repeatedInside)} repeated inside the window`,
    `${sum(({ repeatedOutside }) => repeatedOutside.length)} outside`,
    ...verdicts.flatMap(([store, { problems }]) => problems.map((problem) => `${store}: ${problem}`)),
  ];
  return { lines: [...lines, `crash: ${isKept ? 'PASS' : 'FAIL'} ${facts.join(', ')}`], isKept };
}

function linesOf(store: StoreName, verdict: Verdict): string[] {
  const { accepted, handled, kills, leastQueue, lost, repeatedInside, repeatedOutside } = verdict;
  return [
    `${store}: ${kills} kills, ${accepted} accepted, ${handled} handled, at least ${leastQueue} waiting at each kill`,
    `${store}: ${lost.length} lost, ${repeatedInside} repeated inside the window, ${repeatedOutside.length} outside`,
    ...lost.slice(0, SHOWN).map((eventId) => `${store}: lost ${eventId}`),
    ...repeatedOutside.slice(0, SHOWN).map((why) => `${store}: ${why}`),
  ];
}
