/** Reads events with their payloads, as they are handed out. */
import type { Row, SqlValue, Statements } from '../store/store.ts';
import type { Envelope } from './envelope.ts';
import type { PageLimits, StoredEvent } from './stored-event.ts';

const decoder = new TextDecoder();

export const STORED_COLUMNS =
  'seq, event_id, shard, team_id, order_key, type, payload, attempts, takeovers, received_at_ms, traceparent';

/** Sizes are summed up over the index alone: neither engine reads a payload to tell its length. */
export async function selectEvents(
  store: Statements,
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

export function toStoredEvent(row: Row): StoredEvent {
  const bytes = row.payload as Uint8Array;
  const body = JSON.parse(decoder.decode(bytes)) as Record<string, unknown>;
  const envelope: Envelope = {
    id: String(row.event_id),
    teamId: String(row.team_id),
    orderKey: typeof row.order_key === 'string' ? row.order_key : undefined,
    type: String(row.type),
    body,
    sizeBytes: bytes.byteLength,
    ...(typeof row.traceparent === 'string' && { traceparent: row.traceparent }),
  };
  return {
    seq: Number(row.seq),
    shard: Number(row.shard),
    envelope,
    attempts: Number(row.attempts),
    takeovers: Number(row.takeovers),
    receivedAtMs: Number(row.received_at_ms),
  };
}
