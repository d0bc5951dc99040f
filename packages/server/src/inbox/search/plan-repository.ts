/** When an event that is not done comes to its turn, as far as its row says it. One in a batch, which lives for seconds, has no row. */
import type { Queries } from '../../store/store.ts';

export interface EventPlan {
  /** When it is tried again; 0 = at once, by a replay. Means nothing unless the state is `retry`. */
  runAtMs: number;
  /** How often a process died while it ran, or waited to; from twice on it runs alone. */
  takeovers: number;
  /** The replay that took it last. */
  replayId: number | null;
  /** The newest one of the same conversation that came before it and waits as well, or runs. */
  behind: { eventId: string; type: string; receivedAtMs: number } | null;
}

/** Undefined without a row. */
export async function planOf(reads: Queries, eventId: string): Promise<EventPlan | undefined> {
  const row = await reads.get(
    'select seq, shard, team_id, order_key, run_at_ms, replay_id, takeovers from inbox where event_id = $1',
    [eventId],
  );
  if (!row) return undefined;
  const { seq = null, shard = null, team_id: teamId = null, order_key: orderKey = null } = row;
  const before =
    orderKey === null
      ? undefined
      : await reads.get(
          `select event_id, type, received_at_ms from inbox
           where state = 'ready' and shard = $1 and team_id = $2 and seq < $3 and order_key = $4 order by seq desc limit 1`,
          [shard, teamId, seq, orderKey],
        );
  return {
    runAtMs: Number(row.run_at_ms),
    takeovers: Number(row.takeovers),
    replayId: row.replay_id === null ? null : Number(row.replay_id),
    behind: before
      ? { eventId: String(before.event_id), type: String(before.type), receivedAtMs: Number(before.received_at_ms) }
      : null,
  };
}
