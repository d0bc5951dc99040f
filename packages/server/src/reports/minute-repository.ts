/** The minutes of processes, as rows. Bounded: one per process and minute of a day. */
import { readObject } from '../read-json.ts';
import type { Queries, Store } from '../store/store.ts';
import { MINUTES_TTL_MS, type MinuteReport, minuteNames } from './minute-report.ts';

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
  return rows.map((row) => toMinute(Number(row.at_ms), readObject(row.facts) ?? {}));
}

/** What is no number counts nothing: another version has written it, or something else. */
function toMinute(atMs: number, facts: Readonly<Record<string, unknown>>): MinuteReport {
  const numbers = minuteNames.map((name) => [name, Number.isFinite(facts[name]) ? facts[name] : 0]);
  return { ...(Object.fromEntries(numbers) as Omit<MinuteReport, 'atMs'>), atMs };
}
