/**
 * Whether the files of a database and its key are only this user's. Looks at modes and owners and opens nothing: closing a file
 * of an SQLite database would drop the locks of this process (POSIX). Without users (Windows) there is nothing to look at.
 *
 * The key must be read by no one else, the others must be written by no one else. Groups are trusted: volumes of containers are
 * often shared by one. Files of another user are refused unless this process is root's, which serves such volumes.
 */
import { lstatSync, type Stats, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { BotServerError } from '../errors.ts';

const OTHERS_READ = 0o004;
const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * Looks at a database, what SQLite and the server keep beside it, and their folder. What is not there yet is no fault.
 * @throws BotServerError `insecure_file`, which names the file and what to run
 */
export async function requirePrivateDatabase(path: string): Promise<void> {
  const full = resolve(path);
  requireTarget(full);
  // SQLite keeps its log beside the file that a link leads to.
  const real = await realpath(full).catch(() => full);
  for (const name of [real, `${real}-wal`, `${real}-shm`, `${full}.lock`, `${full}.pid`]) requirePrivate(name);
  for (const folder of new Set([dirname(full), dirname(real)])) requirePrivateFolder(folder);
}

/** The same for a file of keys, which nobody else may read either. @throws BotServerError `insecure_file` */
export function requirePrivateKeyFile(path: string): void {
  requirePrivate(path, { isSecret: true });
}

function requirePrivate(path: string, { isSecret = false } = {}): void {
  requireTarget(path);
  const stats = statSync(path, { throwIfNoEntry: false });
  // What is no file cannot be opened, and that error says so.
  if (!stats?.isFile()) return;
  const { uid, gid } = stats;
  const mine = process.getuid?.();
  if (mine === undefined) return;
  if (mine !== 0 && uid !== mine && uid !== 0) {
    throw insecure(
      path,
      `belongs to the user ${uid}, and this process runs as ${mine}`,
      `chown ${mine}:${gid} ${path}`,
    );
  }
  if (stats.mode & OTHERS_WRITE)
    throw insecure(path, `can be written by every user${modeOf(stats)}`, `chmod 600 ${path}`);
  if (isSecret && stats.mode & OTHERS_READ) {
    throw insecure(path, `can be read by every user${modeOf(stats)}`, `chmod 600 ${path}`);
  }
}

/** A link to nothing would be followed when the file is made, with whatever mode. */
function requireTarget(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() && !statSync(path, { throwIfNoEntry: false })) {
    throw insecure(path, 'is a symbolic link to a file that does not exist', `rm ${path}`);
  }
}

/** Whoever can write to a folder can put another file in place of ours; where it is sticky, only of their own. */
function requirePrivateFolder(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats || process.getuid === undefined || !(stats.mode & OTHERS_WRITE) || stats.mode & STICKY) return;
  const how = `chmod o-w ${path}, or name a folder inside it in DATABASE_URL: it is made for this user alone`;
  throw insecure(path, `is a folder in which every user can replace files${modeOf(stats)}`, how);
}

function modeOf({ mode }: Stats): string {
  return ` (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`;
}

function insecure(path: string, what: string, how: string): BotServerError {
  return new BotServerError('insecure_file', `${path} ${what}. Run: ${how}`, { facts: { path } });
}
