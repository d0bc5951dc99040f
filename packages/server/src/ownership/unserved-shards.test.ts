/** Since when nobody served installations: told once, and kept by rows of shards until those of installations say it. */
import { describe, expect, it, vi } from 'vitest';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { shardOf } from '../team/shard.ts';
import { TestClock } from '../time/test-clock.ts';
import type { GainedShard } from './ownership.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { SoleOwner } from './sole-owner.ts';
import { UnservedShards } from './unserved-shards.ts';

const NOW = 1_795_000_000_000;

describe('shards that came', () => {
  const first = { shard: shardOf('T1'), epoch: 1, hadDied: true, unservedMs: 5_000 };
  const second = { shard: shardOf('T2'), epoch: 2, hadDied: true, unservedMs: 5_000 };

  function aNode({ isWritten = async () => true, owns = (): boolean => true } = {}) {
    const noted = vi.fn(async () => {});
    const warn = vi.fn();
    const shards = new UnservedShards({
      ownership: { noted, owns },
      isWritten,
      clock: new TestClock(NOW),
      log: { warn },
    });
    /** A poll has ended; everything that it began has, too. */
    const look = async (except: readonly string[] = []) => {
      shards.followed(new Set(except));
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { shards, noted, warn, look };
  }

  it('are noted once, when all of their installations were followed and what that brought is written', async () => {
    const written = Promise.withResolvers<boolean>();
    const { shards, noted, look } = aNode({ isWritten: () => written.promise });
    shards.gained([first]);
    await look();
    await look();
    expect(noted).not.toHaveBeenCalled();
    written.resolve(true);
    await vi.waitFor(() => expect(noted).toHaveBeenCalledWith([first]));
    await look();
    expect(noted).toHaveBeenCalledTimes(1);
  });

  it('wait for those of their installations that were not told, and others do not; nor where there is nothing to tell', async () => {
    const { shards, noted, look } = aNode();
    const third = { shard: shardOf('T3'), epoch: 3, hadDied: false };
    shards.gained([first, second, third]);
    await look(['T1', 'T3']);
    expect(noted.mock.calls).toEqual([[[second, third]]]);
    // It could not be followed to its end, but was told.
    shards.take('T1', { installedAtMs: 0 });
    await look(['T1']);
    expect(noted).toHaveBeenLastCalledWith([first]);
  });

  it('are noted later when the store fails or takes nothing, and not at all when they are lost before', async () => {
    let takes = false;
    const { shards, noted, warn, look } = aNode({ isWritten: async () => takes });
    noted.mockRejectedValueOnce(new Error('away'));
    shards.gained([first, second]);
    await look();
    expect(noted).not.toHaveBeenCalled();
    takes = true;
    await look();
    expect(warn).toHaveBeenCalledTimes(1);
    shards.lost([second.shard]);
    await look();
    expect(noted.mock.calls).toEqual([[[first, second]], [[first]]]);
  });

  it('are not noted while they are not to be worked on, when their installations are told of nothing', async () => {
    let mayWork = false;
    const { shards, noted, look } = aNode({ owns: () => mayWork });
    shards.gained([first]);
    await look();
    await shards.drain([first.shard]);
    expect(noted).not.toHaveBeenCalled();
    mayWork = true;
    shards.resumed();
    await look();
    expect(noted).toHaveBeenCalledWith([first]);
    // The database may have lost it.
    shards.resumed();
    await look();
    expect(noted).toHaveBeenCalledTimes(2);
  });

  it('are given back noted, when their installations were followed', async () => {
    const written = Promise.withResolvers<boolean>();
    const { shards, noted } = aNode({ isWritten: () => written.promise });
    shards.gained([first]);
    shards.followed(new Set());
    shards.gained([second]);
    shards.followed(new Set());
    let isDrained = false;
    const drained = shards.drain([second.shard]).then(() => (isDrained = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDrained).toBe(false);
    written.resolve(true);
    await drained;
    expect(noted.mock.calls).toEqual([[[first]], [[second]]]);
  });

  it('tell of each installation once, by the first time for which it was there', () => {
    const { shards } = aNode();
    const bothTimes = { ...first, untoldMs: 60_000 };
    shards.gained([bothTimes]);
    expect(shards.take('T1', { installedAtMs: NOW - 4_000 })).toBeUndefined();
    expect(shards.take('T1', { installedAtMs: 0 })).toBeUndefined();
    shards.gained([bothTimes]);
    expect(shards.take('T1', { installedAtMs: NOW - 30_000 })).toBe(NOW - 5_000);
    shards.gained([bothTimes]);
    expect(shards.take('T1', { installedAtMs: 0 })).toBe(NOW - 60_000);
    expect(shards.take('T1', { installedAtMs: 0 })).toBeUndefined();
    expect(shards.take('T2', { installedAtMs: 0 })).toBeUndefined();
  });
});

describe('a database of one process', () => {
  const log = { warn: vi.fn() };

  async function processes() {
    const store = await openTestStore();
    const clock = new TestClock(NOW);
    /** Answers for how long nobody served the database before, and for how long nobody told of it. */
    const start = async () => {
      const owner = new SoleOwner({ signs: new SignsOfLife({ store, clock, log }) });
      const told: GainedShard[] = [];
      const follower = { drain: async () => {}, lost() {}, fenced() {}, resumed() {} };
      owner.follow({ ...follower, gained: (shards) => void told.push(...shards) });
      await owner.start();
      // Its first sign is written.
      await store.get('select 1 as one');
      return { owner, times: [told[0]?.unservedMs, told[0]?.untoldMs] };
    };
    return { clock, start };
  }

  it('that was killed before its rows said since when nobody served it leaves both times to the next one', async () => {
    const { clock, start } = await processes();
    const first = await start();
    expect(first.times).toEqual([undefined, undefined]);
    await first.owner.noted();
    await first.owner.stop({ graceMs: 0 });
    await clock.advance(60_000);
    const second = await start();
    expect(second.times).toEqual([60_000, 60_000]);
    // As after a kill it writes nothing more; nobody ever told of the first minute.
    second.owner.fence();
    await clock.advance(3_000);
    const third = await start();
    expect(third.times).toEqual([3_000, 63_000]);
    third.owner.fence();
    await clock.advance(1_000);
    const last = await start();
    expect(last.times).toEqual([1_000, 64_000]);
    await last.owner.noted();
    await last.owner.stop({ graceMs: 0 });
    await clock.advance(2_000);
    expect((await start()).times).toEqual([2_000, 2_000]);
  });
});
