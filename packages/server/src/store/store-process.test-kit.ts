/** A second process for tests of what holds across processes: does what its arguments say and tells the parent by IPC. */
import { readFileSync } from 'node:fs';
import { isBotServerError } from '../errors.ts';
import { openPostgresStore } from './postgres-store.ts';
import { openSqliteStore } from './sqlite-store.ts';

const [task, path = '', ...rest] = process.argv.slice(2);

function openStore() {
  return path.startsWith('postgres:') ? openPostgresStore({ url: path }) : openSqliteStore({ path });
}

function tell(message: unknown): void {
  process.send?.(message);
}

/** Commits row after row, telling each one, until it is killed. */
async function write(): Promise<never> {
  const store = await openStore();
  for (let i = 1; ; i++) {
    await store.transaction({ about: [] }, async (tx) => {
      await tx.run('insert into oauth_use (state_hash, used_at_ms) values ($1, $2)', [`first ${i}`, i]);
      await tx.run('insert into oauth_use (state_hash, used_at_ms) values ($1, $2)', [`second ${i}`, i]);
    });
    tell(i);
  }
}

/** Takes the lock and keeps it until the process is killed. */
async function lock(): Promise<void> {
  const store = await openStore();
  try {
    await store.lock();
    tell('locked');
  } catch (error) {
    tell(isBotServerError(error) ? { code: error.code, message: error.message } : String(error));
    await store.close();
    process.disconnect();
  }
}

/** Opens and closes: what matters is that many do so at once. */
async function open(): Promise<void> {
  const store = await openStore();
  const row = await store.get('select schema_version from meta');
  await store.close();
  tell(row);
  process.disconnect();
}

/** Looks for texts, or `hex:` and bytes, in the bytes of files; in a process of its own, because reading them here would drop SQLite's locks. */
function scan(): void {
  const contents = ['', '-wal', '-shm'].map((suffix) => readBytes(path + suffix));
  const sizeBytes = contents.map((bytes) => bytes.length);
  tell({ sizeBytes, found: rest.filter((text) => contents.some((bytes) => bytes.includes(bytesOf(text)))) });
  process.disconnect();
}

function bytesOf(text: string): Buffer {
  return text.startsWith('hex:') ? Buffer.from(text.slice(4), 'hex') : Buffer.from(text);
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.of();
  }
}

const tasks = { write, lock, open, scan };

await tasks[task as keyof typeof tasks]();
