/** Broadcasts whose recipients are still being prepared: who is dead is given up, who lives is not, by the server that may. */
import { describe, expect, it } from 'vitest';
import { engines } from '../store/store-fixture.test-kit.ts';
import { SHARD_COUNT } from '../team/shard.ts';
import { countPosts, findBroadcast, giveUpBroadcast } from './broadcast-repository.ts';
import { addRecipient, aServer, aWorld, begin, beginFilling, SECOND_MS, until } from './broadcaster.test-kit.ts';

describe.each(engines)('a broadcast on %s whose recipients are being prepared', (engine) => {
  it('is cancelled when that process was dead for a minute, and never begins', async () => {
    const world = await aWorld(engine, 3);
    const id = await beginFilling(world);
    const { posts } = aServer(world);
    await world.clock.advance(55 * SECOND_MS);
    expect(await findBroadcast(world.store, id)).toMatchObject({ state: 'filling' });
    await until(world, async () =>
      expect(await findBroadcast(world.store, id)).toMatchObject({ state: 'cancelled', why: 'writer_died' }),
    );
    expect([posts, await countPosts(world.store, id)]).toMatchObject([[], { waiting: 2, sent: 0 }]);
  });

  it('is left alone while that process goes on, however slowly', async () => {
    const world = await aWorld(engine, 3);
    const id = await beginFilling(world);
    aServer(world);
    for (const teamId of ['T02', 'T03', 'T04']) {
      await world.clock.advance(50 * SECOND_MS);
      await addRecipient(world, id, teamId);
    }
    await world.clock.advance(50 * SECOND_MS);
    expect(await findBroadcast(world.store, id)).toMatchObject({ state: 'filling' });
  });

  it('is left alone by a server that slept, and when somebody sets the wall clock', async () => {
    const world = await aWorld(engine, 3);
    const id = await beginFilling(world);
    aServer(world);
    await world.clock.advance(10 * SECOND_MS);
    for (const sleptMs of [120 * SECOND_MS, 8 * 3_600 * SECOND_MS]) {
      await world.clock.leap(sleptMs);
      await world.clock.advance(5 * SECOND_MS);
    }
    for (const setMs of [3_600 * SECOND_MS, -2 * 3_600 * SECOND_MS]) {
      world.clock.setWall(setMs);
      await world.clock.advance(5 * SECOND_MS);
    }
    expect(await findBroadcast(world.store, id)).toMatchObject({ state: 'filling' });
    // It is watched again from where it was left.
    await world.clock.advance(30 * SECOND_MS);
    expect(await findBroadcast(world.store, id)).toMatchObject({ state: 'cancelled', why: 'writer_died' });
  });

  it('is cancelled by the one server to which that falls', async () => {
    const world = await aWorld(engine, 3);
    const id = await beginFilling(world);
    aServer(world, { owns: (shard) => shard !== id % SHARD_COUNT });
    await world.clock.advance(90 * SECOND_MS);
    expect(await findBroadcast(world.store, id)).toMatchObject({ state: 'filling' });
    aServer(world, { node: 'n2', owns: (shard) => shard === id % SHARD_COUNT });
    await world.clock.advance(65 * SECOND_MS);
    expect(await findBroadcast(world.store, id)).toMatchObject({ state: 'cancelled', why: 'writer_died' });
  });

  it('goes on when it has begun before it could be given up', async () => {
    const { clock, store } = await aWorld(engine, 3);
    const id = await begin({ clock, store });
    expect(await giveUpBroadcast(store, id, { from: 'filling', why: 'writer_died', atMs: 1 })).toBe(false);
    expect(await findBroadcast(store, id)).toMatchObject({ state: 'running', why: null, endedAtMs: null });
  });
});
