/**
 * Statements that change rows of the inbox only under the newest epoch of their shard. The check is part of the statement: it reads
 * the row of the shard `for share`. A node that claims the shard updates that row, so either it waits until this statement is
 * committed, and then reads what it wrote; or it was first, and PostgreSQL evaluates the row again and finds another epoch. Share
 * locks do not wait for each other. See docs/adr/0007. PostgreSQL only.
 */
import type { SqlValue } from '../../store/store.ts';
import type { Claim } from './shared-inbox.ts';

/** A list as one parameter: the text of the statement is the same however long it is. */
export function listOf(values: readonly number[]): string {
  return `{${values.join(',')}}`;
}

/** The same of texts. */
export function textListOf(values: readonly (string | null | undefined)[]): string {
  const items = values.map((value) =>
    value === null || value === undefined ? 'null' : `"${value.replace(/["\\]/g, '\\$&')}"`,
  );
  return `{${items.join(',')}}`;
}

/** Parameters of `finishing`. */
export function finishParams(seqs: readonly number[], claims: readonly Claim[]): SqlValue[] {
  return [listOf(seqs), listOf(claims.map(({ shard }) => shard)), listOf(claims.map(({ epoch }) => epoch))];
}

/** Subqueries for `with`: makes rows done. `superseded` has a row for each whose epoch is old. */
export function finishing(firstParam: number): string {
  const [seqs, shards, epochs] = [1, 2, 3].map((place) => `$${firstParam + place}`);
  return `given as (
      select * from unnest(${seqs}::bigint[], ${shards}::integer[], ${epochs}::bigint[]) as given (seq, shard, epoch)
    ), current as (
      select shard, epoch from shard where shard = any(${shards}::integer[]) order by shard for share
    ), finished as (
      update inbox set state = 'done', payload = null, alone_at_ms = null
      from given join current using (shard, epoch) where inbox.seq = given.seq
    ), superseded as (
      select given.seq from given left join current using (shard, epoch) where current.shard is null
    )`;
}

/**
 * Wraps a change of rows, whose text ends with a condition. Answers rows with `is_current`, and `seq` of each changed row, null in the
 * one that is answered when none was changed.
 */
export function underClaim(
  update: string,
  params: readonly SqlValue[],
  { shard, epoch }: Claim,
): { sql: string; params: SqlValue[] } {
  const [ofShard, ofEpoch] = [1, 2].map((place) => `$${params.length + place}`);
  const sql = `with current as (select 1 from shard where shard = ${ofShard} and epoch = ${ofEpoch} for share),
    changed as (${update} and exists (select 1 from current) returning seq)
    select is_current, changed.seq from (select count(*)::integer as is_current from current) as found left join changed on true`;
  return { sql, params: [...params, shard, epoch] };
}
