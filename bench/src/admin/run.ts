/**
 * `bench admin`: what operators ask of a large database, and how long the answers take while events arrive at a steady rate; and what that does
 * to the events. Real HTTP, a server in its own process, on both stores.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, StoreName } from '../databases/databases.ts';
import { createPostgresDatabases } from '../databases/postgres-databases.ts';
import { createSqliteDatabases } from '../databases/sqlite-databases.ts';
import { RequestsFile } from '../events/requests-file.ts';
import { startSlackStub } from '../events/slack-stub.ts';
import { teamsOf } from '../events/teams.ts';
import { Child } from '../processes/child.ts';
import { fillDatabase, settleDatabase } from './fill-database.ts';
import { questions } from './questions.ts';
import type { AdminReport, LoadFigures, Round } from './report.ts';

export interface AdminOptions {
  /** Installations; each gets ten rows of timeline. */
  teams: number;
  /** Events per second. */
  rate: number;
  seconds: number;
  rounds: number;
  stores: readonly StoreName[];
  signal: AbortSignal;
  onProgress: (text: string) => void;
}

const SECRET = 'admin-signing-secret';
const TIMELINE_ROWS = 10;
const FAILED_EVENTS = 20_000;
/** Enough that an answer of 50 ms keeps no other request waiting at 5,000 a second. */
const IN_FLIGHT = 256;
/** Of a person, and of a page that looks each second, and some more of both. */
const PAUSE_MS = 25;
/** What the compiler and the caches need. */
const WARM_UP_MS = 3_000;

/** Measures. @throws Error when a server cannot be started, or the signal's reason */
export async function runAdmin(options: AdminOptions): Promise<AdminReport> {
  const { teams, rate, stores, signal, onProgress } = options;
  const directory = await mkdtemp(join(tmpdir(), 'slack-bot-server-admin-'));
  // PostgreSQL runs as another user where this is root; files with secrets are readable by their owner only.
  await chmod(directory, 0o711);
  try {
    await using stub = await startSlackStub();
    const report: AdminReport = { teams, timelineRows: teams * TIMELINE_ROWS, perSecond: rate, stores: [] };
    for (const store of stores) {
      onProgress(`importing ${teams} installations into ${store}`);
      const create = store === 'sqlite' ? createSqliteDatabases : createPostgresDatabases;
      await using databases = await create({
        directory: join(directory, store),
        teams: teamsOf(teams),
        onProgress,
        signal,
      });
      await using database = await databases.copy(0);
      onProgress(`${store}: filling in ${teams * TIMELINE_ROWS} rows of timeline and ${FAILED_EVENTS} failed events`);
      await fillDatabase(store, database, { timelineRows: TIMELINE_ROWS, failedEvents: FAILED_EVENTS });
      const requests = join(directory, `${store}.requests`);
      report.stores.push({ store, rounds: await measure(options, { database, requests, store, apiUrl: stub.apiUrl }) });
    }
    return report;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Subject {
  store: StoreName;
  database: Database;
  requests: string;
  apiUrl: string;
}

async function measure(options: AdminOptions, { database, requests, store, apiUrl }: Subject): Promise<Round[]> {
  const { teams, rate, seconds, rounds, signal, onProgress } = options;
  await using server = Child.start('eventServer');
  await using generator = Child.start('generator');
  const file = new RequestsFile({
    path: requests,
    secret: SECRET,
    spread: { teams, channelsPerTeam: 5 },
    capacity: rate * seconds * 2,
  });
  const { databaseUrl, encryptionKeys } = database;
  const { port } = await server.ask('serve', {
    kind: 'asked',
    signingSecret: SECRET,
    requestBytes: 0,
    apiUrl,
    databaseUrl,
    ...(encryptionKeys === undefined ? {} : { encryptionKeys }),
  });
  const load = async (durationMs: number): Promise<LoadFigures> => {
    signal.throwIfAborted();
    const range = await file.reserve(Math.ceil((rate * durationMs) / 1_000));
    const result = await generator.ask('generate', {
      ...range,
      port,
      inFlight: IN_FLIGHT,
      durationMs,
      perSecond: rate,
      mayRepeat: true,
    });
    file.used(Math.min(result.sent, range.count));
    return {
      perSecond: (result.requests * 1_000) / result.durationMs,
      p50Ms: result.p50Ms,
      p99Ms: result.p99Ms,
      failed: result.failed,
    };
  };
  const ask = (durationMs: number) => server.ask('ask', { durationMs, pauseMs: PAUSE_MS, questions });
  await settleDatabase(store, database, signal);
  await Promise.all([load(WARM_UP_MS), ask(WARM_UP_MS)]);
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    onProgress(`${store}: round ${round} of ${rounds}`);
    const durationMs = seconds * 1_000;
    // By turns, as what a database still has to write from before is a burden for whoever is first.
    const isAloneFirst = round % 2 === 1;
    const first = isAloneFirst ? await load(durationMs) : undefined;
    const [beside, asked] = await Promise.all([load(durationMs), ask(durationMs)]);
    measured.push({ alone: first ?? (await load(durationMs)), beside, asked });
  }
  return measured;
}
