/** Turns of a pace that all nodes of a cluster share, because Slack sees one app. On the clock of the database, the only one they share. */
import type { Store } from '../store/store.ts';
import type { DrawTurns } from '../time/shared-pace.ts';

/** What has a pace of its own. */
export type PaceName = 'connect' | 'probe' | 'refresh' | 'broadcast';

/** Who drew within so long has work; in milliseconds. A node that waits for turns draws several times a second. */
const LATELY_MS = 2_000;

/**
 * Draws a block of turns (generic cell rate algorithm: the row holds when the next turn is free). One statement, so that the row is
 * locked for no longer than its commit takes.
 */
export function createTurns(
  store: Pick<Store, 'all'>,
  { name, nodeId }: { name: PaceName; nodeId: () => string },
): DrawTurns {
  return async (count, intervalMs) => {
    const [row] = await store.all(
      `with drawn as (
         update pace set next_at = greatest(next_at, clock_timestamp())
           + make_interval(secs => cast($2 as double precision) / 1000)
         where name = $1 returning next_at),
       me as (
         insert into pace_node (name, node, drawn_at) values ($1, $3, clock_timestamp())
         on conflict (name, node) do update set drawn_at = excluded.drawn_at)
       select cast(extract(epoch from next_at - clock_timestamp()) * 1000 as double precision) as ends_in_ms,
         (select count(*) from pace_node where name = $1 and node <> $3
            and drawn_at > clock_timestamp() - make_interval(secs => cast($4 as double precision) / 1000)) as others
       from drawn`,
      [name, count * intervalMs, nodeId(), LATELY_MS],
    );
    return { startInMs: Number(row?.ends_in_ms) - count * intervalMs, sharers: Number(row?.others) + 1 };
  };
}
