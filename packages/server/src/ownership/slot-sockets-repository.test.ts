/** Since when the app has no socket, whichever nodes have its slots. */
import { describe, expect, it } from 'vitest';
import { aCluster } from './node-rows.test-kit.ts';
import { createSlotSockets } from './slot-sockets-repository.ts';

describe('sockets of the app', () => {
  it('were none at all from the last loss on, which the first one that is open again learns, once', async () => {
    const { join, store, epochOf } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [256]);
    await b.claim('b', [257]);
    const sockets = createSlotSockets(store);
    const opened = (slot: number, epoch: number) => sockets.opened(slot, { epoch: epochOf(slot, epoch), atMs: 8_000 });
    expect(await opened(256, 1)).toEqual([]);
    expect(await opened(257, 1)).toEqual([]);
    await sockets.lost(256, { epoch: epochOf(256, 1), atMs: 5_000 });
    expect(await opened(256, 1)).toEqual([]);
    await sockets.lost(256, { epoch: epochOf(256, 1), atMs: 6_000 });
    await sockets.lost(257, { epoch: epochOf(257, 1), atMs: 7_000 });
    const gap = { fromMs: 7_000, toMs: 8_000 };
    const both = await Promise.all([opened(256, 1), opened(257, 1)]);
    expect(both.flat()).toEqual([gap]);
    // Until it was told.
    const slot = both[0].length > 0 ? 256 : 257;
    expect(await opened(slot, 1)).toEqual([gap]);
    await sockets.told(slot, { epoch: epochOf(slot, 1), gap });
    expect(await opened(slot, 1)).toEqual([]);
  });

  it('leave no gap where one was lost just after another one had opened, whose opening is written later', async () => {
    const { join, store, epochOf } = await aCluster();
    const a = await join('a');
    await a.claim('a', [256, 257]);
    const sockets = createSlotSockets(store);
    const opened = (slot: number, atMs: number) => sockets.opened(slot, { epoch: epochOf(slot, 1), atMs });
    const lost = (slot: number, atMs: number) => sockets.lost(slot, { epoch: epochOf(slot, 1), atMs });
    await opened(256, 1_000);
    await lost(256, 5_005);
    expect(await opened(257, 5_000)).toEqual([]);
    // Of a clock that is a minute behind nothing is known but that there was a gap.
    await lost(257, 65_000);
    expect(await opened(256, 5_000)).toEqual([{ fromMs: 5_000, toMs: 5_000 }]);
  });

  it('end with a slot that is given back, and with a node that dies; an old epoch says nothing', async () => {
    const { join, store, expire, epochOf } = await aCluster();
    const [a, b] = [await join('a'), await join('b')];
    await a.claim('a', [256, 257]);
    const sockets = createSlotSockets(store);
    const opened = (slot: number, epoch: number) =>
      sockets.opened(slot, { epoch: epochOf(slot, epoch), atMs: Date.now() });
    for (const slot of [256, 257]) await opened(slot, 1);
    await a.release('a', [{ shard: 256, epoch: 1 }]);
    await expire('a');
    await b.survey();
    await b.claim('b', [256]);
    await sockets.lost(256, { epoch: epochOf(256, 1), atMs: 1 });
    expect(await opened(257, 2)).toEqual([]);
    const [gap] = await opened(256, 2);
    const row = await store.get('select extract(epoch from clock_timestamp()) * 1000 as now_ms');
    expect(Number(row?.now_ms) - (gap?.fromMs ?? 0)).toBeLessThan(600_000);
  });
});
