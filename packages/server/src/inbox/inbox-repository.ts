/**
 * The inbox in rows: one statement per question. What the states mean is in inbox.ts; how rows are written insert-repository.ts,
 * what an operator sees of them list-repository.ts, and when they are forgotten prune-repository.ts.
 */
import type { Row, SqlValue, Statements, Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { Envelope } from './envelope.ts';
import { type Inbox, type PageLimits, RETRY_MAX_MS, type StoredEvent, type Takeover } from './inbox.ts';
import { finish, insert, insertAndFinish } from './insert-repository.ts';
import { change, find, list } from './list-repository.ts';
import { prune } from './prune-repository.ts';
import { numbers, pagesOf } from './sql-pages.ts';

/** An event that twice killed its process while nothing else ran beside it is what kills it. */
const MAX_ISOLATED_CRASHES = 2;

/** Rows of one statement: commits of events wait no longer than for these. */
const PAGE = 1_000;

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
    takeOver: (owner) => store.transaction({ about: ['inbox'] }, (tx) => takeOver(tx, owner)),
    release: (owner, begun) => store.transaction({ about: ['inbox'] }, (tx) => release(tx, owner, begun)),
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
    async setIsolated(seq, atMs) {
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
    find: (eventId) => find(store, eventId),
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

/** The ids of all rows from a number on, oldest first, page by page. */
export async function* idsOfRows(
  store: Statements,
  fromSeq: number,
): AsyncGenerator<{ id: string; seq: number; atMs: number }[]> {
  const sql = 'select seq, event_id, received_at_ms from inbox where seq >= $1 order by seq limit $2';
  for (let from = fromSeq; ; ) {
    const rows = await store.all(sql, [from, PAGE]);
    yield rows.map((row) => ({
      id: String(row.event_id),
      seq: Number(row.seq),
      atMs: Number(row.received_at_ms),
    }));
    if (rows.length < PAGE) return;
    from = Number(rows.at(-1)?.seq) + 1;
  }
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
      ['The process died twice while this event ran alone', MAX_ISOLATED_CRASHES],
    );
    // From the third time on it runs alone, and so out of order.
    await tx.run(
      `update inbox set attempts = attempts + 1, takeovers = takeovers + 1, alone_at_ms = null,
       state = case when takeovers >= 1 then 'retry' else state end where state in ('ready', 'retry')`,
    );
  }
  const row = await tx.get("select count(*) as total from inbox where state in ('ready', 'retry')");
  // Last, because every change of the cluster draws its number from that row.
  await tx.run('update meta set inbox_owner = $1', [owner]);
  return { hadDied, unfinished: Number(row?.total), poisoned };
}

async function release(tx: Statements, owner: string, begun: readonly number[]): Promise<void> {
  for (const page of pagesOf(begun)) {
    const sql = `update inbox set attempts = attempts + 1, alone_at_ms = null where seq in (${numbers(page)})`;
    await tx.run(sql, page);
  }
  await tx.run('update meta set inbox_owner = null where inbox_owner = $1', [owner]);
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
