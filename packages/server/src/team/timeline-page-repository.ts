/** The timeline of an installation in pages, for operators. */
import type { Queries, SqlValue } from '../store/store.ts';
import type { InstallationKey } from './installation.ts';
import { toTimelineEntry } from './installation-rows.ts';
import type { TimelineEntry } from './installations.ts';

/** An entry with its place among all. */
export interface PlacedEntry extends TimelineEntry {
  id: number;
}

export interface TimelinePage {
  key: InstallationKey;
  /** Only of these kinds. */
  kinds?: readonly string[] | undefined;
  /** Only older than this entry. */
  beforeId?: number | undefined;
  limit: number;
}

/** Newest first. */
export async function selectTimelinePage(
  reads: Queries,
  { key, kinds, beforeId, limit }: TimelinePage,
): Promise<PlacedEntry[]> {
  const params: SqlValue[] = [key, limit];
  const where = ['installation_key = $1'];
  if (beforeId !== undefined) where.push(`id < $${params.push(beforeId)}`);
  if (kinds) where.push(`kind in (${kinds.map((kind) => `$${params.push(kind)}`).join(', ')})`);
  const rows = await reads.all(
    `select id, at_ms, kind, facts from timeline where ${where.join(' and ')} order by id desc limit $2`,
    params,
  );
  return rows.map((row) => ({ id: Number(row.id), ...toTimelineEntry(row) }));
}
