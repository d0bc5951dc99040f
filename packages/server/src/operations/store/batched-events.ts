/** Batches of events, which only SQLite has, as the rows that every inbox understands: what is done keeps its id, the rest its body. */
import { SELECT_BATCH } from '../../inbox/batches/batch-repository.ts';
import { bodyAt, isUnfinished, type StoredBatch, toBatch } from '../../inbox/batches/stored-batch.ts';
import type { Row, Store } from '../../store/store.ts';
import { keyNamedAfter, type TeamId } from '../../team/installation.ts';
import { shardOf } from '../../team/shard.ts';
import { shardsOfTeams } from './copy-repository.ts';

export const eventColumns = [
  'seq',
  'event_id',
  'shard',
  'team_id',
  'order_key',
  'type',
  'payload',
  'state',
  'attempts',
  'received_at_ms',
] as const;

export interface BatchPage {
  rows: Row[];
  /** The number of the last batch; undefined behind the last one. */
  last: number | undefined;
}

/** The events of the next batches. */
export async function readBatches(
  store: Store,
  { after, limit }: { after: number; limit: number },
): Promise<BatchPage> {
  const found = await store.all(`${SELECT_BATCH} where b.first_seq > $1 order by b.first_seq limit $2`, [after, limit]);
  const batches = found.map(toBatch);
  const events = batches.flatMap(eventsOf);
  const shards = await shardsOfTeams(store, Array.from(new Set(events.map(({ team_id: team }) => String(team)))));
  const rows = events.map((event) => ({ ...event, shard: shards.get(String(event.team_id)) ?? ownShard(event) }));
  return { rows, last: batches.at(-1)?.firstSeq };
}

function eventsOf(batch: StoredBatch): Row[] {
  return batch.entries.flatMap((entry, place): Row[] => {
    if (typeof entry === 'number') return [];
    const [id, team, orderKey, type] = entry;
    const isReady = isUnfinished(batch, place);
    return [
      {
        seq: batch.firstSeq + place,
        event_id: id,
        team_id: team,
        order_key: orderKey,
        type,
        // A copy, because a view would drag the bodies of the whole batch along.
        payload: isReady ? new Uint8Array(bodyAt(batch, place) ?? []) : null,
        state: isReady ? 'ready' : 'done',
        attempts: 0,
        received_at_ms: batch.receivedAtMs,
      },
    ];
  });
}

/** Of a team that no installation has. */
function ownShard({ team_id: team }: Row): number {
  return shardOf(keyNamedAfter(String(team) as TeamId));
}
