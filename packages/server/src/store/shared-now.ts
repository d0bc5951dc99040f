/** The time by which nodes that share a database compare what each of them wrote: their own clocks may be minutes apart. */
import { type Clock, systemClock } from '../time/clock.ts';
import type { Statements, Store } from './store.ts';

export interface SharedNowDeps {
  store: Pick<Store, 'engine'>;
  /** Of the server; a test may move it. */
  clock: Pick<Clock, 'now'>;
  /** Of the machine. @defaultValue the machine's */
  machine?: Pick<Clock, 'now'>;
}

/**
 * The server's clock, less what the machine's is wrong by compared with PostgreSQL's; wall clock, in milliseconds. Exact to the time
 * of a round trip. On SQLite there is no other clock.
 */
export async function sharedNow(
  tx: Statements,
  { store, clock, machine = systemClock }: SharedNowDeps,
): Promise<number> {
  if (store.engine === 'sqlite') return clock.now();
  const row = await tx.get('select extract(epoch from clock_timestamp()) * 1000 as now_ms');
  return Math.round(clock.now() + Number(row?.now_ms) - machine.now());
}
