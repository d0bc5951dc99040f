/** The minutes of processes, as rows. Bounded: one per process and minute of a day. */
import type { Queries, Store } from '../store/store.ts';
import { MINUTES_TTL_MS, type MinuteReport } from './minute-report.ts';

/** Writes one, and forgets those that are too old. One that is there already, after a clock was set back, is replaced. */
export async function tellMinute(
  store: Pick<Store, 'together'>,
  node: string,
  { atMs, ...facts }: MinuteReport,
): Promise<void> {
  await store.together([
    {
      sql: `insert into minute_report (at_ms, node, facts) values ($1, $2, $3)
        on conflict (at_ms, node) do update set facts = excluded.facts`,
      params: [atMs, node, JSON.stringify(facts)],
    },
    { sql: 'delete from minute_report where at_ms < $1', params: [atMs - MINUTES_TTL_MS] },
  ]);
}

/** Those of all processes since then, the oldest first. */
export async function selectMinutes(reads: Queries, sinceMs: number): Promise<MinuteReport[]> {
  const rows = await reads.all('select at_ms, facts from minute_report where at_ms >= $1 order by at_ms', [sinceMs]);
  return rows.map((row) => ({
    ...(JSON.parse(String(row.facts)) as Omit<MinuteReport, 'atMs'>),
    atMs: Number(row.at_ms),
  }));
}
