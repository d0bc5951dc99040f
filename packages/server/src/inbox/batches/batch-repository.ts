/**
 * Batches of events in SQLite: all events of a commit in one row, their bodies in another that goes when they are done.
 * One statement per question; batch-inbox.ts decides what is kept in a batch and what in a row of its own. What an operator sees
 * is batch-list-repository.ts, what is forgotten batch-purge-repository.ts.
 */
import type { Statement, Statements } from '../../store/store.ts';
import type { Envelope } from '../envelope.ts';
import { insertNumbered } from '../insert-repository.ts';
import { type BatchEntry, type StoredBatch, toBatch, unfinishedOf, without } from './stored-batch.ts';

/** Batches read at once; each has the events of one commit. */
const PAGE = 500;

const encoder = new TextEncoder();

/** Writes a batch of events; the first one gets `firstSeq`, the others the numbers behind it. */
export function insertBatch(
  envelopes: readonly Envelope[],
  { firstSeq, receivedAtMs }: { firstSeq: number; receivedAtMs: number },
): Statement[] {
  const bodies = envelopes.map(({ body, bytes }) => bytes ?? encoder.encode(JSON.stringify(body)));
  const entries = envelopes.map(
    ({ id, teamId, orderKey, type }, place): BatchEntry => [
      id,
      teamId,
      orderKey ?? null,
      type,
      bodies[place]?.byteLength ?? 0,
    ],
  );
  return [
    {
      sql: 'insert into inbox_batch (first_seq, size, received_at_ms, entries) values ($1, $2, $3, $4)',
      params: [firstSeq, envelopes.length, receivedAtMs, JSON.stringify(entries)],
    },
    {
      sql: 'insert into inbox_batch_payload (first_seq, bodies) values ($1, $2)',
      params: [firstSeq, concatenate(bodies)],
    },
  ];
}

/** Writes down which events of a batch are done while others are not. */
export function markDone(firstSeq: number, done: Uint8Array): Statement {
  const sql = `insert into inbox_batch_done (first_seq, done) values ($1, $2)
               on conflict (first_seq) do update set done = excluded.done`;
  return { sql, params: [firstSeq, done] };
}

/** Nothing of the batch is left to do: only the ids stay. */
export function dropBodies(firstSeq: number, { hasMarks }: { hasMarks: boolean }): Statement[] {
  const bodies = { sql: 'delete from inbox_batch_payload where first_seq = $1', params: [firstSeq] };
  return hasMarks
    ? [bodies, { sql: 'delete from inbox_batch_done where first_seq = $1', params: [firstSeq] }]
    : [bodies];
}

/** Gives the unfinished events of these batches rows of their own, with the same numbers. `done`: as memory knows it, which may be more. */
export async function moveBatches(
  tx: Statements,
  batches: readonly { firstSeq: number; done?: Uint8Array }[],
): Promise<void> {
  for (const { firstSeq, done } of batches) {
    const stored = await findBatch(tx, firstSeq);
    if (!stored) continue;
    for (const statement of moveToRows({ ...stored, done: done ?? stored.done })) await run(tx, statement);
  }
}

/** Nothing is left in the batch then: it keeps the ids of what is done, and no body. */
function moveToRows(batch: StoredBatch): Statement[] {
  if (batch.entries.length === 0 && batch.bodies && batch.bodies.byteLength > 0) return setAside(batch, batch.bodies);
  const moved = unfinishedOf(batch);
  const left = without(batch, new Set(moved.map(({ seq }) => seq - batch.firstSeq)));
  return [
    ...insertNumbered(moved, batch.receivedAtMs),
    setEntries(left),
    ...dropBodies(batch.firstSeq, { hasMarks: true }),
  ];
}

/**
 * Something else has written what is known of its events, or a disk has lost it: nobody knows any more where one body begins. An operator
 * finds them, all in one, among the events that failed.
 */
function setAside({ firstSeq, receivedAtMs }: StoredBatch, bodies: Uint8Array): Statement[] {
  const id = `batch-${firstSeq}`;
  const unreadable = { seq: firstSeq, id, teamId: '', orderKey: undefined, type: 'unreadable', bytes: bodies };
  return [
    ...insertNumbered([unreadable], receivedAtMs),
    {
      sql: `update inbox set state = 'failed', error_code = 'unreadable', error = 'What is stored of the events of a commit is not a list'
            where event_id = $1`,
      params: [id],
    },
    ...dropBodies(firstSeq, { hasMarks: true }),
  ];
}

/** One batch. */
export async function findBatch(statements: Statements, firstSeq: number): Promise<StoredBatch | undefined> {
  const row = await statements.get(`${SELECT_BATCH} where b.first_seq = $1`, [firstSeq]);
  return row && toBatch(row);
}

/** Batches with something to do. */
export async function unfinishedSeqs(statements: Statements, fromSeq: number): Promise<number[]> {
  const sql = 'select first_seq from inbox_batch_payload where first_seq >= $1 order by first_seq';
  return (await statements.all(sql, [fromSeq])).map((row) => Number(row.first_seq));
}

/** All batches from a number on, oldest first, page by page. */
export async function* batchesFrom(statements: Statements, fromSeq = 0): AsyncGenerator<StoredBatch[]> {
  const sql = `${SELECT_HEAD} where b.first_seq >= $1 order by b.first_seq limit $2`;
  for (let from = fromSeq; ; ) {
    const batches = (await statements.all(sql, [from, PAGE])).map(toBatch);
    yield batches;
    const last = batches.at(-1);
    if (!last || batches.length < PAGE) return;
    from = last.firstSeq + 1;
  }
}

/** The highest number that was ever given. */
export async function lastSeqOf(statements: Statements): Promise<number> {
  const sql = `select max(coalesce((select seq from sqlite_sequence where name = 'inbox'), 0),
                 coalesce((select first_seq + size - 1 from inbox_batch order by first_seq desc limit 1), 0)) as seq`;
  return Number((await statements.get(sql))?.seq);
}

/** An id, and a number that its event may have. */
export interface Candidate {
  id: string;
  seq: number;
}

/**
 * Which of these ids are stored, in one statement: when an outage ends, half of what comes is known. A batch's entries are searched as
 * text: `["id",` stands only where an entry begins, because JSON escapes a quote within a string.
 */
export async function storedIds(statements: Statements, candidates: readonly Candidate[]): Promise<Set<string>> {
  const asked = candidates.map(({ id, seq }) => [seq, id, `[${JSON.stringify(id)},`]);
  const sql = `with asked as (select value ->> 0 as seq, value ->> 1 as id, value ->> 2 as entry from json_each($1))
    select id from asked
    where exists (select 1 from inbox where inbox.seq = asked.seq and event_id = asked.id)
       or instr((select entries from inbox_batch where first_seq <= asked.seq order by first_seq desc limit 1), entry) > 0`;
  return new Set((await statements.all(sql, [JSON.stringify(asked)])).map((row) => String(row.id)));
}

export async function run(statements: Statements, { sql, params }: Statement): Promise<void> {
  await statements.run(sql, params);
}

export function setEntries({ firstSeq, entries }: StoredBatch): Statement {
  const sql = 'update inbox_batch set entries = $2 where first_seq = $1';
  return { sql, params: [firstSeq, JSON.stringify(entries)] };
}

const JOINED = `left join inbox_batch_payload p on p.first_seq = b.first_seq
  left join inbox_batch_done d on d.first_seq = b.first_seq`;
export const SELECT_BATCH = `select b.first_seq, b.received_at_ms, b.entries, p.bodies, d.done from inbox_batch b ${JOINED}`;
const HEAD = 'b.first_seq, b.size, b.received_at_ms, d.done';
/** Without the bodies: an empty one says that they are there. */
export const SELECT_HEAD = selectHead('b.entries');

/** The same with the column of the entries as this SQL has it. */
export function selectHead(entries: string): string {
  return `select ${HEAD}, ${entries} as entries,
    case when p.first_seq is null then null else x'' end as bodies from inbox_batch b ${JOINED}`;
}

/**
 * Batches with something to do alone: few as a rule, and a million events where a disk is full. The cross join keeps SQLite to the order
 * of their bodies, so that a page reads no more of them than it has.
 */
export const OPEN_BATCHES = `inbox_batch_payload p cross join inbox_batch b on b.first_seq = p.first_seq
    left join inbox_batch_done d on d.first_seq = p.first_seq`;

/** The same as selectHead() of those. */
export function selectOpenHead(entries: string): string {
  return `select ${HEAD}, ${entries} as entries, x'' as bodies from ${OPEN_BATCHES}`;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const whole = new Uint8Array(parts.reduce((total, { byteLength }) => total + byteLength, 0));
  let from = 0;
  for (const part of parts) {
    whole.set(part, from);
    from += part.byteLength;
  }
  return whole;
}
