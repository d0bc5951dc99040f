/** A batch as it is in the tables, and what is left of it. No SQL but the names of the columns. */
import { readList } from '../../read-json.ts';
import type { Row, SqlValue } from '../../store/store.ts';
import type { InboxEntry } from '../inbox.ts';
import type { NumberedEnvelope } from '../insert-repository.ts';

/** What is remembered of an event in a batch: id, team, order key, type, size of its body in bytes. */
export type BatchEntry = readonly [
  id: string,
  teamId: string,
  orderKey: string | null,
  type: string,
  sizeBytes: number,
];

/** A batch as it is in the tables. */
export interface StoredBatch {
  firstSeq: number;
  receivedAtMs: number;
  /** A number, the size of its body, for an event that moved to a row of its own or was purged. */
  entries: readonly (BatchEntry | number)[];
  /** Undefined when all are done. */
  bodies: Uint8Array | undefined;
  /** A byte per event, 1 = done. */
  done: Uint8Array | undefined;
}

export function toBatch(row: Row): StoredBatch {
  return {
    firstSeq: Number(row.first_seq),
    receivedAtMs: Number(row.received_at_ms),
    entries: entriesOf(row),
    bodies: bytesOf(row.bodies),
    done: bytesOf(row.done),
  };
}

/** None where something else has written them: without all their sizes nobody knows where a body begins. */
export function entriesOf(row: Row): (BatchEntry | number)[] {
  const entries = readList(row.entries) ?? [];
  return entries.every(isEntry) ? entries : [];
}

/** The batch when the events at these places are no part of it any more. */
export function without(batch: StoredBatch, places: ReadonlySet<number>): StoredBatch {
  const entries = batch.entries.map((entry, place) => (places.has(place) ? sizeOf(entry) : entry));
  return { ...batch, entries };
}

export function isUnfinished({ entries, bodies, done }: StoredBatch, place: number): boolean {
  return typeof entries[place] === 'object' && bodies !== undefined && done?.[place] !== 1;
}

/** `bytes` are views of the batch's bodies. */
export function unfinishedOf(batch: StoredBatch): NumberedEnvelope[] {
  const unfinished: NumberedEnvelope[] = [];
  let from = 0;
  batch.entries.forEach((entry, place) => {
    const bytes = batch.bodies?.subarray(from, from + sizeOf(entry));
    from += sizeOf(entry);
    if (typeof entry === 'number' || !bytes || !isUnfinished(batch, place)) return;
    const [id, teamId, orderKey, type] = entry;
    unfinished.push({ seq: batch.firstSeq + place, id, teamId, orderKey: orderKey ?? undefined, type, bytes });
  });
  return unfinished;
}

export function bodyAt({ entries, bodies }: StoredBatch, place: number): Uint8Array | undefined {
  const from = entries.slice(0, place).reduce((total: number, entry) => total + sizeOf(entry), 0);
  return bodies?.subarray(from, from + sizeOf(entries[place] ?? 0));
}

/** Newest first. */
export function listedOf(batch: StoredBatch): InboxEntry[] {
  return batch.entries
    .flatMap((entry, place): InboxEntry[] => {
      if (typeof entry === 'number') return [];
      const [eventId, teamId, , type] = entry;
      const isReady = isUnfinished(batch, place);
      const seq = batch.firstSeq + place;
      const { receivedAtMs } = batch;
      return [
        {
          seq,
          eventId,
          teamId,
          type,
          state: isReady ? 'ready' : 'done',
          attempts: isReady ? 0 : 1,
          error: null,
          receivedAtMs,
        },
      ];
    })
    .reverse();
}

function sizeOf(entry: BatchEntry | number): number {
  return typeof entry === 'number' ? entry : entry[4];
}

function bytesOf(value: SqlValue | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined;
}

function isEntry(value: unknown): value is BatchEntry | number {
  return typeof value === 'number' || (Array.isArray(value) && typeof value[4] === 'number');
}
