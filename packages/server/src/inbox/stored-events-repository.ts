/** Reads events with their payloads, as they are handed out. */
import { readObject } from '../read-json.ts';
import type { Row, SqlValue, Statements } from '../store/store.ts';
import type { Envelope } from './envelope.ts';
import { numbers, pagesOf } from './sql-pages.ts';
import type { PageLimits, StoredEvent } from './stored-event.ts';

const decoder = new TextDecoder();

/**
 * Failed once, and due because an operator asked for it: replays alone are due since 1970, and one that failed again since keeps the
 * number of its replay.
 */
export const REPLAYED = "(state = 'retry' and error_code is not null and (run_at_ms = 0 or replay_id is not null))";

const STORED_COLUMNS = `seq, event_id, shard, team_id, order_key, type, payload, attempts, takeovers, received_at_ms, traceparent, tracestate,
  case when ${REPLAYED} then 1 else 0 end as is_replay`;

/** Sizes are summed up over the index alone: neither engine reads a payload to tell its length. */
export async function selectEvents(
  store: Statements,
  condition: string,
  params: readonly SqlValue[],
  { afterSeq, limit, maxBytes = Number.MAX_SAFE_INTEGER }: PageLimits,
): Promise<StoredEvent[]> {
  const [after, count, bytes] = [1, 2, 3].map((place) => `$${params.length + place}`);
  const sql = `with page as (
      select seq, coalesce(length(payload), 0) as size from inbox where ${condition} and seq > ${after} order by seq limit ${count}
    ), sized as (
      select seq, sum(size) over (order by seq) - size as before_it from page
    )
    select ${STORED_COLUMNS} from inbox where seq in (select seq from sized where before_it < ${bytes}) order by seq`;
  const rows = await store.all(sql, [...params, afterSeq, limit, maxBytes]);
  const events = rows.flatMap((row) => toStoredEvent(row) ?? []);
  if (events.length === rows.length) return events;
  await giveUpUnreadable(store, rows);
  // A page that is not full says that there is no more.
  return await selectEvents(store, condition, params, { afterSeq, limit, maxBytes });
}

/** They would be read again and again, and no other event of the page handed out. An operator sees them among those that failed. */
async function giveUpUnreadable(store: Statements, rows: readonly Row[]): Promise<void> {
  const seqs = rows.filter((row) => !toStoredEvent(row)).map(({ seq }) => Number(seq));
  for (const page of pagesOf(seqs)) {
    await store.run(
      `update inbox set state = 'failed', error_code = 'unreadable', error = 'What is stored of it is no JSON object',
       error_at = null, alone_at_ms = null where state in ('ready', 'retry') and seq in (${numbers(page)})`,
      page,
    );
  }
}

/** Undefined of a row that something else than this program has written, or a disk has lost. */
function toStoredEvent(row: Row): StoredEvent | undefined {
  const bytes = row.payload;
  const body = bytes instanceof Uint8Array ? readObject(decoder.decode(bytes)) : undefined;
  if (!(bytes instanceof Uint8Array) || !body) return undefined;
  const envelope: Envelope = {
    id: String(row.event_id),
    teamId: String(row.team_id),
    orderKey: typeof row.order_key === 'string' ? row.order_key : undefined,
    type: String(row.type),
    body,
    sizeBytes: bytes.byteLength,
    ...(typeof row.traceparent === 'string' && { traceparent: row.traceparent }),
    ...(typeof row.tracestate === 'string' && { tracestate: row.tracestate }),
  };
  return {
    seq: Number(row.seq),
    shard: Number(row.shard),
    envelope,
    attempts: Number(row.attempts),
    takeovers: Number(row.takeovers),
    receivedAtMs: Number(row.received_at_ms),
    ...(Number(row.is_replay) === 1 && { isReplay: true }),
  };
}
