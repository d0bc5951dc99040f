/**
 * The inbox in rows: one statement per question. What the states mean is in inbox.ts; how rows are written insert-repository.ts,
 * what an operator sees of them list-repository.ts, and when they are forgotten prune-repository.ts.
 */
import type { SqlValue, Statements, Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { type Inbox, RETRY_MAX_MS } from './inbox.ts';
import { finish, insert, insertAndFinish } from './insert-repository.ts';
import { LIFECYCLE_TYPES } from './lifecycle-events.ts';
import { change, find, list } from './list-repository.ts';
import { prune } from './prune-repository.ts';
import { listOf, underClaim } from './shared/claimed-writes-repository.ts';
import type { Claim } from './shared/shared-inbox.ts';
import { createSharedInbox, type SharedRows } from './shared/shared-inbox-repository.ts';
import { numbers, pagesOf } from './sql-pages.ts';
import { type Takeover } from './stored-event.ts';
import { REPLAYED, selectEvents } from './stored-events-repository.ts';
import { addAttempt } from './takeover-repository.ts';

/** Rows of one statement: commits of events wait no longer than for these. */
const PAGE = 1_000;

export interface RowInboxDeps {
  store: Store;
  clock: Pick<Clock, 'now'>;
  /** Whether several nodes share it: what is written then carries a claim, and what is read is that of shards. @defaultValue false */
  isShared?: boolean;
  /** A write under these claims was not done: other epochs are in the rows. */
  onSuperseded?: ((claims: readonly Claim[]) => void) | undefined;
}

/** Keeps each event in a row. On SQLite batch-inbox.ts does that only for events that take longer. */
export function createRowInbox({ store, clock, isShared = false, onSuperseded }: RowInboxDeps): Inbox {
  const shared = isShared ? createSharedInbox(store, onSuperseded) : undefined;
  const write = (sql: string, params: readonly SqlValue[], claim: Claim | undefined) =>
    writeRow({ store, shared }, { sql, params }, claim);
  return {
    // PostgreSQL takes what comes on several connections.
    answersInOrder: false,
    shared,
    insert: async (envelopes, { finish: seqs = [], claims = [] } = {}) => {
      if (seqs.length === 0) return await insert(store, envelopes, clock.now());
      const done = await insertAndFinish(store, envelopes, { seqs, claims, nowMs: clock.now() });
      shared?.noteSuperseded(done.superseded);
      return done.seqs;
    },
    tidy: () => Promise.resolve(),
    takeOver: (owner) => store.transaction({ about: ['inbox'] }, (tx) => takeOver(tx, owner)),
    release: (owner, begun) => store.transaction({ about: ['inbox'] }, (tx) => release(tx, owner, begun)),
    async teamsWithReady() {
      const rows = await store.all("select distinct team_id from inbox where state = 'ready'");
      return rows.map((row) => String(row.team_id));
    },
    ready(teamId, { shard, except = [], ...page }) {
      const params: SqlValue[] = [teamId];
      const isIn = shard === undefined ? '' : `and shard = $${params.push(shard)}`;
      const isNew = except.length === 0 ? '' : `and seq <> all($${params.push(listOf(except))}::bigint[])`;
      return selectEvents(store, `state = 'ready' and team_id = $1 ${isIn} ${isNew}`, params, page);
    },
    // What is planned further ahead than any retry was planned by a clock that was ahead.
    due({ nowMs, shards, ...page }) {
      const isDue = `state = 'retry' and (run_at_ms <= $1 or run_at_ms > $2) ${ofShards(shards, 3)}`;
      return selectEvents(store, isDue, [nowMs, nowMs + RETRY_MAX_MS, ...shardParams(shards)], page);
    },
    async finish(seqs, claims = []) {
      const superseded = await finish(store, seqs, claims);
      shared?.noteSuperseded(superseded);
    },
    fail(seq, { code, message, at = null, traceparent = null }, claim) {
      const sql = `update inbox set state = 'failed', error_code = $2, error = $3, error_at = $4,
                   traceparent = coalesce($5, traceparent), alone_at_ms = null where seq = $1 and ${IS_OPEN}`;
      return write(sql, [seq, code, message, at, traceparent], claim);
    },
    retry(seq, { runAtMs, failure }, claim) {
      const sql = `update inbox set state = 'retry', run_at_ms = $2, attempts = attempts + 1, error_code = $3, error = $4,
                   error_at = $5, traceparent = coalesce($6, traceparent), alone_at_ms = null where seq = $1 and ${IS_OPEN}`;
      const { code, message, at = null, traceparent = null } = failure;
      return write(sql, [seq, Math.ceil(runAtMs), code, message, at, traceparent], claim);
    },
    endReplay: (seq, claim) => write(`${FAILED_AGAIN} where seq = $1 and ${IS_OPEN}`, [seq], claim),
    setIsolated: (seq, atMs, claim) => write('update inbox set alone_at_ms = $2 where seq = $1', [seq, atMs], claim),
    async dropTeam(teamId, { beforeMs, claim } = {}) {
      const params: SqlValue[] = [teamId];
      const isOld = beforeMs === undefined ? '' : `and received_at_ms < $${params.push(beforeMs)}`;
      const isOwned = claim
        ? `and shard = $${params.push(claim.shard)} and exists (
             select 1 from shard where shard = $${params.length} and epoch = $${params.push(claim.epoch)} for share)`
        : '';
      const isMeant = `team_id = $1 and type not in (${LIFECYCLE}) ${isOld} ${isOwned}`;
      await store.run(`${FAILED_AGAIN} where ${REPLAYED} and ${isMeant}`, params);
      const sql = `update inbox set state = 'done', payload = null where state in ('ready', 'retry') and not ${REPLAYED} and ${isMeant}`;
      return await store.run(sql, params);
    },
    async lifecycleSince(ms, shards) {
      const sql = `select seq, team_id, type, received_at_ms from inbox
                   where type in (${LIFECYCLE}) and received_at_ms >= $1 ${ofShards(shards, 2)}`;
      return (await store.all(sql, [ms, ...shardParams(shards)])).map((row) => ({
        seq: Number(row.seq),
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
/** What they failed of is in their rows. */
const FAILED_AGAIN = "update inbox set state = 'failed', alone_at_ms = null";
const LIFECYCLE = LIFECYCLE_TYPES.map((type) => `'${type}'`).join(', ');

function ofShards(shards: readonly number[] | undefined, param: number): string {
  return shards ? `and shard = any($${param}::integer[])` : '';
}

function shardParams(shards: readonly number[] | undefined): SqlValue[] {
  return shards ? [listOf(shards)] : [];
}

async function writeRow(
  { store, shared }: { store: Store; shared: SharedRows | undefined },
  { sql, params }: { sql: string; params: readonly SqlValue[] },
  claim: Claim | undefined,
): Promise<void> {
  if (!claim) return void (await store.run(sql, params));
  const claimed = underClaim(sql, params, claim);
  const row = await store.get(claimed.sql, claimed.params);
  if (row?.is_current === 0) shared?.noteSuperseded([claim]);
}

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
  const poisoned = hadDied ? await addAttempt(tx) : 0;
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
