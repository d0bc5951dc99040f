/** Says in rows of shards that the time before their owner need not be told by the next one; see Ownership.noted. PostgreSQL only. */
import type { Statements } from '../store/store.ts';
import type { OwnedShard } from './node-model.ts';

/** Those that are another's by now stay as they are. Locked in the order of shards, as by all who lock several. */
export async function noteShards(store: Pick<Statements, 'run'>, shards: readonly OwnedShard[]): Promise<void> {
  const [numbers, epochs] = [shards.map(({ shard }) => shard), shards.map(({ epoch }) => epoch)];
  await store.run(
    `with mine as (
       select shard from shard join unnest($1::int[], $2::bigint[]) as given (number, known_epoch)
         on shard = given.number and epoch = given.known_epoch
       where untold_since is not null order by shard for no key update of shard
     )
     update shard set untold_since = null from mine where shard.shard = mine.shard`,
    [`{${numbers.join(',')}}`, `{${epochs.join(',')}}`],
  );
}
