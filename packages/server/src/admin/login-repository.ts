/** SQL of attempts to log in, counted by address, on all nodes that share the database. */
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
