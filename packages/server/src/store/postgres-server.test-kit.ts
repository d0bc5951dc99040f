/**
 * A real PostgreSQL for the tests: started when the first test asks for it, so that others do not wait, and stopped at the
 * end of the run. TEST_DATABASE_URL names another one, whose user may create databases. A globalSetup of vitest.config.ts.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { PostgresPool } from './postgres-pool.test-kit.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests ask for their PostgreSQL; see PostgresAnswers. The first request starts it. */
    postgresDoor: string;
  }
}

/** What the door answers, by path. */
export interface PostgresAnswers {
  /** The administrator's URL, in the database `postgres`. */
  '/admin': { url: string };
  /** A database with the current schema, for one test. */
  '/take': { url: string };
  /** Takes the one with that `url` back. */
  '/give': object;
}

/** A PostgreSQL of one's own, for tests that stop it. */
export interface PostgresServer {
  /** Its administrator, in the database `postgres`. */
  url: string;
  start(): Promise<void>;
  /** Ends it as `pg_ctl stop -m fast` does: connections are closed. */
  stop(): Promise<void>;
  /** Stops it and deletes everything. */
  remove(): Promise<void>;
}

/** Runs before all test files; the returned function after them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: PostgresServer | undefined;
  const begin = async () =>
    await PostgresPool.open(process.env.TEST_DATABASE_URL || (server = await startPostgres()).url);
  let begun: Promise<PostgresPool> | undefined;
  const door = createServer((request, response) => {
    begun ??= begin();
    begun
      .then((pool) => answer(pool, new URL(request.url ?? '/', 'http://door')))
      .then(
        (found) => response.end(JSON.stringify(found)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  project.provide('postgresDoor', `http://127.0.0.1:${(door.address() as AddressInfo).port}`);
  return async () => {
    door.close();
    door.closeAllConnections();
    const pool = await begun?.catch(() => undefined);
    // With a server of its own everything goes anyway.
    if (!server) await pool?.remove();
    await server?.remove();
  };
}

async function answer(pool: PostgresPool, { pathname, searchParams }: URL): Promise<object> {
  if (pathname === '/take') return { url: await pool.take() };
  if (pathname === '/give') pool.give(searchParams.get('url') ?? '');
  return { url: pool.adminUrl };
}

/** What the process of a PostgreSQL is told; it answers each order. */
export type PostgresOrder = 'start' | 'stop';

type Answer = { url: string } | { error: string };

/** Makes and starts a PostgreSQL on a free port. */
export async function startPostgres(): Promise<PostgresServer> {
  const child = fork(new URL('./postgres-process.test-kit.ts', import.meta.url), {
    execArgv: ['--conditions=source'],
    // A signal from the terminal is for the tests; this process ends after them.
    detached: true,
  });
  const order = async (what: PostgresOrder): Promise<string> => {
    const answered = Promise.race([once(child, 'message'), once(child, 'exit')]);
    child.send(what);
    const [answer] = (await answered) as [Answer | number | null];
    if (answer === null || typeof answer === 'number') throw new Error('The process of PostgreSQL ended');
    if ('error' in answer) throw new Error(`PostgreSQL for the tests failed: ${answer.error}`);
    return answer.url;
  };
  const url = await order('start');
  return {
    url,
    start: async () => void (await order('start')),
    stop: async () => void (await order('stop')),
    async remove() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
