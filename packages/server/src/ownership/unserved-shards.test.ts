/** Since when nobody served installations: told once, and kept by rows of shards until those of installations say it. */
import { describe, expect, it, vi } from 'vitest';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { shardOf } from '../team/shard.ts';
import { TestClock } from '../time/test-clock.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { SoleOwner } from './sole-owner.ts';
import { UnservedShards } from './unserved-shards.ts';

const NOW = 1_795_000_000_000;
const nobody: ReadonlySet<string> = new Set();
const log = { warn: vi.fn() };

describe('shards that came', () => {
  const first = { shard: shardOf('T1'), epoch: 1, hadDied: true, unservedMs: 5_000 };
  const second = { shard: shardOf('T2'), epoch: 2, hadDied: true, unservedMs: 5_000 };

  function aNode({ isWritten = async () => true } = {}) {
    const noted = vi.fn(async () => {});
    const shards = new UnservedShards({ ownership: { noted }, isWritten, clock: new TestClock(NOW), log });
    return { shards, noted };
  }

  it('are noted once, when all of their installations were followed and what that brought is written', async () => {
    const written = Promise.withResolvers<boolean>();
    const { shards, noted } = aNode({ isWritten: () => written.promise });
    shards.gained([first]);
    shards.followed(nobody);
    shards.followed(nobody);
    expect(noted).not.toHaveBeenCalled();
    written.resolve(true);
    await vi.waitFor(() => expect(noted).toHaveBeenCalledWith([first]));
    shards.followed(nobody);
    await Promise.resolve();
    expect(noted).toHaveBeenCalledTimes(1);
  });

  it('wait for those of their installations that could not be followed, and others do not', async () => {
    const { shards, noted } = aNode();
    shards.gained([first, second]);
    shards.followed(new Set(['T1']));
    await vi.waitFor(() => expect(noted).toHaveBeenCalledWith([second]));
    await new Promise((resolve) => setImmediate(resolve));
    shards.followed(nobody);
    await vi.waitFor(() => expect(noted).toHaveBeenLastCalledWith([first]));
  });

  it('are noted later when the store fails or takes nothing, and not at all when they are lost before', async () => {
    let takes = false;
    const { shards, noted } = aNode({ isWritten: async () => takes });
    noted.mockRejectedValueOnce(new Error('away'));
    shards.gained([first, second]);
    const look = async () => {
      shards.followed(nobody);
      await new Promise((resolve) => setImmediate(resolve));
    };
    await look();
    expect(noted).not.toHaveBeenCalled();
    takes = true;
    await look();
    expect(log.warn).toHaveBeenCalledTimes(1);
    shards.lost([second.shard]);
    await look();
    expect(noted.mock.calls).toEqual([[[first, second]], [[first]]]);
  });

  it('tell of each installation once, if it was there by then', () => {
    const { shards } = aNode();
    shards.gained([first]);
    expect(shards.take('T1', { installedAtMs: NOW - 4_000 })).toBeUndefined();
    expect(shards.take('T1', { installedAtMs: 0 })).toBeUndefined();
    shards.gained([first]);
    expect(shards.take('T1', { installedAtMs: 0 })).toBe(NOW - 5_000);
    expect(shards.take('T1', { installedAtMs: 0 })).toBeUndefined();
    expect(shards.take('T2', { installedAtMs: 0 })).toBeUndefined();
  });
});

describe('a database of one process', () => {
  async function processes() {
    const store = await openTestStore();
    const clock = new TestClock(NOW);
    /** Answers for how long nobody served the database before. */
    const start = async () => {
      const signs = new SignsOfLife({ store, clock, log });
      const owner = new SoleOwner({ signs });
      let unservedMs: number | undefined;
      owner.follow({
        gained: (shards) => (unservedMs = shards[0]?.unservedMs),
        drain: async () => {},
        lost() {},
        fenced() {},
        resumed() {},
      });
      await owner.start();
      return { owner, unservedMs };
    };
    return { clock, start };
  }

  it('that was killed before its rows said since when nobody served it leaves the whole time to the next one', async () => {
    const { clock, start } = await processes();
    const first = await start();
    await first.owner.noted();
    await first.owner.stop({ graceMs: 0 });
    await clock.advance(60_000);
    const killed = await start();
    expect(killed.unservedMs).toBe(60_000);
    await clock.advance(30_000);
    const next = await start();
    expect(next.unservedMs).toBe(90_000);
    await next.owner.noted();
    await clock.advance(7_000);
    // The last sign of life came five seconds after the first.
    expect((await start()).unservedMs).toBe(2_000);
  });

  it('that is stopped before that leaves it as well', async () => {
    const { clock, start } = await processes();
    const first = await start();
    await first.owner.noted();
    await first.owner.stop({ graceMs: 0 });
    await clock.advance(60_000);
    const second = await start();
    await second.owner.stop({ graceMs: 0 });
    expect((await start()).unservedMs).toBe(60_000);
  });
});
