/**
 * Stores new events by lists, a parameter for each column: the text is the same for any number of them, so that each connection has it
 * planned once. With a parameter for each value PostgreSQL parsed and planned hundreds of them for every commit. PostgreSQL only.
 */
import type { SqlValue, Statement } from '../store/store.ts';
import { keyNamedAfter, type TeamId } from '../team/installation.ts';
import { shardOf } from '../team/shard.ts';
import type { Envelope } from './envelope.ts';
import { listOf, textListOf } from './shared/claimed-writes-repository.ts';

/** All bodies are one parameter, which goes as it is: in a list they would be hexadecimal digits. Rows are in the order of the lists. */
const INSERT = `insert into inbox (event_id, shard, team_id, order_key, type, traceparent, tracestate, payload, received_at_ms)
  select event_id, shard, team_id, order_key, type, traceparent, tracestate, substring($8::bytea from from_byte for bytes), $11::bigint
  from unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $9::integer[], $10::integer[])
    as given (event_id, shard, team_id, order_key, type, traceparent, tracestate, from_byte, bytes)
  on conflict (event_id) do nothing returning seq, event_id`;

export function listedInsert(envelopes: readonly Envelope[], nowMs: number): Statement {
  const bodies = envelopes.map(({ body, bytes }) => bytes ?? encoder.encode(JSON.stringify(body)));
  let end = 1;
  const starts = bodies.map(({ byteLength }) => (end += byteLength) - byteLength);
  const texts = (of: (envelope: Envelope) => string | null | undefined) => textListOf(envelopes.map(of));
  const params: SqlValue[] = [
    texts(({ id }) => id),
    listOf(envelopes.map(({ shard, teamId }) => shard ?? ownShardOf(teamId))),
    texts(({ teamId }) => teamId),
    texts(({ orderKey }) => orderKey),
    texts(({ type }) => type),
    texts(({ traceparent }) => traceparent),
    texts(({ tracestate }) => tracestate),
    Buffer.concat(bodies),
    listOf(starts),
    listOf(bodies.map(({ byteLength }) => byteLength)),
    nowMs,
  ];
  return { sql: INSERT, params };
}

const encoder = new TextEncoder();

/** What a team is that no installation has, as far as anybody knows. */
export function ownShardOf(teamId: TeamId): number {
  return shardOf(keyNamedAfter(teamId));
}
