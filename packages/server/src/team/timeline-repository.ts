/** What happened to an installation: its newest entries, for the operator who asks why. */
import type { SqlValue, Statements } from '../store/store.ts';
import type { InstallationKey } from './installation.ts';
import { toTimelineEntry } from './installation-rows.ts';
import type { NewTimelineEntry, TimelineEntry } from './installations.ts';

/** How many entries an installation keeps. */
const TIMELINE_LENGTH = 50;

/** Adds an entry and drops those that are too old. Does nothing for an installation that does not exist. */
export async function insertTimelineEntry(
  tx: Statements,
  key: InstallationKey,
  entry: NewTimelineEntry & { atMs: number },
): Promise<void> {
  const params: SqlValue[] = [key, entry.atMs, entry.kind, JSON.stringify(entry.facts)];
  await tx.run(
    `insert into timeline (installation_key, at_ms, kind, facts)
     select key, $2, $3, $4 from installation where key = $1`,
    params,
  );
  await tx.run(
    `delete from timeline where installation_key = $1 and id <= (
       select id from timeline where installation_key = $1 order by id desc limit 1 offset $2)`,
    [key, TIMELINE_LENGTH],
  );
}

/** The entries, newest first. */
export async function selectTimeline(store: Statements, key: InstallationKey): Promise<TimelineEntry[]> {
  const rows = await store.all('select at_ms, kind, facts from timeline where installation_key = $1 order by id desc', [
    key,
  ]);
  return rows.map(toTimelineEntry);
}
