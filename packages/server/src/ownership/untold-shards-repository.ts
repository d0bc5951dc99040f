/** Says in rows of shards that the time before their owner need not be told by the next one; see Ownership.noted. PostgreSQL only. */
import type { Statements } from '../store/store.ts';
import type { OwnedShard } from './node-model.ts';

/** Those that are another's by now stay as they are. */
export async function noteShards(store: Pick<Statements, 'run'>, shards: readonly OwnedShard[]): Promise<void> {
  const [numbers, epochs] = [shards.map(({ shard }) => shard), shards.map(({ epoch }) => epoch)];
  await store.run(
    `update shard set untold_since = null from unnest($1::int[], $2::bigint[]) as mine (number, known_epoch)
     where shard = mine.number and epoch = mine.known_epoch and untold_since is not null`,
    [`{${numbers.join(',')}}`, `{${epochs.join(',')}}`],
  );
}
