/** A broadcast that Slack limits, that is cancelled, cut short or moved in the middle, and one to more teams than a page has. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { engines } from '../store/store-fixture.test-kit.ts';
import { shardOf } from '../team/shard.ts';
import { TO_INSTALLER } from './broadcast.ts';
import {
  cancelBroadcast,
  countPosts,
  countRecipients,
  createBroadcast,
  findBroadcast,
  listPosts,
  pruneBroadcasts,
} from './broadcast-repository.ts';
import { aServer, aWorld, begin, isDone, SECOND_MS, until } from './broadcaster.test-kit.ts';
import type { PostAnswer } from './broadcaster.ts';

const POSTED: PostAnswer = { kind: 'posted', channel: 'C1', ts: '1.0' };

/** Answers that come when the test lets them. */
function held() {
  const { promise, resolve } = Promise.withResolvers<PostAnswer>();
  onTestFinished(() => resolve(POSTED));
  return { answer: () => promise, release: () => resolve(POSTED) };
}

describe.each(engines)('a broadcast on %s', (engine) => {
  it('posts to a team that Slack limits after its Retry-After and not before, to others meanwhile; three times at most', async () => {
    const world = await aWorld(engine, 3);
    const id = await begin(world);
    const limited = (teamWaitMs: number): PostAnswer => {
      return { kind: 'unanswered', reason: 'ratelimited', waitMs: 0, teamWaitMs };
    };
    const answers = new Map<string, PostAnswer[]>([
      ['T00', [limited(60 * SECOND_MS), POSTED]],
      ['T01', [limited(3_600 * SECOND_MS)]],
    ]);
    const { posts } = aServer(world, { answer: (teamId) => Promise.resolve(answers.get(teamId)?.shift() ?? POSTED) });
    await until(world, async () => expect(await countPosts(world.store, id)).toMatchObject({ sent: 1, failed: 1 }));
    await world.clock.advance(50 * SECOND_MS);
    expect(posts.filter((post) => post.startsWith('T00'))).toHaveLength(1);
    await until(world, isDone(world, id));
    expect(posts.filter((post) => post.startsWith('T00'))).toHaveLength(2);
    // An hour is longer than a broadcast waits for one team.
    const [failed] = await listPosts(world.store, id, { state: 'failed', afterTeam: '', limit: 10 });
    expect(failed).toMatchObject({ teamId: 'T01', error: 'ratelimited', attempts: 1 });
  });

  it('begins nothing for a while when Slack does not answer at all', async () => {
    const world = await aWorld(engine, 10);
    await begin(world, {}, 60);
    const outage: PostAnswer = { kind: 'unanswered', reason: 'timeout', waitMs: 30 * SECOND_MS };
    const { posts } = aServer(world, { answer: () => Promise.resolve(outage) });
    await until(world, () => expect(posts).toHaveLength(1));
    await world.clock.advance(20 * SECOND_MS);
    expect(posts).toHaveLength(1);
  });

  it('begins nothing that waits for its turn once it is cancelled, not even before the server has looked', async () => {
    const world = await aWorld(engine, 30);
    const id = await begin(world);
    const { answer, release } = held();
    const { posts } = aServer(world, { answer });
    await until(world, () => expect(posts).toHaveLength(20));
    await cancelBroadcast(world.store, id, world.clock.now());
    release();
    const sent = async () => expect(await countPosts(world.store, id)).toMatchObject({ sent: 20 });
    await vi.waitFor(sent, { timeout: 10_000 });
    await world.clock.advance(100);
    await world.clock.advance(10 * SECOND_MS);
    expect(await countPosts(world.store, id)).toMatchObject({ sent: 20, waiting: 10 });
    expect([posts.length, await findBroadcast(world.store, id)]).toMatchObject([20, { state: 'cancelled' }]);
  });

  it('is not done while a post is under way, and a stop of its server waits for that', async () => {
    const world = await aWorld(engine, 2);
    const id = await begin(world);
    const { answer, release } = held();
    const { broadcaster, posts } = aServer(world, {
      answer: (teamId) => (teamId === 'T00' ? answer() : Promise.resolve(POSTED)),
    });
    await until(world, () => expect(posts).toHaveLength(2));
    await world.clock.advance(5 * SECOND_MS);
    expect(await findBroadcast(world.store, id)).toMatchObject({ state: 'running' });
    let hasStopped = false;
    const stopped = broadcaster.stop().then(() => (hasStopped = true));
    await world.clock.advance(SECOND_MS);
    expect(hasStopped).toBe(false);
    release();
    await stopped;
    expect(await countPosts(world.store, id)).toMatchObject({ sent: 2 });
  });

  it('waits for the posts of shards that are given away, and for no others', async () => {
    const world = await aWorld(engine, 2);
    await begin(world);
    const { answer, release } = held();
    const { broadcaster, posts } = aServer(world, { answer });
    await until(world, () => expect(posts).toHaveLength(2));
    let hasDrained = false;
    const drained = broadcaster.drain([shardOf('T00')], { limitMs: 60 * SECOND_MS }).then(() => (hasDrained = true));
    const elsewhere = Array.from({ length: 256 }, (_, shard) => shard).filter(
      (shard) => shard !== shardOf('T00') && shard !== shardOf('T01'),
    );
    await broadcaster.drain(elsewhere, { limitMs: 60 * SECOND_MS });
    await world.clock.advance(SECOND_MS);
    expect(hasDrained).toBe(false);
    release();
    await drained;
  });

  it('goes at the pace that all servers draw from one place', async () => {
    const world = await aWorld(engine, 5);
    await begin(world);
    const { posts } = aServer(world, { draw: () => new Promise(() => {}) });
    await world.clock.advance(5 * SECOND_MS);
    expect(posts).toEqual([]);
  });

  it('is for workspaces that their organization has let in, and not for the organization', async () => {
    const world = await aWorld(engine, 3);
    await world.store.run("update team set access = 'revoked' where team_id = 'T01'");
    await world.store.run("update installation set is_enterprise = 1 where key = 'T02'");
    const id = await begin(world);
    const { posts } = aServer(world);
    await until(world, isDone(world, id));
    expect(posts).toEqual(['T00 #general']);
    for (const search of ['%', '_', '!'])
      expect(await countRecipients(world.store, { to: '#general', search })).toEqual({ teams: 0, installerUnknown: 0 });
  });

  it('has each of thousands of teams once, page by page, tells how many, and knows whom it cannot reach', async () => {
    const world = await aWorld(engine, 1);
    await world.store.run(
      `with recursive n (n) as (select 1 union all select n + 1 from n where n < 2100)
       insert into installation (key, is_enterprise, status, install, refresh, changed_seq, shard, created_at_ms, installed_at_ms)
       select 'U' || (10000 + n), 0, 'active', 1, 0, 1, 7, 0, 0 from n`,
    );
    await world.store.run(
      `insert into team (team_id, installation_key, access, search)
       select key, key, 'granted', 'x' from installation where key like 'U%'`,
    );
    const told: number[] = [];
    const asked = {
      message: { text: 'hi' },
      query: { to: TO_INSTALLER },
      perMinute: 60,
      who: 'test:ann',
      askedAtMs: 1,
    };
    const { id } = await createBroadcast(world.store, asked, { onPage: (teams) => told.push(teams) });
    expect([told, await countPosts(world.store, id)]).toEqual([
      [1_000, 2_000, 2_101],
      { waiting: 1, sending: 0, sent: 0, failed: 0, skipped: 2_100 },
    ]);
  });

  it('is forgotten when it has ended long ago, and never while it runs', async () => {
    const world = await aWorld(engine, 1);
    const [ended, running] = [await begin(world), await begin(world)];
    await cancelBroadcast(world.store, ended, world.clock.now());
    await pruneBroadcasts(world.store, world.clock.now());
    expect(await findBroadcast(world.store, ended)).toBeDefined();
    await pruneBroadcasts(world.store, world.clock.now() + 1);
    expect(await findBroadcast(world.store, ended)).toBeUndefined();
    expect(await findBroadcast(world.store, running)).toBeDefined();
  });
});
