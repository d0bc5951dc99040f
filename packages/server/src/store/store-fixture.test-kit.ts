/** Databases and processes for tests of the store; everything is made in a folder of the test's own. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { Clock } from '../time/clock.ts';
import { administer, urlOf } from './postgres-pool.test-kit.ts';
import type { PostgresAnswers } from './postgres-server.test-kit.ts';
import { openPostgresStore, type PostgresStore, type PostgresStoreOptions } from './postgres-store.ts';
import { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
import type { Store } from './store.ts';

export { administer };

/** A folder that is deleted when the test has finished. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slack-bot-server-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** For `describe.each(engines)`: what must hold on both. */
export const engines = ['sqlite', 'postgres'] as const;

export type Engine = (typeof engines)[number];

/** A store with the `url` of its database: `openTestStore({ engine, url })` opens it once more. */
export type TestStore = Store & { url: string };

type SqliteTestOptions = Partial<SqliteStoreOptions> & { engine?: 'sqlite'; url?: string };
type PostgresTestOptions = Partial<PostgresStoreOptions> & { engine: 'postgres' };
interface CommonTestOptions {
  engine: Engine;
  url?: string;
  transactionTimeoutMs?: number;
  clock?: Clock;
}

/**
 * An empty database with the current schema; closed (and on PostgreSQL dropped) when the test has finished.
 * @example
 * describe.each(engines)('inbox on %s', (engine) => { … await openTestStore({ engine, clock }) … });
 */
export function openTestStore(options?: SqliteTestOptions): Promise<SqliteStore & TestStore & { path: string }>;
export function openTestStore(options: PostgresTestOptions): Promise<PostgresStore & TestStore>;
export function openTestStore(options: CommonTestOptions): Promise<TestStore>;
export async function openTestStore(
  options: SqliteTestOptions | PostgresTestOptions | CommonTestOptions = {},
): Promise<TestStore> {
  if (options.engine === 'postgres') {
    const url = options.url ?? (await makePostgresDatabase({ hasSchema: true }));
    const store = await openPostgresStore({ ...options, url });
    onTestFinished(() => store.close());
    return Object.assign(store, { url });
  }
  const given = options as SqliteTestOptions;
  const path = given.path ?? given.url ?? (await makeSqliteFile());
  const store = await openSqliteStore({ ...given, path });
  onTestFinished(() => store.close());
  return Object.assign(store, { path, url: path });
}

/** A file with the current schema: to bring each to it takes a third of the time that opening it takes. */
async function makeSqliteFile(): Promise<string> {
  const path = join(await makeFolder(), 'test.db');
  sqliteTemplate ??= makeSqliteTemplate();
  await writeFile(path, await sqliteTemplate, { mode: 0o600 });
  return path;
}

let sqliteTemplate: Promise<Buffer> | undefined;

async function makeSqliteTemplate(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'slack-bot-server-'));
  const path = join(folder, 'template.db');
  const store = await openSqliteStore({ path });
  // Closing writes the log into the file.
  await store.close();
  const bytes = await readFile(path);
  await rm(folder, { recursive: true });
  return bytes;
}

/** Where an empty database without a schema is; dropped when the test has finished. */
export async function makeDatabaseUrl(engine: Engine): Promise<string> {
  return engine === 'postgres' ? await makePostgresDatabase() : join(await makeFolder(), 'test.db');
}

/** A PostgreSQL database of a test's own, and what ends that. */
export interface PostgresDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A PostgreSQL database, without tables unless it shall have them. For hooks and suites; tests use makeDatabaseUrl. */
export async function createPostgresDatabase({ hasSchema = false } = {}): Promise<PostgresDatabase> {
  if (hasSchema) {
    const { url } = await askDoor('/take');
    return { url, drop: async () => void (await askDoor('/give', { url })) };
  }
  const { url: adminUrl } = await askDoor('/admin');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(adminUrl, `create database ${name}`);
  const drop = () => administer(adminUrl, `drop database if exists ${name} with (force)`);
  return { url: urlOf(adminUrl, name), drop };
}

async function makePostgresDatabase(options?: { hasSchema: boolean }): Promise<string> {
  const database = await createPostgresDatabase(options);
  onTestFinished(() => database.drop());
  return database.url;
}

async function askDoor<Path extends keyof PostgresAnswers>(path: Path, query = {}): Promise<PostgresAnswers[Path]> {
  const response = await fetch(`${inject('postgresDoor')}${path}?${new URLSearchParams(query)}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as PostgresAnswers[Path];
}

/** Starts store-process.test-kit.ts; killed at the end of the test if it still runs. */
export function startProcess(task: 'write' | 'lock' | 'open' | 'scan', ...args: string[]): ChildProcess {
  const child = fork(new URL('./store-process.test-kit.ts', import.meta.url), [task, ...args], {
    execArgv: ['--conditions=source'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** What the process tells next. */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const [message] = await once(child, 'message');
  return message;
}

/** Kills the process with -9 and waits until it is gone. */
export async function killProcess(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
