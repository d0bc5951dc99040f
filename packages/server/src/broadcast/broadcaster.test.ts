/** One message to many teams: who gets it, at what pace, and how often when a server dies in between. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../store/store-fixture.test-kit.ts';
import { shardOf } from '../team/shard.ts';
import { TO_INSTALLER } from './broadcast.ts';
import { cancelBroadcast, countPosts, createBroadcast, findBroadcast, listPosts } from './broadcast-repository.ts';
import { aServer, aWorld, begin, isDone, SECOND_MS, until } from './broadcaster.test-kit.ts';
import type { MayPost, PostAnswer } from './broadcaster.ts';

describe.each(engines)('a broadcast on %s', (engine) => {
  it('posts once to each team, and says what became of each', async () => {
    const world = await aWorld(engine, 30);
    const id = await begin(world);
    const refused: PostAnswer = { kind: 'refused', code: 'channel_not_found' };
    const posted: PostAnswer = { kind: 'posted', channel: 'C1', ts: '1.0' };
    const { posts } = aServer(world, {
      answer: (teamId) => Promise.resolve(teamId === 'T03' ? refused : posted),
    });
    await until(world, isDone(world, id));
    expect(posts.toSorted()).toEqual(Array.from({ length: 30 }, (_, n) => `T${String(n).padStart(2, '0')} #general`));
    expect(await countPosts(world.store, id)).toEqual({ waiting: 0, sending: 0, sent: 29, failed: 1, skipped: 0 });
    const [failed] = await listPosts(world.store, id, { state: 'failed', afterTeam: '', limit: 10 });
    expect(failed).toMatchObject({ teamId: 'T03', error: 'channel_not_found', attempts: 1 });
  });

  it('goes to who installed the app, elsewhere to the other channel, or says that nobody knows', async () => {
    const world = await aWorld(engine, 2);
    const first = await begin(world, { to: TO_INSTALLER });
    const second = await begin(world, { to: TO_INSTALLER, orElse: '#general' });
    const { posts } = aServer(world);
    await until(world, isDone(world, second));
    expect(posts).toEqual(['T00 U1', 'T00 U1', 'T01 #general']);
    expect(await listPosts(world.store, first, { state: 'skipped', afterTeam: '', limit: 10 })).toMatchObject([
      { teamId: 'T01', error: 'installer_unknown' },
    ]);
  });

  it('is for active teams that match', async () => {
    const world = await aWorld(engine, 12);
    await world.store.run("update installation set status = 'inactive', reason = 'x', since_ms = 1 where key = 'T10'");
    await begin(world, { search: 't1' });
    const last = await begin(world, { teamId: 'T05' });
    const { posts } = aServer(world);
    await until(world, isDone(world, last));
    expect(posts).toEqual(['T11 #general', 'T05 #general']);
  });

  it('is cancelled when nobody can read what it says, and the next one goes on', async () => {
    const world = await aWorld(engine, 1);
    const broken = await begin(world);
    await world.store.run("update broadcast set message = '{'");
    const next = await begin(world);
    const { posts } = aServer(world);
    await until(world, isDone(world, next));
    expect(posts).toEqual(['T00 #general']);
    expect(await findBroadcast(world.store, broken)).toMatchObject({ state: 'cancelled' });
  });

  it('keeps its pace', async () => {
    const world = await aWorld(engine, 10);
    await begin(world, {}, 30);
    const { posts } = aServer(world);
    await world.clock.advance(10 * SECOND_MS);
    expect(posts.length).toBeGreaterThanOrEqual(3);
    expect(posts.length).toBeLessThanOrEqual(6);
  });

  it('posts nothing more when it is cancelled', async () => {
    const world = await aWorld(engine, 10);
    const id = await begin(world, {}, 30);
    const { posts } = aServer(world);
    await until(world, () => expect(posts).not.toEqual([]));
    expect(await cancelBroadcast(world.store, id, world.clock.now())).toBe(true);
    const before = posts.length;
    await world.clock.advance(60 * SECOND_MS);
    expect(posts).toHaveLength(before);
    expect(await cancelBroadcast(world.store, id, world.clock.now())).toBe(false);
  });

  it('is gone on with by the next server: what arrived is not posted again, what nobody knows of is', async () => {
    const world = await aWorld(engine, 12);
    const id = await begin(world);
    const answered = Promise.withResolvers<PostAnswer>();
    onTestFinished(() => answered.resolve({ kind: 'refused', code: 'too_late' }));
    // Its answers to T04 and later ones never come: it dies with those posts under way.
    const dead = aServer(world, {
      answer: (teamId) =>
        teamId < 'T04' ? Promise.resolve({ kind: 'posted', channel: 'C1', ts: '1.0' }) : answered.promise,
    });
    await until(world, async () => expect(await countPosts(world.store, id)).toMatchObject({ sent: 4, sending: 8 }));
    expect(dead.posts).toHaveLength(12);
    const { posts } = aServer(world, { node: 'n2' });
    await until(world, isDone(world, id));
    expect(posts.toSorted()).toEqual(
      Array.from({ length: 8 }, (_, n) => `T${String(n + 4).padStart(2, '0')} #general`),
    );
    // What the dead one says when it wakes up is written nowhere.
    answered.resolve({ kind: 'refused', code: 'too_late' });
    await world.clock.advance(SECOND_MS);
    expect(await countPosts(world.store, id)).toMatchObject({ sent: 12, failed: 0 });
  });

  it('is not posted again because the store did not take that it arrived', async () => {
    const world = await aWorld(engine, 1);
    const id = await begin(world);
    let isBroken = true;
    const { posts } = aServer(world, {
      on: new Proxy(world.store, {
        get(target, name) {
          if (name !== 'run') return Reflect.get(target, name, target).bind?.(target) ?? Reflect.get(target, name);
          return async (sql: string, params: never) => {
            if (isBroken && sql.includes('set state = $4')) throw new Error('the store is away');
            return await target.run(sql, params);
          };
        },
      }),
    });
    await until(world, () => expect(posts).toHaveLength(1));
    await world.clock.advance(10 * SECOND_MS);
    expect(posts).toHaveLength(1);
    isBroken = false;
    await until(world, isDone(world, id));
    expect([posts.length, await countPosts(world.store, id)]).toMatchObject([1, { sent: 1 }]);
  });

  it('is tried again while Slack does not answer, three times at most', async () => {
    const world = await aWorld(engine, 2);
    const id = await begin(world);
    let tries = 0;
    const unanswered: PostAnswer = { kind: 'unanswered', reason: 'http_500', waitMs: SECOND_MS };
    const { posts } = aServer(world, {
      answer: (teamId) =>
        Promise.resolve(teamId === 'T00' || ++tries < 3 ? unanswered : { kind: 'posted', channel: 'C1', ts: '1.0' }),
    });
    await until(world, isDone(world, id));
    expect(posts.toSorted()).toEqual([...Array(3).fill('T00 #general'), ...Array(3).fill('T01 #general')]);
    expect(await countPosts(world.store, id)).toMatchObject({ sent: 1, failed: 1 });
  });

  it('waits for a team that is in doubt, and skips what is gone, or in doubt for long', async () => {
    const world = await aWorld(engine, 3);
    const id = await begin(world);
    const standing = new Map<string, MayPost>([
      ['T00', { kind: 'later', why: 'in_doubt' }],
      ['T01', { kind: 'never', why: 'inactive' }],
      ['T02', { kind: 'later', why: 'suspended' }],
    ]);
    const { posts } = aServer(world, { mayPost: (teamId) => standing.get(teamId) ?? { kind: 'now' } });
    await until(world, async () => expect(await countPosts(world.store, id)).toMatchObject({ skipped: 1, waiting: 2 }));
    standing.delete('T00');
    await until(world, () => expect(posts).toEqual(['T00 #general']));
    await world.clock.leap(600 * SECOND_MS);
    await until(world, isDone(world, id));
    const skipped = await listPosts(world.store, id, { state: 'skipped', afterTeam: '', limit: 10 });
    expect(skipped.map(({ teamId, error }) => [teamId, error])).toEqual([
      ['T01', 'inactive'],
      ['T02', 'suspended'],
    ]);
  });

  it('one that is ended while its recipients are prepared is cancelled and never begins', async () => {
    const world = await aWorld(engine, 3);
    const asked = { message: { text: 'hi' }, query: { to: '#general' }, perMinute: 60, who: 'test:ann', askedAtMs: 1 };
    const signal = AbortSignal.abort();
    const { id, isRunning } = await createBroadcast(world.store, asked, { signal });
    const { posts } = aServer(world);
    await world.clock.advance(10 * SECOND_MS);
    expect([isRunning, posts, await findBroadcast(world.store, id)]).toMatchObject([false, [], { state: 'cancelled' }]);
  });

  it('one whose store failed while its recipients were prepared is cancelled and never begins', async () => {
    const world = await aWorld(engine, 3);
    const failing = new Proxy(world.store, {
      get(target, name) {
        if (name === 'all') return () => Promise.reject(new Error('down'));
        return Reflect.get(target, name, target).bind?.(target) ?? Reflect.get(target, name);
      },
    });
    await expect(begin({ ...world, store: failing })).rejects.toThrow('down');
    const { posts } = aServer(world);
    await world.clock.advance(10 * SECOND_MS);
    expect([posts, await findBroadcast(world.store, 1)]).toMatchObject([
      [],
      { state: 'cancelled', why: 'writer_failed' },
    ]);
  });
});

it('several servers each post to the teams that they own', async () => {
  const world = await aWorld('postgres', 20);
  const id = await begin(world);
  const first = aServer(world, { node: 'n1', owns: (shard) => shard % 2 === 0 });
  const second = aServer(world, { node: 'n2', owns: (shard) => shard % 2 === 1 });
  await until(world, isDone(world, id));
  expect(first.posts.every((post) => shardOf(post.slice(0, 3)) % 2 === 0)).toBe(true);
  expect([...first.posts, ...second.posts]).toHaveLength(20);
  expect(new Set([...first.posts, ...second.posts]).size).toBe(20);
});
