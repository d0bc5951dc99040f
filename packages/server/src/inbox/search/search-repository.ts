/**
 * Searches events in rows. A look covers a window of rows, so that no statement lasts long however many there are; searching
 * goes on window by window until the page is full or enough was looked at.
 */
import type { Queries, Reads, SqlValue } from '../../store/store.ts';
import type { InboxEntry, InboxState } from '../inbox.ts';
import { ENTRY_COLUMNS, toEntry } from '../list-repository.ts';
import { numbers } from '../sql-pages.ts';
import type { EventCondition, PayloadSearch } from './event-search.ts';

/** A stretch of one state: from `last` up to, and without, `before`. */
export interface Window {
  state: InboxState;
  before: number;
  last: number;
  /** How many events are in it. */
  size: number;
  /** When the one with the last seq came. */
  lastReceivedAtMs: number;
}

/** The newest rows of a state before a seq; undefined when there are none. */
export async function rowWindow(
  reads: Queries,
  { state, before, size }: { state: InboxState; before: number; size: number },
): Promise<Window | undefined> {
  const row = await reads.get(
    `${NEWEST[state].with} select size, last, (select received_at_ms from inbox where seq = last) as last_received_at_ms from (
       select count(*) as size, min(seq) as last from (
         select seq from ${NEWEST[state].from} seq < $1 order by seq desc limit $2) as newest) as looked`,
    [before, size],
  );
  if (Number(row?.size) === 0) return undefined;
  const lastReceivedAtMs = Number(row?.last_received_at_ms);
  return { state, before, last: Number(row?.last), size: Number(row?.size), lastReceivedAtMs };
}

/**
 * Rows that are not done come from the small indexes of their states: the table may hold millions that are. Those that are done
 * are nearly all, so their windows are of all rows. The index of those that failed is in the order of seq; of the others all are taken,
 * `materialized`, or a planner takes the primary key because of the order.
 */
const NEWEST: Readonly<Record<InboxState, { with: string; from: string }>> = {
  failed: { with: '', from: "inbox where state = 'failed' and" },
  retry: {
    with: "with of_state as materialized (select seq from inbox where state = 'retry')",
    from: 'of_state where',
  },
  ready: {
    with: "with of_state as materialized (select seq from inbox where state = 'ready')",
    from: 'of_state where',
  },
  done: { with: '', from: 'inbox where' },
};

/**
 * The same with the events of the window that match, in one pass over the rows. PostgreSQL only, where a second look at rows that were written
 * just now, beside a full load, takes as long as the first; of the states with few rows it is not worth its text.
 */
export async function matchesOfWindow(
  reads: Queries,
  { state, before, size }: { state: 'failed' | 'done'; before: number; size: number },
  conditions: readonly EventCondition[],
  limit: number,
): Promise<(Window & { matches: InboxEntry[] }) | undefined> {
  const params: SqlValue[] = [before, size, limit];
  const row = await reads.get(
    `select size, last, found, (select received_at_ms from inbox where seq = last) as last_received_at_ms from (
       select count(*) as size, min(seq) as last,
         to_json((array_agg(seq order by seq desc) filter (where is_match))[1:$3::integer])::text as found from (
         select seq, (state = '${state}' and ${whereOf(conditions, params)}) as is_match
         from ${NEWEST[state].from} seq < $1 order by seq desc limit $2) as newest) as looked`,
    params,
  );
  if (Number(row?.size) === 0) return undefined;
  const seqs = typeof row?.found === 'string' ? (JSON.parse(row.found) as number[]) : [];
  const window = { state, before, last: Number(row?.last), size: Number(row?.size) };
  const matches =
    seqs.length === 0
      ? []
      : await reads.all(`${ENTRIES} where seq in (${numbers(seqs)}) and state = '${state}' order by seq desc`, seqs);
  return { ...window, lastReceivedAtMs: Number(row?.last_received_at_ms), matches: matches.map(toEntry) };
}

const ENTRIES = `select ${ENTRY_COLUMNS} from inbox`;

/** A stretch of rows, however many are in it. */
type Stretch = Pick<Window, 'state' | 'before' | 'last'>;

/** The events of a stretch that match, newest first. */
export async function rowsIn(
  reads: Queries,
  { state, before, last }: Stretch,
  conditions: readonly EventCondition[],
  limit: number,
): Promise<InboxEntry[]> {
  const params: SqlValue[] = [before, last, limit];
  const sql = `select ${ENTRY_COLUMNS} from inbox
    where ${placesOf(state)} and ${whereOf(conditions, params)} order by seq desc limit $3`;
  return (await reads.all(sql, params)).map(toEntry);
}

/** How many rows are in a stretch. */
export async function countIn(reads: Queries, { state, before, last }: Stretch): Promise<number> {
  const row = await reads.get(`select count(*) as size from inbox where ${placesOf(state)}`, [before, last]);
  return Number(row?.size);
}

/** The newest rows whose payloads may be read, and how much that is. */
export type Readable = { events: number; bytes: number } & (
  | { isPart: false }
  /** There may be more before the last of them. */
  | { isPart: true; last: number }
);

/** Of those that match and have a payload, until one of the limits is reached. Neither engine reads a payload for its length. */
export async function readableIn(
  reads: Queries,
  { state, before, last }: Stretch,
  conditions: readonly EventCondition[],
  most: { events: number; bytes: number },
): Promise<Readable> {
  const params: SqlValue[] = [before, last, most.events, most.bytes];
  const row = await reads.get(
    `select count(*) as events, sum(size_bytes) as bytes, min(seq) as last from (
       select seq, size_bytes, sum(size_bytes) over (order by seq desc) as up_to from (
         select seq, length(payload) as size_bytes from inbox where ${placesOf(state)} and payload is not null and ${whereOf(conditions, params)}
         order by seq desc limit $3) as newest) as summed where up_to - size_bytes < $4`,
    params,
  );
  const read = { events: Number(row?.events), bytes: Number(row?.bytes ?? 0) };
  const isPart = read.events >= most.events || read.bytes >= most.bytes;
  return isPart ? { ...read, isPart, last: Number(row?.last) } : { ...read, isPart };
}

/** An event with the size of its payload in bytes. */
export interface Sized {
  seq: number;
  sizeBytes: number;
}

/** Those of a stretch that match and whose payload has all of these texts in it. */
export async function sizedRowsWith(
  reads: Reads,
  { state, before, last }: Stretch,
  conditions: readonly EventCondition[],
  { mustContain }: Pick<PayloadSearch, 'mustContain'>,
): Promise<Sized[]> {
  const params: SqlValue[] = [before, last];
  const isIn = (param: string) =>
    reads.engine === 'sqlite' ? `instr(payload, ${param}) > 0` : `position(${param}::bytea in payload) > 0`;
  const where = whereOf(conditions, params);
  const contains = mustContain.map((text) => `and ${isIn(`$${params.push(encoder.encode(text))}`)}`);
  const sql = `select seq, length(payload) as size_bytes from inbox
    where ${placesOf(state)} and payload is not null and ${where} ${contains.join(' ')}`;
  return (await reads.all(sql, params)).map((row) => ({ seq: Number(row.seq), sizeBytes: Number(row.size_bytes) }));
}

/** Rows with their payloads, as long as they are in this state. */
export async function rowsWithPayload(
  reads: Queries,
  state: InboxState,
  seqs: readonly number[],
): Promise<{ entry: InboxEntry; payload: string }[]> {
  if (seqs.length === 0) return [];
  const sql = `select ${ENTRY_COLUMNS}, payload from inbox
    where seq in (${numbers(seqs)}) and state = '${state}' and payload is not null`;
  const rows = await reads.all(sql, [...seqs]);
  return rows.map((row) => ({ entry: toEntry(row), payload: decoder.decode(row.payload as Uint8Array) }));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** By the small indexes too, and of the window alone. */
function placesOf(state: InboxState): string {
  const range = 'seq < $1 and seq >= $2';
  if (state === 'done') return `state = 'done' and ${range}`;
  return `seq in (select seq from inbox where state = '${state}' and ${range})`;
}

const COLUMN = { team: 'team_id', type: 'type', error: 'error_code' } as const;

/** The conditions as SQL; their values are added to the parameters. */
export function whereOf(conditions: readonly EventCondition[], params: SqlValue[]): string {
  return ['1 = 1', ...conditions.map((condition) => sqlOf(condition, params))].join(' and ');
}

function sqlOf(condition: EventCondition, params: SqlValue[]): string {
  switch (condition.kind) {
    case 'property': {
      const list = condition.anyOf.map((value) => `$${params.push(value)}`).join(', ');
      return negatable(`coalesce(${COLUMN[condition.property]}, '') in (${list})`, condition);
    }
    case 'channel': {
      const parts = condition.anyOf.map((channel) => {
        const [is, begins] = [params.push(channel), params.push(`${escaped(channel)}:%`)];
        return `coalesce(order_key, '') = $${is} or coalesce(order_key, '') like $${begins} escape '\\'`;
      });
      return negatable(`(${parts.join(' or ')})`, condition);
    }
    case 'since':
      return `received_at_ms >= $${params.push(condition.atMs)}`;
    case 'before':
      return `received_at_ms < $${params.push(condition.atMs)}`;
    case 'text': {
      const pattern = params.push(`%${escaped(condition.part.toLowerCase())}%`);
      return negatable(`lower(coalesce(error, '')) like $${pattern} escape '\\'`, condition);
    }
  }
}

function negatable(sql: string, { isNegated }: { isNegated: boolean }): string {
  return isNegated ? `not (${sql})` : sql;
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
