/** SQL of attempts to log in, and of those that were right, by address, on all nodes that share the database. */
import type { Statements } from '../store/store.ts';

/** Attempts of an address since the first of them. */
export interface Attempts {
  count: number;
  sinceMs: number;
}

interface Window {
  nowMs: number;
  windowMs: number;
}

/** An address from which the right token came, and when that was written. */
export interface Proof {
  address: string;
  provedMs: number;
}

/** Counts one more; the window begins anew when it is over, or when the clock went back. One statement, so that none is lost. */
export async function countAttempt(store: Statements, address: string, { nowMs, windowMs }: Window): Promise<Attempts> {
  const row = await store.get(
    `insert into admin_login (address, attempts, since_ms) values ($1, 1, $2)
     on conflict (address) do update set
       attempts = case when admin_login.since_ms <= $3 or admin_login.since_ms > $2 then 1 else admin_login.attempts + 1 end,
       since_ms = case when admin_login.since_ms <= $3 or admin_login.since_ms > $2 then $2 else admin_login.since_ms end
     returning attempts, since_ms`,
    [address, nowMs, nowMs - windowMs],
  );
  return { count: Number(row?.attempts), sinceMs: Number(row?.since_ms) };
}

/** Forgets those of an address that has proved to be an operator's. */
export async function forgetAttempts(store: Statements, address: string): Promise<void> {
  await store.run('delete from admin_login where address = $1', [address]);
}

/** Forgets windows that are over; answers how many are left. */
export async function pruneAttempts(store: Statements, { nowMs, windowMs }: Window): Promise<number> {
  await store.run('delete from admin_login where since_ms <= $1 or since_ms > $2', [nowMs - windowMs, nowMs]);
  return Number((await store.get('select count(*) as n from admin_login'))?.n);
}

/** Forgets so many of the oldest windows, but not that of one address. */
export async function forgetOldest(store: Statements, count: number, { except }: { except: string }): Promise<void> {
  await store.run(
    `delete from admin_login where address in (
       select address from admin_login where address <> $1 order by since_ms, address limit $2)`,
    [except, count],
  );
}

/** All that are not older. */
export async function readProofs(store: Statements, sinceMs: number): Promise<Proof[]> {
  const rows = await store.all('select address, proved_ms from admin_proof where proved_ms > $1', [sinceMs]);
  return rows.map((row) => ({ address: String(row.address), provedMs: Number(row.proved_ms) }));
}

/** Keeps that an address was right, which it answers, and forgets what is older than `sinceMs` or beyond so many: the newest stay. */
export async function keepProof(
  store: Statements,
  { address, provedMs }: Proof,
  { sinceMs, limit }: { sinceMs: number; limit: number },
): Promise<Proof> {
  await store.run(
    `insert into admin_proof (address, proved_ms) values ($1, $2)
     on conflict (address) do update set proved_ms = excluded.proved_ms`,
    [address, provedMs],
  );
  await store.run(
    `delete from admin_proof where address <> $1 and (proved_ms <= $2 or address not in (
       select address from admin_proof order by proved_ms desc, address limit $3))`,
    [address, sinceMs, limit],
  );
  return { address, provedMs };
}
