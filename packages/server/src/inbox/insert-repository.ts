/** Stores new events in rows, and along with them, in the same commit, what is done of older ones. */

import type { Row, SqlValue, Statement, Statements, Store } from '../store/store.ts';
import { keyNamedAfter, type TeamId } from '../team/installation.ts';
import { shardOf } from '../team/shard.ts';
import type { Envelope } from './envelope.ts';
import { finishing, finishParams } from './shared/claimed-writes-repository.ts';
import type { Claim } from './shared/shared-inbox.ts';
import { numbers, pagesOf, ROWS_PER_STATEMENT } from './sql-pages.ts';

const encoder = new TextEncoder();

const INSERT_COLUMNS = 'event_id, shard, team_id, order_key, type, payload, received_at_ms';
/** Parameters of a row: as many as columns. */
const INSERT_WIDTH = 7;
/** Events that are traced are inserted with one column more; all others do not pay for it. */
const TRACED_WIDTH = 8;

/** An event that has a number already; `bytes` is its body. */
export type NumberedEnvelope = Omit<Envelope, 'body'> & { seq: number; bytes: Uint8Array };

export async function insert(
  store: Store,
  envelopes: readonly Envelope[],
  nowMs: number,
): Promise<Map<string, number>> {
  if (envelopes.length <= ROWS_PER_STATEMENT) return await insertRows(store, envelopes, nowMs);
  // About nothing: each statement leaves out by itself what is there already. All pages or none, so that nothing is half answered.
  return await store.transaction({ about: [] }, async (tx) => {
    const seqs = new Map<string, number>();
    for (const page of pagesOf(envelopes)) {
      for (const [id, seq] of await insertRows(tx, page, nowMs)) seqs.set(id, seq);
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
  const inserts = Array.from(pagesOf(envelopes), (page) => insertStatement(page, nowMs));
  const finishes = finishRows(seqs);
  const [insertOne] = inserts;
  // PostgreSQL takes both as one statement, which is one round trip and needs no transaction around it.
  if (store.engine === 'postgres' && insertOne && inserts.length === 1 && finishes.length === 1) {
    const sql = `with finished as (${finishText(seqs, insertOne.params.length)}) ${insertOne.sql}`;
    return { seqs: seqsIn(await store.all(sql, [...insertOne.params, ...seqs])), superseded: [] };
  }
  const results = await store.together([...inserts, ...finishes]);
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
  const { sql, params } = insertStatement(envelopes, nowMs);
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
  return Array.from(pagesOf(seqs), (page) => ({ sql: finishText(page, 0), params: page }));
}

async function insertRows(tx: Statements, envelopes: readonly Envelope[], nowMs: number): Promise<Map<string, number>> {
  const { sql, params } = insertStatement(envelopes, nowMs);
  return seqsIn(await tx.all(sql, params));
}

function seqsIn(rows: readonly Row[]): Map<string, number> {
  return new Map(rows.map((row) => [String(row.event_id), Number(row.seq)]));
}

function insertStatement(envelopes: readonly Envelope[], nowMs: number): { sql: string; params: SqlValue[] } {
  const params: SqlValue[] = [];
  const isTraced = envelopes.some(({ traceparent }) => traceparent !== undefined);
  for (const { id, teamId, shard, orderKey, type, body, bytes, traceparent } of envelopes) {
    const payload = bytes ?? encoder.encode(JSON.stringify(body));
    params.push(id, shard ?? ownShardOf(teamId), teamId, orderKey ?? null, type, payload, nowMs);
    if (isTraced) params.push(traceparent ?? null);
  }
  return { sql: isTraced ? tracedText(envelopes.length) : insertText(envelopes.length), params };
}

/** Texts by number of rows: built once each, because the store knows a statement by its text. */
const insertTexts: string[] = [];
const tracedTexts: string[] = [];

function insertText(rows: number): string {
  insertTexts[rows] ??= textOf(INSERT_COLUMNS, { rows, width: INSERT_WIDTH });
  return insertTexts[rows];
}

function tracedText(rows: number): string {
  tracedTexts[rows] ??= textOf(`${INSERT_COLUMNS}, traceparent`, { rows, width: TRACED_WIDTH });
  return tracedTexts[rows];
}

function textOf(columns: string, { rows, width }: { rows: number; width: number }): string {
  const values = Array.from({ length: rows }, (_, row) => {
    const numbers = Array.from({ length: width }, (_column, column) => `$${row * width + column + 1}`);
    return `(${numbers.join(', ')})`;
  });
  return `insert into inbox (${columns}) values ${values.join(', ')} on conflict (event_id) do nothing returning seq, event_id`;
}

/** What a team is that no installation has, as far as anybody knows. */
function ownShardOf(teamId: TeamId): number {
  return shardOf(keyNamedAfter(teamId));
}

async function finishPage(tx: Statements, page: readonly number[]): Promise<void> {
  await tx.run(finishText(page, 0), page);
}

function finishText(page: readonly number[], firstParam: number): string {
  return `update inbox set state = 'done', payload = null, alone_at_ms = null where seq in (${numbers(page, firstParam)})`;
}
