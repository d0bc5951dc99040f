/**
 * A real PostgreSQL for the tests: started when the first test asks for it, so that others do not wait, and stopped at the
 * end of the run. TEST_DATABASE_URL names another one, whose user may create databases. A globalSetup of vitest.config.ts.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openPostgresStore } from './postgres-store.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers the tests' PostgreSQL, a TestPostgres; the first request starts it. */
    postgresDoor: string;
  }
}

/** The PostgreSQL of a run. */
export interface TestPostgres {
  /** Its administrator, in the database `postgres`. */
  url: string;
  /** A database with the current schema, to be copied: to bring each to it anew takes longer than most tests. */
  template: string;
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
  const begin = async (): Promise<TestPostgres> => {
    const url = process.env.TEST_DATABASE_URL || (server = await startPostgres()).url;
    return { url, template: await makeTemplate(url) };
  };
  let begun: Promise<TestPostgres> | undefined;
  const door = createServer((_request, response) => {
    begun ??= begin();
    begun.then(
      (found) => response.end(JSON.stringify(found)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  project.provide('postgresDoor', `http://127.0.0.1:${(door.address() as AddressInfo).port}/`);
  return async () => {
    door.close();
    door.closeAllConnections();
    const found = await begun?.catch(() => undefined);
    // Only a PostgreSQL that goes on living would keep it.
    if (found && !server) await administer(found.url, `drop database ${found.template}`);
    await server?.remove();
  };
}

async function makeTemplate(adminUrl: string): Promise<string> {
  const name = `template_${randomUUID().replaceAll('-', '')}`;
  await administer(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const store = await openPostgresStore({ url: url.href });
  await store.close();
  return name;
}

/** One statement on a connection of its own, as the administrator of the tests' PostgreSQL. */
export async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  // The database may go away under it.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
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
