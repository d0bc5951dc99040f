/**
 * Batches of events in SQLite: all events of a commit in one row, their bodies in another that goes when they are done.
 * One statement per question; batch-inbox.ts decides what is kept in a batch and what in a row of its own.
 */
import type { Row, SqlValue, Statement, Statements, Store } from '../../store/store.ts';
import type { Envelope } from '../envelope.ts';
import type { InboxEntry, InboxFilter } from '../inbox.ts';
import { insertNumbered, type NumberedEnvelope } from '../inbox-repository.ts';

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

const PAGE = 500;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

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

/** Gives unfinished events of the batch rows of their own, with the same numbers: those at `places`, or all. */
export function moveToRows(batch: StoredBatch, places?: ReadonlySet<number>): Statement[] {
  const moved = unfinishedOf(batch).filter(({ seq }) => places?.has(seq - batch.firstSeq) ?? true);
  const left = without(batch, new Set(moved.map(({ seq }) => seq - batch.firstSeq)));
  const isOver = unfinishedOf(left).length === 0;
  return [
    ...insertNumbered(moved, batch.receivedAtMs),
    setEntries(left),
    ...(isOver ? dropBodies(batch.firstSeq, { hasMarks: true }) : []),
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

/** Whether the event is known; `candidates` are numbers that it may have. */
export async function isStored(statements: Statements, id: string, candidates: readonly number[]): Promise<boolean> {
  for (const seq of candidates) {
    if (await statements.get('select 1 from inbox where seq = $1 and event_id = $2', [seq, id])) return true;
    const sql = 'select entries, first_seq from inbox_batch where first_seq <= $1 order by first_seq desc limit 1';
    const row = await statements.get(sql, [seq]);
    const entry = row && entriesOf(row)[seq - Number(row.first_seq)];
    if (typeof entry === 'object' && entry[0] === id) return true;
  }
  return false;
}

/** Events in batches that fit, newest first; those with a row of their own are not among them. */
export async function listBatches(statements: Statements, filter: InboxFilter): Promise<InboxEntry[]> {
  const { state, afterSeq = 0, limit } = filter;
  if (state === 'retry' || state === 'failed') return [];
  const found: InboxEntry[] = [];
  const isOpen = state === 'ready' || state === 'not_done' ? 'and p.first_seq is not null' : '';
  const sql = `${SELECT_HEAD} where b.first_seq < $1 and b.first_seq + b.size > $2 ${isOpen} order by b.first_seq desc limit $3`;
  for (let before = Number.MAX_SAFE_INTEGER; found.length < limit; ) {
    const batches = (await statements.all(sql, [before, afterSeq, PAGE])).map(toBatch);
    found.push(...batches.flatMap(listedOf).filter((entry) => fits(entry, filter)));
    const last = batches.at(-1);
    if (!last || batches.length < PAGE) break;
    before = last.firstSeq;
  }
  return found.slice(0, limit);
}

/** An event in a batch. */
export async function findInBatches(
  statements: Statements,
  eventId: string,
): Promise<(InboxEntry & { payload: string | null }) | undefined> {
  // No index knows the ids: an operator asks for one now and then, and each event would pay for it.
  const rows = await statements.all(`${SELECT_BATCH} where instr(b.entries, $1) > 0`, [`[${JSON.stringify(eventId)},`]);
  for (const batch of rows.map(toBatch)) {
    const entry = listedOf(batch).find((one) => one.eventId === eventId);
    if (!entry) continue;
    const body = entry.state === 'ready' ? bodyAt(batch, entry.seq - batch.firstSeq) : undefined;
    return { ...entry, payload: body ? decoder.decode(body) : null };
  }
  return undefined;
}

/** Forgets batches that are done and older; answers how many events. The newest one stays, empty, or its numbers would be given again. */
export async function pruneBatches(
  statements: Statements,
  { doneBeforeMs, nowMs }: { doneBeforeMs: number; nowMs: number },
): Promise<number> {
  // Dated by a clock that was ahead: from now on they age.
  await statements.run('update inbox_batch set received_at_ms = $1 where received_at_ms > $1', [nowMs]);
  const isForgettable = `b.received_at_ms < $1
    and not exists (select 1 from inbox_batch_payload p where p.first_seq = b.first_seq)`;
  const isNewest = 'b.first_seq = (select max(first_seq) from inbox_batch)';
  const newest = await statements.get(`${SELECT_HEAD} where ${isForgettable} and ${isNewest}`, [doneBeforeMs]);
  let pruned = newest ? eventsIn(newest) : 0;
  if (newest) await run(statements, setEntries({ ...toBatch(newest), entries: [] }));
  // A purge beside the server may leave some.
  await statements.run(
    `delete from inbox_batch_done where first_seq not in (select first_seq from inbox_batch_payload)`,
  );
  const isOld = `select first_seq from inbox_batch b where ${isForgettable} and not ${isNewest} order by first_seq limit ${PAGE}`;
  for (;;) {
    const sql = `delete from inbox_batch where first_seq in (${isOld}) returning entries`;
    const rows = await statements.all(sql, [doneBeforeMs]);
    for (const row of rows) pruned += eventsIn(row);
    if (rows.length < PAGE) return pruned;
  }
}

/** Forgets what is still to do for a team, bodies and all; answers how many events. */
export async function purgeFromUnfinished(statements: Statements, teamId: string): Promise<number> {
  let purged = 0;
  for (const row of await statements.all(`${SELECT_BATCH} where p.first_seq is not null order by b.first_seq`)) {
    const batch = toBatch(row);
    const own = unfinishedOf(batch).filter((event) => event.teamId === teamId);
    if (own.length === 0) continue;
    const left = without(batch, new Set(own.map(({ seq }) => seq - batch.firstSeq)));
    await run(statements, setEntries(left));
    for (const { bytes } of own) bytes.fill(0);
    if (unfinishedOf(left).length === 0)
      for (const statement of dropBodies(batch.firstSeq, { hasMarks: true })) await run(statements, statement);
    else await run(statements, setBodies(batch));
    purged += own.length;
  }
  return purged;
}

/** Forgets the ids of teams in batches that are done, page by page; answers how many. */
export async function purgeFromDone(store: Store, teamIds: ReadonlySet<string>): Promise<number> {
  let purged = 0;
  for await (const page of batchesFrom(store)) {
    const meant = page.filter((batch) => placesDone(batch, teamIds).size > 0).map(({ firstSeq }) => firstSeq);
    if (meant.length === 0) continue;
    // Read again: an event that moved to a row of its own meanwhile must not come back into its batch.
    purged += await store.transaction(async (tx) => {
      let count = 0;
      for (const firstSeq of meant) {
        const batch = await findBatch(tx, firstSeq);
        const places = batch ? placesDone(batch, teamIds) : new Set<number>();
        if (batch && places.size > 0) await run(tx, setEntries(without(batch, places)));
        count += places.size;
      }
      return count;
    });
  }
  return purged;
}

async function run(statements: Statements, { sql, params }: Statement): Promise<void> {
  await statements.run(sql, params);
}

function setEntries({ firstSeq, entries }: StoredBatch): Statement {
  const sql = 'update inbox_batch set entries = $2 where first_seq = $1';
  return { sql, params: [firstSeq, JSON.stringify(entries)] };
}

function setBodies({ firstSeq, bodies = new Uint8Array() }: StoredBatch): Statement {
  return { sql: 'update inbox_batch_payload set bodies = $2 where first_seq = $1', params: [firstSeq, bodies] };
}

/** The batch when the events at these places are no part of it any more. */
function without(batch: StoredBatch, places: ReadonlySet<number>): StoredBatch {
  const entries = batch.entries.map((entry, place) => (places.has(place) ? sizeOf(entry) : entry));
  return { ...batch, entries };
}

function placesDone(batch: StoredBatch, teamIds: ReadonlySet<string>): Set<number> {
  const isMeant = (entry: BatchEntry | number, place: number) =>
    typeof entry === 'object' && teamIds.has(entry[1]) && !isUnfinished(batch, place);
  return new Set(batch.entries.flatMap((entry, place) => (isMeant(entry, place) ? [place] : [])));
}

const JOINED = `left join inbox_batch_payload p on p.first_seq = b.first_seq
  left join inbox_batch_done d on d.first_seq = b.first_seq`;
const SELECT_BATCH = `select b.first_seq, b.received_at_ms, b.entries, p.bodies, d.done from inbox_batch b ${JOINED}`;
/** Without the bodies: an empty one says that they are there. */
const SELECT_HEAD = `select b.first_seq, b.received_at_ms, b.entries, d.done,
  case when p.first_seq is null then null else x'' end as bodies from inbox_batch b ${JOINED}`;

function toBatch(row: Row): StoredBatch {
  return {
    firstSeq: Number(row.first_seq),
    receivedAtMs: Number(row.received_at_ms),
    entries: entriesOf(row),
    bodies: bytesOf(row.bodies),
    done: bytesOf(row.done),
  };
}

function bytesOf(value: SqlValue | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array ? value : undefined;
}

function entriesOf(row: Row): (BatchEntry | number)[] {
  return JSON.parse(String(row.entries)) as (BatchEntry | number)[];
}

function eventsIn(row: Row): number {
  return entriesOf(row).filter((entry) => typeof entry === 'object').length;
}

function sizeOf(entry: BatchEntry | number): number {
  return typeof entry === 'number' ? entry : entry[4];
}

function isUnfinished({ entries, bodies, done }: StoredBatch, place: number): boolean {
  return typeof entries[place] === 'object' && bodies !== undefined && done?.[place] !== 1;
}

function bodyAt({ entries, bodies }: StoredBatch, place: number): Uint8Array | undefined {
  const from = entries.slice(0, place).reduce((total: number, entry) => total + sizeOf(entry), 0);
  return bodies?.subarray(from, from + sizeOf(entries[place] ?? 0));
}

/** `bytes` are views of the batch's bodies. */
function unfinishedOf(batch: StoredBatch): NumberedEnvelope[] {
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

/** Newest first. */
function listedOf(batch: StoredBatch): InboxEntry[] {
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

function fits({ seq, state, teamId, type }: InboxEntry, filter: InboxFilter): boolean {
  if (filter.state === 'not_done' ? state === 'done' : filter.state !== undefined && filter.state !== state)
    return false;
  if (filter.teamId !== undefined && filter.teamId !== teamId) return false;
  if (filter.type !== undefined && filter.type !== type) return false;
  return filter.afterSeq === undefined || seq > filter.afterSeq;
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
