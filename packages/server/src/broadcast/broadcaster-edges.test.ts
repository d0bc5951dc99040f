/** What a broadcast owes to each of its guards: whose posts they are, what nobody may overtake, and what a stop leaves behind. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../store/store.ts';
import { engines } from '../store/store-fixture.test-kit.ts';
import { shardOf } from '../team/shard.ts';
import {
  cancelBroadcast,
  countPosts,
  createBroadcast,
  endPost,
  findBroadcast,
  finishBroadcast,
  listPosts,
  skipPost,
  takePost,
} from './broadcast-repository.ts';
import { aServer, aWorld, begin, isDone, SECOND_MS, until } from './broadcaster.test-kit.ts';
import type { MayPost, PostAnswer } from './broadcaster.ts';

const POSTED: PostAnswer = { kind: 'posted', channel: 'C1', ts: '1.0' };
const NOW: MayPost = { kind: 'now' };
const LATER: MayPost = { kind: 'later', why: 'in_doubt' };

/** Answers that come when the test lets them. */
function held() {
  const { promise, resolve } = Promise.withResolvers<PostAnswer>();
  onTestFinished(() => resolve(POSTED));
  return { answer: () => promise, release: () => resolve(POSTED) };
}

/** The store, each of whose calls of that name is told before it is made. */
function told(store: Store, name: 'all' | 'get', tell: (sql: string) => unknown): Store {
  return new Proxy(store, {
    get(target, asked) {
      const value: unknown = Reflect.get(target, asked);
      if (typeof value !== 'function') return value;
      if (asked !== name) return value.bind(target);
      return async (sql: string, ...more: unknown[]) => {
        await tell(sql);
        return (await value.call(target, sql, ...more)) as unknown;
      };
    },
  });
}

describe('the row of a post', () => {
  const key = { broadcastId: 1, teamId: 'T00', owner: 'n1' };

  it('is taken once by each server, and by another one when the first did not end it', async () => {
    const { store, clock } = await aWorld('sqlite', 1);
    await begin({ store, clock });
    expect([await takePost(store, key, 1), await takePost(store, key, 2)]).toEqual([true, false]);
    expect(await takePost(store, { ...key, owner: 'n2' }, 3)).toBe(true);
  });

  it('that is sent stays so, whatever comes later', async () => {
    const { store, clock } = await aWorld('sqlite', 1);
    await begin({ store, clock });
    await takePost(store, key, 1);
    await endPost(store, key, { state: 'sent', channel: 'C1', ts: '1.0' }, 2);
    await endPost(store, key, { state: 'failed', error: 'too_late' }, 3);
    await skipPost(store, key, { error: 'inactive', atMs: 4 });
    expect(await countPosts(store, 1)).toMatchObject({ sent: 1, failed: 0, skipped: 0 });
  });

  it('keeps its broadcast from being done while it is under way, and a cancelled one is not done at all', async () => {
    const { store, clock } = await aWorld('sqlite', 1);
    const [id, other] = [await begin({ store, clock }), await begin({ store, clock })];
    await takePost(store, key, 1);
    expect(await finishBroadcast(store, id, 2)).toBe(false);
    await skipPost(store, { broadcastId: other, teamId: 'T00' }, { error: 'inactive', atMs: 3 });
    await cancelBroadcast(store, other, 4);
    expect([await finishBroadcast(store, other, 5), await findBroadcast(store, other)]).toMatchObject([
      false,
      { state: 'cancelled' },
    ]);
  });
});

it('a broadcast that is cancelled while its recipients are prepared does not begin', async () => {
  const { store } = await aWorld('sqlite', 1);
  const cancelled: Promise<boolean>[] = [];
  const asked = { message: { text: 'hi' }, query: { to: '#general' }, perMinute: 60, who: 'test:ann', askedAtMs: 1 };
  const { id, isRunning } = await createBroadcast(store, asked, {
    onPage: () => void cancelled.push(cancelBroadcast(store, 1, 1)),
  });
  expect([await Promise.all(cancelled), isRunning, await findBroadcast(store, id)]).toMatchObject([
    [true],
    false,
    { state: 'cancelled' },
  ]);
});

it('one whose writer died holds up none behind it', async () => {
  const world = await aWorld('sqlite', 1);
  const [dead, next] = [await begin(world), await begin(world)];
  await world.store.run("update broadcast set state = 'filling' where id = $1", [dead]);
  const { posts } = aServer(world);
  await until(world, isDone(world, next));
  expect(posts).toHaveLength(1);
});

it('the next broadcast begins when the posts under way of the cancelled one have ended', async () => {
  const world = await aWorld('sqlite', 1);
  const first = await begin(world);
  const { answer, release } = held();
  let asked = 0;
  const { posts } = aServer(world, { answer: () => (++asked === 1 ? answer() : Promise.resolve(POSTED)) });
  await until(world, () => expect(posts).toHaveLength(1));
  await cancelBroadcast(world.store, first, world.clock.now());
  const next = await begin(world);
  await world.clock.advance(5 * SECOND_MS);
  expect(posts).toHaveLength(1);
  release();
  await until(world, isDone(world, next));
  expect(posts).toHaveLength(2);
});

it('hundreds of teams that wait for their turn are not read again and again meanwhile', async () => {
  const world = await aWorld('sqlite', 130);
  await begin(world, {}, 6);
  let pages = 0;
  const { posts } = aServer(world, {
    on: told(world.store, 'all', (sql) => sql.startsWith('select * from broadcast_team') && pages++),
  });
  await world.clock.advance(8 * SECOND_MS);
  expect(posts).toHaveLength(1);
  expect(pages).toBeLessThanOrEqual(2);
});

it('a team is posted to however many before it wait for something else', async () => {
  const world = await aWorld('sqlite', 120);
  await begin(world);
  const { posts } = aServer(world, { mayPost: (teamId) => (teamId === 'T99' ? NOW : LATER) });
  await until(world, () => expect(posts).toEqual(['T99 #general']));
});

it('a team in doubt, or one that Slack limits, is waited for ten minutes', async () => {
  const world = await aWorld('sqlite', 2);
  const id = await begin(world);
  const limited: PostAnswer = { kind: 'unanswered', reason: 'ratelimited', waitMs: 0, teamWaitMs: 500 * SECOND_MS };
  const answers = [limited];
  aServer(world, {
    mayPost: (teamId) => (teamId === 'T00' ? LATER : NOW),
    answer: () => Promise.resolve(answers.pop() ?? POSTED),
  });
  await until(world, () => expect(answers).toEqual([]));
  await world.clock.leap(300 * SECOND_MS);
  await world.clock.advance(2 * SECOND_MS);
  expect(await countPosts(world.store, id)).toMatchObject({ waiting: 2 });
  await world.clock.leap(300 * SECOND_MS);
  await until(world, isDone(world, id));
  expect(await countPosts(world.store, id)).toMatchObject({ sent: 1, skipped: 1 });
});

describe.each(engines)('on %s a post of a cancelled broadcast', (engine) => {
  const key = { broadcastId: 1, teamId: 'T00', owner: 'dead' };

  it('whose server died is failed by the next one, which posts nothing', async () => {
    const world = await aWorld(engine, 2);
    const id = await begin(world);
    await takePost(world.store, key, 1);
    await cancelBroadcast(world.store, id, 2);
    const { posts } = aServer(world);
    await until(world, async () => expect(await countPosts(world.store, id)).toMatchObject({ failed: 1, sending: 0 }));
    expect(await listPosts(world.store, id, { afterTeam: '', limit: 10 })).toMatchObject([
      { teamId: 'T00', state: 'failed', error: 'answer_unknown', attempts: 1 },
      { teamId: 'T01', state: 'waiting' },
    ]);
    expect(posts).toEqual([]);
    // It was slow, not dead.
    await endPost(world.store, key, { state: 'sent', channel: 'C1', ts: '1.0' }, 3);
    expect(await countPosts(world.store, id)).toMatchObject({ sent: 1, failed: 0 });
  });

  it('is left alone while its own server has it under way, or another one owns its team', async () => {
    const world = await aWorld(engine, 1);
    const id = await begin(world);
    const { answer, release } = held();
    const { posts } = aServer(world, { answer });
    await until(world, () => expect(posts).toHaveLength(1));
    await cancelBroadcast(world.store, id, world.clock.now());
    if (engine === 'postgres') aServer(world, { node: 'n2', owns: () => false });
    await world.clock.advance(5 * SECOND_MS);
    expect(await countPosts(world.store, id)).toMatchObject({ sending: 1 });
    release();
    await until(world, async () => expect(await countPosts(world.store, id)).toMatchObject({ sent: 1 }));
  });
});

describe('a server', () => {
  it('that may own nothing just now posts nothing', async () => {
    const world = await aWorld('sqlite', 1);
    const id = await begin(world);
    let state: 'owning' | 'fenced' = 'fenced';
    const { posts } = aServer(world, { state: () => state });
    await world.clock.advance(5 * SECOND_MS);
    expect(posts).toEqual([]);
    state = 'owning';
    await until(world, isDone(world, id));
  });

  it('does not post to a team that moved away while it waited for its turn', async () => {
    const world = await aWorld('sqlite', 10);
    await begin(world, {}, 60);
    let isMine = true;
    const { posts } = aServer(world, { owns: () => isMine });
    await until(world, () => expect(posts).not.toEqual([]));
    isMine = false;
    const before = posts.length;
    await world.clock.advance(10 * SECOND_MS);
    expect(posts).toHaveLength(before);
  });

  it('says nothing of teams of another one, which it may not know', async () => {
    const world = await aWorld('postgres', 6);
    const id = await begin(world);
    const isMine = (teamId: string) => shardOf(teamId) % 2 === 0;
    const mine = Array.from({ length: 6 }, (_, n) => `T0${n}`).filter(isMine);
    const { posts } = aServer(world, {
      owns: (shard) => shard % 2 === 0,
      mayPost: (teamId) => (isMine(teamId) ? NOW : { kind: 'never', why: 'unknown' }),
    });
    await until(world, () => expect(posts).toHaveLength(mine.length));
    await world.clock.advance(2 * SECOND_MS);
    expect(await listPosts(world.store, id, { state: 'skipped', afterTeam: '', limit: 10 })).toEqual([]);
  });

  it('stops when its look for work has ended, and looks no more', async () => {
    const world = await aWorld('sqlite', 1);
    await begin(world);
    const look = Promise.withResolvers<void>();
    let looks = 0;
    const { broadcaster, posts } = aServer(world, {
      on: told(world.store, 'get', async () => {
        looks++;
        await look.promise;
      }),
    });
    await until(world, () => expect(looks).toBe(1));
    let hasStopped = false;
    const stopped = broadcaster.stop().then(() => (hasStopped = true));
    await world.clock.advance(SECOND_MS);
    expect(hasStopped).toBe(false);
    look.resolve();
    await stopped;
    await world.clock.advance(5 * SECOND_MS);
    expect([looks, posts]).toEqual([1, []]);
  });

  it('gives shards away without a post that takes too long', async () => {
    const world = await aWorld('sqlite', 1);
    await begin(world);
    const { answer, release } = held();
    const { broadcaster, posts } = aServer(world, { answer });
    await until(world, () => expect(posts).toHaveLength(1));
    let hasDrained = false;
    const drained = broadcaster.drain([shardOf('T00')], { limitMs: 3 * SECOND_MS }).then(() => (hasDrained = true));
    await world.clock.advance(2 * SECOND_MS);
    expect(hasDrained).toBe(false);
    await world.clock.advance(2 * SECOND_MS);
    await drained;
    release();
  });
});
