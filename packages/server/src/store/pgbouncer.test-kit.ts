/** A real pgbouncer in transaction mode before the tests' PostgreSQL, with the defaults of its package, if it is installed. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { freePort } from './free-port.test-kit.ts';

const PROGRAM = ['/usr/sbin/pgbouncer', 'pgbouncer'].find((path) => spawnSync(path, ['--version']).status === 0);

/** For `describe.skipIf`. */
export const hasPgbouncer = PROGRAM !== undefined;

/** The URL of the database at `url` through a pgbouncer with one connection to the server, which ends with the test. */
export async function startPgbouncer(url: string): Promise<string> {
  const { hostname, port, pathname, username, password } = new URL(url);
  const folder = await mkdtemp(join(tmpdir(), 'slack-bot-server-pgbouncer-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const listenPort = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  const users = join(folder, 'users.txt');
  await writeFile(users, `"${username}" "${password}"\n`);
  // One connection only: whatever a client leaves in its session, the next one meets.
  await writeFile(
    settings,
    `[databases]\n${pathname.slice(1)} = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${listenPort}\nunix_socket_dir =\nauth_type = plain\nauth_file = ${users}
pool_mode = transaction\ndefault_pool_size = 1\nmax_client_conn = 200\n`,
  );
  // It does not run as root.
  const user = process.getuid?.() === 0 ? 'nobody' : undefined;
  if (user) for (const path of [folder, settings, users]) await giveTo(user, path);
  const child = spawn(PROGRAM ?? '', [...(user ? ['-u', user] : []), settings], { stdio: 'ignore' });
  onTestFinished(async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  await vi.waitFor(() => reach(listenPort), { timeout: 5_000 });
  return Object.assign(new URL(url), { host: `127.0.0.1:${listenPort}` }).href;
}

async function giveTo(user: string, path: string): Promise<void> {
  const idOf = (what: '-u' | '-g') => Number(spawnSync('id', [what, user], { encoding: 'utf8' }).stdout);
  await chmod(path, 0o700);
  await chown(path, idOf('-u'), idOf('-g'));
}

async function reach(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}
