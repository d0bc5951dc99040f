/** Since when nobody serves a shard: what its row says to the next owner. */
import { describe, expect, it } from 'vitest';
import { type Store } from '../store/store.ts';
import { aCluster } from './node-rows.test-kit.ts';
import { noteShards } from './untold-shards-repository.ts';

describe('how long nobody served a shard', () => {
  it('counts from when it was given back', async () => {
    const { join, store } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    expect((await a.claim('a', [1]))[0]).not.toHaveProperty('unservedMs');
    await a.release('a', [{ shard: 1, epoch: 1 }]);
    await store.run(`update shard set unserved_since = unserved_since - interval '5 seconds' where shard = 1`);
    const [claimed] = await b.claim('b', [1]);
    expect(claimed?.unservedMs).toBeGreaterThanOrEqual(5_000);
    expect(claimed?.unservedMs).toBeLessThan(6_000);
    // Also when the answer of the claim was lost.
    expect((await b.survey()).survey.shards[1]?.unservedMs).toBeGreaterThanOrEqual(5_000);
  });

  it('counts from the last renewal when its owner died', async () => {
    const { join, store } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1]);
    await store.run(
      `update node set expires_at = clock_timestamp() - interval '5 seconds',
         renewed_at = clock_timestamp() - interval '5.2 seconds' where id = 'a'`,
    );
    await b.survey();
    const [claimed] = await b.claim('b', [1]);
    expect(claimed?.hadDied).toBe(true);
    expect(claimed?.unservedMs).toBeGreaterThanOrEqual(5_200);
    expect(claimed?.unservedMs).toBeLessThan(7_000);
  });

  const renewedBefore = (store: Store, id: string, seconds: number) =>
    store.run(
      `update node set expires_at = clock_timestamp() - $2 * interval '1 second' + interval '200 milliseconds',
         renewed_at = clock_timestamp() - $2 * interval '1 second' where id = $1`,
      [id, seconds],
    );

  /** The owner of now, or one of before, says that it was told. */
  const note = async (store: Store, of = 0) => {
    const row = await store.get('select epoch from shard where shard = 1');
    await noteShards(store, [{ shard: 1, epoch: Number(row?.epoch) + of }]);
  };

  it('is also that of the first death until rows of installations say it, however many owners die or give it back before', async () => {
    const { join, store } = await aCluster();
    const [a, b, c, d] = [await join('a'), await join('b'), await join('c'), await join('d')];
    await a.claim('a', [1]);
    await renewedBefore(store, 'a', 60);
    await d.survey();
    await b.claim('b', [1]);
    await renewedBefore(store, 'b', 5);
    await d.survey();
    const [again] = await c.claim('c', [1]);
    expect(again?.untoldMs).toBeGreaterThanOrEqual(60_000);
    expect(again?.unservedMs).toBeLessThan(30_000);
    await c.disown('c', [{ shard: 1, epoch: again?.epoch ?? 0 }]);
    const [last] = await d.claim('d', [1]);
    expect(last?.untoldMs).toBeGreaterThanOrEqual(60_000);
    expect((await d.survey()).survey.shards[1]?.untoldMs).toBeGreaterThanOrEqual(60_000);
    await note(store);
    await d.release('d', [{ shard: 1, epoch: last?.epoch ?? 0 }]);
    const [known] = await d.claim('d', [1]);
    expect(known?.untoldMs).toBeLessThan(30_000);
  });

  /** By b, from a that died a minute ago. */
  const takenOver = async () => {
    const { join, store } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [1]);
    await renewedBefore(store, 'a', 60);
    await b.survey();
    const [claimed] = await b.claim('b', [1]);
    return { join, store, b, claimed };
  };

  it('is left to the next owner when the word of one that lost it comes late', async () => {
    const { store, b, claimed } = await takenOver();
    await note(store, -1);
    await b.release('b', [{ shard: 1, epoch: claimed?.epoch ?? 0 }]);
    const [next] = await b.claim('b', [1]);
    expect(next?.untoldMs).toBeGreaterThanOrEqual(60_000);
  });

  it('is nothing of before a claim of a version that knows nothing of it', async () => {
    const { store, join } = await takenOver();
    // As that one claims when this one is gone, and then dies.
    await store.run(
      `update shard set epoch = epoch + 1, owner = 'b', unserved_since = clock_timestamp() where shard = 1`,
    );
    await renewedBefore(store, 'b', 5);
    await (await join('c')).survey();
    const [claimed] = await (await join('d')).claim('d', [1]);
    expect(claimed?.untoldMs).toBeLessThan(30_000);
  });
});
