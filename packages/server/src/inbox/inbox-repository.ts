/** The inbox in the store: one statement per question. What the states mean is in inbox.ts. */
import type { Row, SqlValue, Statement, Statements, Store } from '../store/store.ts';
import { shardOf } from '../team/shard.ts';
import type { Clock } from '../time/clock.ts';
import { RETRY_MAX_MS } from './inbox.ts';
import type { Envelope } from './envelope.ts';
import type {
  EventFailure,
  Inbox,
  InboxEntry,
  InboxFilter,
  InboxState,
  PageLimits,
  StoredEvent,
  Takeover,
} from './inbox.ts';

/** An event that twice killed its process while nothing else ran beside it is what kills it. */
const MAX_LONE_DEATHS = 2;
/** Rows of one statement: more would make every statement's text longer for nothing. */
const ROWS_PER_STATEMENT = 200;
const PRUNE_PAGE = 1_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Keeps each event in a row. On SQLite batch-inbox.ts does that only for events that take longer. */
export function createRowInbox({ store, clock }: { store: Store; clock: Pick<Clock, 'now'> }): Inbox {
  return {
    // PostgreSQL takes what comes on several connections.
    answersInOrder: false,
    insert: (envelopes, { finish: seqs = [] } = {}) =>
      seqs.length === 0
        ? insert(store, envelopes, clock.now())
        : insertAndFinish(store, envelopes, { seqs, nowMs: clock.now() }),
    tidy: () => Promise.resolve(),
    takeOver: (owner) => store.transaction((tx) => takeOver(tx, owner)),
    release: (owner, begun) => store.transaction((tx) => release(tx, owner, begun)),
    async teamsWithReady() {
      const rows = await store.all("select distinct team_id from inbox where state = 'ready'");
      return rows.map((row) => String(row.team_id));
    },
    ready: (teamId, page) => select(store, "state = 'ready' and team_id = $1", [teamId], page),
    // What is planned further ahead than any retry was planned by a clock that was ahead.
    due: ({ nowMs, ...page }) =>
      select(store, "state = 'retry' and (run_at_ms <= $1 or run_at_ms > $2)", [nowMs, nowMs + RETRY_MAX_MS], page),
    finish: (seqs) => finish(store, seqs),
    async fail(seq, { code, message }) {
      const sql = `update inbox set state = 'failed', error_code = $2, error = $3, alone_at_ms = null
                   where seq = $1 and ${IS_OPEN}`;
      await store.run(sql, [seq, code, message]);
    },
    async retry(seq, { runAtMs, failure }) {
      const sql = `update inbox set state = 'retry', run_at_ms = $2, attempts = attempts + 1, error_code = $3, error = $4,
                   alone_at_ms = null where seq = $1 and ${IS_OPEN}`;
      await store.run(sql, [seq, Math.ceil(runAtMs), failure.code, failure.message]);
    },
    async setAlone(seq, atMs) {
      await store.run('update inbox set alone_at_ms = $2 where seq = $1', [seq, atMs]);
    },
    dropTeam(teamId, options) {
      const isOld = options ? 'and received_at_ms < $2' : '';
      const sql = `update inbox set state = 'done', payload = null where team_id = $1 and state in ('ready', 'retry')
                   and type not in (${LIFECYCLE}) ${isOld}`;
      return store.run(sql, options ? [teamId, options.beforeMs] : [teamId]);
    },
    async lifecycleSince(ms) {
      const sql = `select team_id, type, received_at_ms from inbox where type in (${LIFECYCLE}) and received_at_ms >= $1`;
      return (await store.all(sql, [ms])).map((row) => ({
        teamId: String(row.team_id),
        type: String(row.type),
        receivedAtMs: Number(row.received_at_ms),
      }));
    },
    list: (filter) => list(store, filter),
    async find(eventId) {
      const row = await store.get('select * from inbox where event_id = $1', [eventId]);
      if (!row) return undefined;
      const payload = row.payload instanceof Uint8Array ? decoder.decode(row.payload) : null;
      return { ...toEntry(row), payload };
    },
    replay: (filter) =>
      change(store, "state = 'retry', run_at_ms = 0, attempts = attempts + 1, takeovers = 0, lone_deaths = 0", filter),
    discard: (filter) => change(store, "state = 'done', payload = null", filter),
    prune: (options) => prune(store, { ...options, nowMs: clock.now() }),
  };
}

/** Not dropped while its listener ran: without a payload it could never be run again, and each look for what is due would fail. */
const IS_OPEN = "state in ('ready', 'retry')";
/** The words of isLifecycleEvent(), for SQL. */
const LIFECYCLE = "'app_uninstalled', 'tokens_revoked'";

const INSERT_COLUMNS = 'event_id, shard, team_id, order_key, type, payload, received_at_ms';
const INSERT_WIDTH = 7;

async function insert(store: Store, envelopes: readonly Envelope[], nowMs: number): Promise<Map<string, number>> {
  if (envelopes.length <= ROWS_PER_STATEMENT) return await insertRows(store, envelopes, nowMs);
  return await store.transaction(async (tx) => {
    const seqs = new Map<string, number>();
    for (const page of pagesOf(envelopes)) {
      for (const [id, seq] of await insertRows(tx, page, nowMs)) seqs.set(id, seq);
    }
    return seqs;
  });
}

async function insertRows(tx: Statements, envelopes: readonly Envelope[], nowMs: number): Promise<Map<string, number>> {
  const { sql, params } = insertStatement(envelopes, nowMs);
  return seqsIn(await tx.all(sql, params));
}

function seqsIn(rows: readonly Row[]): Map<string, number> {
  return new Map(rows.map((row) => [String(row.event_id), Number(row.seq)]));
}

/** An event that has a number already; `bytes` is its body. */
export type NumberedEnvelope = Omit<Envelope, 'body'> & { seq: number; bytes: Uint8Array };

/** Rows for these events, page by page. One that has a row already, older than ids are remembered, keeps that. */
export function insertNumbered(envelopes: readonly NumberedEnvelope[], nowMs: number): Statement[] {
  return Array.from(pagesOf(envelopes), (page) => {
    const rows = page.map(
      (_, row) => `(${Array.from({ length: 8 }, (_column, n) => `$${row * 8 + n + 1}`).join(', ')})`,
    );
    const sql = `insert into inbox (seq, ${INSERT_COLUMNS}) values ${rows.join(', ')} on conflict (event_id) do nothing`;
    const params = page.flatMap(({ seq, id, teamId, orderKey, type, bytes }) => [
      seq,
      id,
      shardOf(teamId),
      teamId,
      orderKey ?? null,
      type,
      bytes,
      nowMs,
    ]);
    return { sql, params };
  });
}

/** The ids of all rows from a number on, oldest first, page by page. */
export async function* idsOfRows(
  store: Statements,
  fromSeq: number,
): AsyncGenerator<{ id: string; seq: number; atMs: number }[]> {
  const sql = 'select seq, event_id, received_at_ms from inbox where seq >= $1 order by seq limit $2';
  for (let from = fromSeq; ; ) {
    const rows = await store.all(sql, [from, PRUNE_PAGE]);
    yield rows.map((row) => ({
      id: String(row.event_id),
      seq: Number(row.seq),
      atMs: Number(row.received_at_ms),
    }));
    if (rows.length < PRUNE_PAGE) return;
    from = Number(rows.at(-1)?.seq) + 1;
  }
}

/** Makes these rows done. */
export function finishRows(seqs: readonly number[]): Statement[] {
  return Array.from(pagesOf(seqs), (page) => ({ sql: finishText(page, 0), params: page }));
}

function insertStatement(envelopes: readonly Envelope[], nowMs: number): { sql: string; params: SqlValue[] } {
  const params: SqlValue[] = [];
  for (const { id, teamId, orderKey, type, body, bytes } of envelopes) {
    const payload = bytes ?? encoder.encode(JSON.stringify(body));
    params.push(id, shardOf(teamId), teamId, orderKey ?? null, type, payload, nowMs);
  }
  return { sql: insertText(envelopes.length), params };
}

/** One commit for both, because commits are what a busy inbox waits for. */
async function insertAndFinish(
  store: Store,
  envelopes: readonly Envelope[],
  { seqs, nowMs }: { seqs: readonly number[]; nowMs: number },
): Promise<Map<string, number>> {
  const inserts = Array.from(pagesOf(envelopes), (page) => insertStatement(page, nowMs));
  const finishes = finishRows(seqs);
  const [insertOne] = inserts;
  // PostgreSQL takes both as one statement, which is one round trip and needs no transaction around it.
  if (store.engine === 'postgres' && insertOne && inserts.length === 1 && finishes.length === 1) {
    const sql = `with finished as (${finishText(seqs, insertOne.params.length)}) ${insertOne.sql}`;
    return seqsIn(await store.all(sql, [...insertOne.params, ...seqs]));
  }
  const results = await store.together([...inserts, ...finishes]);
  return seqsIn(results.flat());
}

/** Texts by number of rows: built once each, because the store knows a statement by its text. */
const insertTexts: string[] = [];

function insertText(rows: number): string {
  insertTexts[rows] ??= `insert into inbox (${INSERT_COLUMNS}) values ${Array.from({ length: rows }, (_, row) => {
    const numbers = Array.from({ length: INSERT_WIDTH }, (_column, column) => `$${row * INSERT_WIDTH + column + 1}`);
    return `(${numbers.join(', ')})`;
  }).join(', ')} on conflict (event_id) do nothing returning seq, event_id`;
  return insertTexts[rows];
}

async function takeOver(tx: Statements, owner: string): Promise<Takeover> {
  const before = await tx.get('select inbox_owner from meta');
  const hadDied = typeof before?.inbox_owner === 'string';
  let poisoned = 0;
  if (hadDied) {
    await tx.run(
      "update inbox set lone_deaths = lone_deaths + 1 where state in ('ready', 'retry') and alone_at_ms is not null",
    );
    poisoned = await tx.run(
      `update inbox set state = 'failed', error_code = 'poison', error = $1, alone_at_ms = null
       where state in ('ready', 'retry') and lone_deaths >= $2`,
      ['The process died twice while this event ran alone', MAX_LONE_DEATHS],
    );
    // From the third time on it runs alone, and so out of order.
    await tx.run(
      `update inbox set attempts = attempts + 1, takeovers = takeovers + 1, alone_at_ms = null,
       state = case when takeovers >= 1 then 'retry' else state end where state in ('ready', 'retry')`,
    );
  }
  await tx.run('update meta set inbox_owner = $1', [owner]);
  const row = await tx.get("select count(*) as total from inbox where state in ('ready', 'retry')");
  return { hadDied, unfinished: Number(row?.total), poisoned };
}

async function release(tx: Statements, owner: string, begun: readonly number[]): Promise<void> {
  for (const page of pagesOf(begun)) {
    const sql = `update inbox set attempts = attempts + 1, alone_at_ms = null where seq in (${numbers(page)})`;
    await tx.run(sql, page);
  }
  await tx.run('update meta set inbox_owner = null where inbox_owner = $1', [owner]);
}

async function finish(store: Store, seqs: readonly number[]): Promise<void> {
  if (seqs.length <= ROWS_PER_STATEMENT) return await finishPage(store, seqs);
  await store.transaction(async (tx) => {
    for (const page of pagesOf(seqs)) await finishPage(tx, page);
  });
}

async function finishPage(tx: Statements, page: readonly number[]): Promise<void> {
  await tx.run(finishText(page, 0), page);
}

function finishText(page: readonly number[], firstParam: number): string {
  return `update inbox set state = 'done', payload = null, alone_at_ms = null where seq in (${numbers(page, firstParam)})`;
}

async function list(store: Store, filter: InboxFilter): Promise<InboxEntry[]> {
  const { where, params } = conditions(stateCondition(filter.state), filter);
  const columns = 'seq, event_id, team_id, type, state, attempts, error_code, error, received_at_ms';
  const sql = `select ${columns} from inbox where ${where} order by seq desc limit $${params.push(filter.limit)}`;
  return (await store.all(sql, params)).map(toEntry);
}

function change(store: Store, assignments: string, filter: Omit<InboxFilter, 'limit' | 'state'>): Promise<number> {
  const { where, params } = conditions("state = 'failed'", filter);
  return store.run(`update inbox set ${assignments} where ${where}`, params);
}

const NOT_DONE = ['ready', 'retry', 'failed'] as const satisfies readonly InboxState[];

/** Rows that are not done come from the small indexes of their states: the table may hold millions that are. */
function stateCondition(state: InboxFilter['state']): string {
  if (state === undefined) return '1 = 1';
  if (state === 'done') return "state = 'done'";
  const states = state === 'not_done' ? NOT_DONE : [state];
  return `seq in (${states.map((one) => `select seq from inbox where state = '${one}'`).join(' union all ')})`;
}

function conditions(
  state: string,
  filter: Omit<InboxFilter, 'limit' | 'state'> & { eventId?: string },
): { where: string; params: SqlValue[] } {
  const params: SqlValue[] = [];
  const parts = [state];
  const { eventId, teamId, type, afterSeq } = filter;
  if (eventId !== undefined) parts.push(`event_id = $${params.push(eventId)}`);
  if (teamId !== undefined) parts.push(`team_id = $${params.push(teamId)}`);
  if (type !== undefined) parts.push(`type = $${params.push(type)}`);
  if (afterSeq !== undefined) parts.push(`seq > $${params.push(afterSeq)}`);
  return { where: parts.join(' and '), params };
}

/** Page by page in the order of arrival, until what is too young to forget. */
async function prune(store: Store, limits: PruneLimits): Promise<number> {
  let pruned = 0;
  for (let afterSeq = 0; ; ) {
    const rows = await store.all('select seq, state, received_at_ms from inbox where seq > $1 order by seq limit $2', [
      afterSeq,
      PRUNE_PAGE,
    ]);
    const old = seqsOf(rows.filter((row) => isForgettable(row, limits)));
    for (const page of pagesOf(old))
      pruned += await store.run(`delete from inbox where seq in (${numbers(page)})`, page);
    const ahead = seqsOf(rows.filter((row) => Number(row.received_at_ms) > limits.nowMs));
    // Dated by a clock that was ahead: from now on they age. Behind them may be what is old.
    for (const page of pagesOf(ahead)) {
      const sql = `update inbox set received_at_ms = $1 where seq in (${numbers(page, 1)})`;
      await store.run(sql, [limits.nowMs, ...page]);
    }
    const last = rows.at(-1);
    const isYoung = Number(last?.received_at_ms) >= limits.doneBeforeMs && Number(last?.received_at_ms) <= limits.nowMs;
    if (!last || rows.length < PRUNE_PAGE || isYoung) return pruned;
    afterSeq = Number(last.seq);
  }
}

function seqsOf(rows: readonly Row[]): number[] {
  return rows.map((row) => Number(row.seq));
}

interface PruneLimits {
  doneBeforeMs: number;
  failedBeforeMs: number;
  nowMs: number;
}

function isForgettable(row: Row, limits: PruneLimits): boolean {
  const receivedAtMs = Number(row.received_at_ms);
  if (row.state === 'done') return receivedAtMs < limits.doneBeforeMs;
  return row.state === 'failed' && receivedAtMs < limits.failedBeforeMs;
}

const STORED_COLUMNS = 'seq, event_id, team_id, order_key, type, payload, attempts, takeovers, received_at_ms';

/** Sizes are summed up over the index alone: neither engine reads a payload to tell its length. */
async function select(
  store: Store,
  condition: string,
  params: readonly SqlValue[],
  { afterSeq, limit, maxBytes = Number.MAX_SAFE_INTEGER }: PageLimits,
): Promise<StoredEvent[]> {
  const [after, count, bytes] = [1, 2, 3].map((place) => `$${params.length + place}`);
  const sql = `with page as (
      select seq, length(payload) as size from inbox where ${condition} and seq > ${after} order by seq limit ${count}
    ), sized as (
      select seq, sum(size) over (order by seq) - size as before_it from page
    )
    select ${STORED_COLUMNS} from inbox where seq in (select seq from sized where before_it < ${bytes}) order by seq`;
  const rows = await store.all(sql, [...params, afterSeq, limit, maxBytes]);
  return rows.map(toStoredEvent);
}

function toStoredEvent(row: Row): StoredEvent {
  const bytes = row.payload as Uint8Array;
  const body = JSON.parse(decoder.decode(bytes)) as Record<string, unknown>;
  const envelope: Envelope = {
    id: String(row.event_id),
    teamId: String(row.team_id),
    orderKey: typeof row.order_key === 'string' ? row.order_key : undefined,
    type: String(row.type),
    body,
    sizeBytes: bytes.byteLength,
  };
  return {
    seq: Number(row.seq),
    envelope,
    attempts: Number(row.attempts),
    takeovers: Number(row.takeovers),
    receivedAtMs: Number(row.received_at_ms),
  };
}

function toEntry(row: Row): InboxEntry {
  const state = row.state as InboxState;
  // The column counts what came before the run that an event waits for; these have had theirs.
  const lastRun = state === 'done' || state === 'failed' ? 1 : 0;
  return {
    seq: Number(row.seq),
    eventId: String(row.event_id),
    teamId: String(row.team_id),
    type: String(row.type),
    state,
    attempts: Number(row.attempts) + lastRun,
    error: toFailure(row),
    receivedAtMs: Number(row.received_at_ms),
  };
}

function toFailure(row: Row): EventFailure | null {
  return typeof row.error_code === 'string' ? { code: row.error_code, message: String(row.error) } : null;
}

function numbers(page: readonly unknown[], firstParam = 0): string {
  return page.map((_, index) => `$${firstParam + index + 1}`).join(', ');
}

function* pagesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += ROWS_PER_STATEMENT)
    yield items.slice(start, start + ROWS_PER_STATEMENT);
}
