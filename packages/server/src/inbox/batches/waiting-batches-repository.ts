/**
 * How many events wait in batches: of some seconds, of a full disk, or what a process left that died. The database counts, in a thread of
 * its own as a rule: a million events take it less than a second, and this process would be held up by parsing them.
 */
import type { Queries } from '../../store/store.ts';
import { OPEN_BATCHES } from './batch-repository.ts';

export interface WaitingInBatches {
  events: number;
  /** When the one came that waits longest; undefined without any. */
  oldestMs: number | undefined;
}

export interface TeamInBatches {
  events: number;
  /** The one that waits longest. */
  oldest: { eventId: string; receivedAtMs: number } | undefined;
}

/** An entry that has not moved, of an event that is not done; so isUnfinished() has it. */
const IS_UNFINISHED = "e.type = 'array' and (d.done is null or substr(d.done, e.key + 1, 1) <> x'01')";

/** Some of its events may have moved or were purged: a number is the first entry, or stands behind one that is a list. */
const HAS_NUMBERS = "(b.entries glob '[[][0-9]*' or b.entries glob '*],[0-9]*') and json_valid(b.entries)";

/** Of a batch. Only where it has numbers its entries must be parsed, and it counts each byte of what is done. */
const LEFT = `case when ${HAS_NUMBERS} then (select count(*) from json_each(b.entries) e where ${IS_UNFINISHED})
  else b.size - coalesce(length(replace(hex(d.done), '0', '')), 0) end`;

/** Of all teams. */
export async function waitingInBatches(reads: Queries): Promise<WaitingInBatches> {
  const row = await reads.get(
    `select coalesce(sum(events), 0) as events, min(case when events > 0 then received_at_ms end) as oldest_ms
     from (select b.received_at_ms, ${LEFT} as events from ${OPEN_BATCHES})`,
  );
  const oldestMs = row?.oldest_ms ?? undefined;
  return { events: Number(row?.events), oldestMs: oldestMs === undefined ? undefined : Number(oldestMs) };
}

/** Of one team: at most `most`, from the oldest batch on. Batches without it are not parsed. */
export async function teamInBatches(reads: Queries, teamId: string, most: number): Promise<TeamInBatches> {
  const entries = "case when instr(b.entries, $1) > 0 and json_valid(b.entries) then b.entries else '[]' end";
  const row = await reads.get(
    // In SQLite `event_id` is of the row that has the minimum. (https://sqlite.org/lang_select.html#bareagg)
    `select count(*) as events, min(received_at_ms) as received_at_ms, event_id
     from (select b.received_at_ms, e.value ->> 0 as event_id from ${OPEN_BATCHES} cross join json_each(${entries}) e
           where ${IS_UNFINISHED} and case when e.type = 'array' then e.value ->> 1 end = $2 order by p.first_seq limit $3)`,
    [JSON.stringify(teamId), teamId, most],
  );
  const events = Number(row?.events);
  const oldest = { eventId: String(row?.event_id), receivedAtMs: Number(row?.received_at_ms) };
  return { events, oldest: events > 0 ? oldest : undefined };
}
