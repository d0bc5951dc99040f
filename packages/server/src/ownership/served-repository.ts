/**
 * Until when a database of one process was served, in the row of the first shard; and since when it has no Socket Mode connection, in that of
 * the first slot. Times by the process's clock. SQLite only.
 */
import type { SqlValue, Statements } from '../store/store.ts';
import { FIRST_SOCKET_SLOT, type Shard } from './ownership.ts';

/** In milliseconds since the epoch; undefined for a database that nobody has served. */
export async function readServedUntil(store: Pick<Statements, 'get'>): Promise<number | undefined> {
  return await readTime(store, 0);
}

export async function writeServedUntil(store: Pick<Statements, 'run'>, atMs: number): Promise<void> {
  await writeTime(store, 0, atMs);
}

/** Since when nobody served it, as no row says yet; undefined when that is nothing. */
export async function readUntoldSince(store: Pick<Statements, 'get'>): Promise<number | undefined> {
  const row = await store.get('select untold_since from shard where shard = 0');
  return timeIn(row?.untold_since);
}

/** Rows say it. */
export async function forgetUntoldSince(store: Pick<Statements, 'run'>): Promise<void> {
  await store.run('update shard set untold_since = null where shard = 0');
}

/** The first sign of life of a process takes the place of the last one of the process before, of which rows say nothing yet. */
export async function writeFirstSign(
  store: Pick<Statements, 'run'>,
  { atMs, untoldSinceMs }: { atMs: number; untoldSinceMs: number | undefined },
): Promise<void> {
  const times = [textOf(atMs), textOf(untoldSinceMs ?? null)];
  await store.run('update shard set unserved_since = $1, untold_since = $2 where shard = 0', times);
}

/** In milliseconds since the epoch; undefined while there is a connection, and where there never was one. */
export async function readSocketLostAt(store: Pick<Statements, 'get'>): Promise<number | undefined> {
  return await readTime(store, FIRST_SOCKET_SLOT);
}

/** @param atMs Null: there is one */
export async function writeSocketLostAt(store: Pick<Statements, 'run'>, atMs: number | null): Promise<void> {
  await writeTime(store, FIRST_SOCKET_SLOT, atMs);
}

async function readTime(store: Pick<Statements, 'get'>, shard: Shard): Promise<number | undefined> {
  const row = await store.get('select unserved_since from shard where shard = $1', [shard]);
  return timeIn(row?.unserved_since);
}

function timeIn(value: SqlValue | undefined): number | undefined {
  const atMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}

function textOf(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

async function writeTime(store: Pick<Statements, 'run'>, shard: Shard, atMs: number | null): Promise<void> {
  await store.run('update shard set unserved_since = $2 where shard = $1', [shard, textOf(atMs)]);
}
