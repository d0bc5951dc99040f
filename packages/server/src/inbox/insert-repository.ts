/** Stores new events in rows, and along with them, in the same commit, what is done of older ones. */

import type { Row, SqlValue, Statement, Statements, Store } from '../store/store.ts';
import type { Envelope } from './envelope.ts';
import { listedInsert, ownShardOf } from './listed-insert-repository.ts';
import { finishing, finishParams, listOf } from './shared/claimed-writes-repository.ts';
import type { Claim } from './shared/shared-inbox.ts';
import { numbers, pagesOf, ROWS_PER_STATEMENT } from './sql-pages.ts';

const encoder = new TextEncoder();

const INSERT_COLUMNS = 'event_id, shard, team_id, order_key, type, payload, received_at_ms';
/** An event that has a number already; `bytes` is its body. */
export type NumberedEnvelope = Omit<Envelope, 'body'> & { seq: number; bytes: Uint8Array };

export async function insert(
  store: Store,
  envelopes: readonly Envelope[],
  nowMs: number,
): Promise<Map<string, number>> {
  if (envelopes.length <= ROWS_PER_STATEMENT) return await insertRows(store, store, { envelopes, nowMs });
  // About nothing: each statement leaves out by itself what is there already. All pages or none, so that nothing is half answered.
  return await store.transaction({ about: [] }, async (tx) => {
    const seqs = new Map<string, number>();
    for (const page of pagesOf(envelopes)) {
      for (const [id, seq] of await insertRows(store, tx, { envelopes: page, nowMs })) seqs.set(id, seq);
    }
    return seqs;
  });
}

/** One commit for both, because commits are what a busy inbox waits for. */
export async function insertAndFinish(
  store: Store,
  envelopes: readonly Envelope[],
  { seqs, claims, nowMs }: { seqs: readonly number[]; claims: readonly Claim[]; nowMs: number },
): Promise<{ seqs: Map<string, number>; superseded: readonly Claim[] }> {
  if (claims.length > 0) return await insertAndFinishClaimed(store, envelopes, { seqs, claims, nowMs });
  const inserts = Array.from(pagesOf(envelopes), (page) => insertStatement(store, page, nowMs));
  const [insertOne] = inserts;
  // PostgreSQL takes both as one statement, which is one round trip and needs no transaction around it.
  if (store.engine === 'postgres' && insertOne && inserts.length === 1) {
    const params = [...insertOne.params, listOf(seqs)];
    const sql = `with finished as (${DONE} where seq = any($${params.length}::bigint[])) ${insertOne.sql}`;
    return { seqs: seqsIn(await store.all(sql, params)), superseded: [] };
  }
  const results = await store.together([...inserts, ...finishRows(seqs)]);
  return { seqs: seqsIn(results.flat()), superseded: [] };
}

/** The same where several nodes share the inbox: what is finished is so only under the newest epochs. */
async function insertAndFinishClaimed(
  store: Store,
  envelopes: readonly Envelope[],
  { seqs, claims, nowMs }: { seqs: readonly number[]; claims: readonly Claim[]; nowMs: number },
): Promise<{ seqs: Map<string, number>; superseded: readonly Claim[] }> {
  if (envelopes.length > ROWS_PER_STATEMENT) {
    const superseded = await finish(store, seqs, claims);
    return { seqs: await insert(store, envelopes, nowMs), superseded };
  }
  const { sql, params } = insertStatement(store, envelopes, nowMs);
  const rows = await store.all(
    `with ${finishing(params.length)}, inserted as (${sql})
     select seq, event_id from inserted union all select seq, null from superseded`,
    [...params, ...finishParams(seqs, claims)],
  );
  const inserted = rows.filter((row) => row.event_id !== null);
  const left = rows.filter((row) => row.event_id === null);
  return { seqs: seqsIn(inserted), superseded: claimsOf(left, seqs, claims) };
}

/** The shard of the installation that has the team, else that of the team's own key. Asked of the rows: a batch knows no installation. */
const SHARD_BY_ROWS = (teamId: string, own: string) =>
  `coalesce((select i.shard from team t join installation i on i.key = t.installation_key where t.team_id = ${teamId}), ${own})`;

/** The same and `seq`. */
const NUMBERED_WIDTH = 8;

/** Rows for these events, page by page. One that has a row already, older than ids are remembered, keeps that. SQLite only. */
export function insertNumbered(envelopes: readonly NumberedEnvelope[], nowMs: number): Statement[] {
  return Array.from(pagesOf(envelopes), (page) => {
    const rows = page.map((_, row) => {
      const [seq, id, own = '', teamId = '', ...others] = Array.from(
        { length: NUMBERED_WIDTH },
        (_column, n) => `$${row * NUMBERED_WIDTH + n + 1}`,
      );
      return `(${[seq, id, SHARD_BY_ROWS(teamId, own), teamId, ...others].join(', ')})`;
    });
    const sql = `insert into inbox (seq, ${INSERT_COLUMNS}) values ${rows.join(', ')} on conflict (event_id) do nothing`;
    const params = page.flatMap(({ seq, id, teamId, orderKey, type, bytes }) => [
      seq,
      id,
      ownShardOf(teamId),
      teamId,
      orderKey ?? null,
      type,
      bytes,
      nowMs,
    ]);
    return { sql, params };
  });
}

/** Answers the claims of those that were not written, because other epochs are in the rows. */
export async function finish(
  store: Store,
  seqs: readonly number[],
  claims: readonly Claim[],
): Promise<readonly Claim[]> {
  if (claims.length > 0) {
    const left = await store.all(`with ${finishing(0)} select seq from superseded`, finishParams(seqs, claims));
    return claimsOf(left, seqs, claims);
  }
  if (seqs.length <= ROWS_PER_STATEMENT) await finishPage(store, seqs);
  else {
    // About nothing: a row that is done stays done, whoever else writes it.
    await store.transaction({ about: [] }, async (tx) => {
      for (const page of pagesOf(seqs)) await finishPage(tx, page);
    });
  }
  return [];
}

/** Of these rows; `claims` are in the order of `seqs`. */
function claimsOf(rows: readonly Row[], seqs: readonly number[], claims: readonly Claim[]): Claim[] {
  return rows.flatMap(({ seq }) => claims[seqs.indexOf(Number(seq))] ?? []);
}

/** Makes these rows done. */
export function finishRows(seqs: readonly number[]): Statement[] {
  return Array.from(pagesOf(seqs), (page) => ({ sql: finishText(page), params: page }));
}

async function insertRows(
  { engine }: Pick<Store, 'engine'>,
  tx: Pick<Statements, 'all'>,
  { envelopes, nowMs }: { envelopes: readonly Envelope[]; nowMs: number },
): Promise<Map<string, number>> {
  const { sql, params } = insertStatement({ engine }, envelopes, nowMs);
  return seqsIn(await tx.all(sql, params));
}

function seqsIn(rows: readonly Row[]): Map<string, number> {
  return new Map(rows.map((row) => [String(row.event_id), Number(row.seq)]));
}

function insertStatement({ engine }: Pick<Store, 'engine'>, envelopes: readonly Envelope[], nowMs: number): Statement {
  if (engine === 'postgres') return listedInsert(envelopes, nowMs);
  const params: SqlValue[] = [];
  const rows = envelopes.map(({ id, teamId, shard, orderKey, type, body, bytes, traceparent, tracestate }) => {
    const payload = bytes ?? encoder.encode(JSON.stringify(body));
    const values = [
      id,
      shard ?? ownShardOf(teamId),
      teamId,
      orderKey ?? null,
      type,
      payload,
      nowMs,
      traceparent ?? null,
      tracestate ?? null,
    ];
    return `(${values.map((value) => `$${params.push(value)}`).join(', ')})`;
  });
  const sql = `insert into inbox (${INSERT_COLUMNS}, traceparent, tracestate) values ${rows.join(', ')}
    on conflict (event_id) do nothing returning seq, event_id`;
  return { sql, params };
}

async function finishPage(tx: Statements, page: readonly number[]): Promise<void> {
  await tx.run(finishText(page), page);
}

const DONE = "update inbox set state = 'done', payload = null, alone_at_ms = null";

function finishText(page: readonly number[]): string {
  return `${DONE} where seq in (${numbers(page)})`;
}
