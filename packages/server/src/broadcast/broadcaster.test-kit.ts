/** A world of teams with a broadcast, and servers that post it: what tests of broadcasts have in common. */
import { expect, onTestFinished, vi } from 'vitest';
import type { Store } from '../store/store.ts';
import { type engines, openTestStore, type TestStore } from '../store/store-fixture.test-kit.ts';
import { shardOf } from '../team/shard.ts';
import { TestClock } from '../time/test-clock.ts';
import type { BroadcastQuery } from './broadcast.ts';
import { createBroadcast, findBroadcast } from './broadcast-repository.ts';
import { Broadcaster, type BroadcasterDeps, type MayPost, type PostAnswer } from './broadcaster.ts';

export const SECOND_MS = 1_000;

export interface World {
  clock: TestClock;
  store: TestStore;
}

/** Teams T00, T01 … with an installation each; U1 installed the first of them, of the others nobody knows. */
export async function aWorld(engine: (typeof engines)[number], teams: number): Promise<World> {
  const clock = new TestClock(1_795_000_000_000);
  const store = await openTestStore({ engine, clock });
  for (let n = 0; n < teams; n++) {
    const key = `T${String(n).padStart(2, '0')}`;
    await store.run(
      `insert into installation (key, is_enterprise, status, install, refresh, changed_seq, shard, created_at_ms, installed_at_ms,
         installed_by) values ($1, 0, 'active', 1, 0, 1, $2, 0, 0, $3)`,
      [key, shardOf(key), n === 0 ? 'U1' : null],
    );
    await store.run(
      `insert into team (team_id, installation_key, access, search) values ($1, $1, 'granted', lower($1))`,
      [key],
    );
  }
  return { clock, store };
}

export async function begin(
  { store, clock }: World,
  query: Partial<BroadcastQuery> = {},
  perMinute = 6_000,
): Promise<number> {
  const wanted = { to: '#general', ...query };
  const asked = { message: { text: 'hi' }, query: wanted, perMinute, who: 'test:ann', askedAtMs: clock.now() };
  return (await createBroadcast(store, asked)).id;
}

/** A broadcast whose recipients are being prepared, of which T00 and T01 are there. Whoever prepares them is the test. */
export async function beginFilling(world: World): Promise<number> {
  const id = await begin(world);
  await world.store.run("update broadcast set state = 'filling' where id = $1", [id]);
  await world.store.run("delete from broadcast_team where broadcast_id = $1 and team_id > 'T01'", [id]);
  return id;
}

/** Adds the next recipient, as whoever prepares them does. */
export async function addRecipient({ store }: World, id: number, teamId: string): Promise<void> {
  await store.run(
    "insert into broadcast_team (broadcast_id, team_id, shard, target, state) values ($1, $2, $3, '#general', 'waiting')",
    [id, teamId, shardOf(teamId)],
  );
}

export interface Poster {
  broadcaster: Broadcaster;
  /** Teams to which this server posted, in that order. */
  posts: string[];
}

export function aServer(
  { clock, store }: World,
  {
    node = 'n1',
    owns = () => true,
    mayPost = () => ({ kind: 'now' }),
    answer = () => Promise.resolve({ kind: 'posted', channel: 'C1', ts: '1.0' }),
    on = store,
    draw,
    state = () => 'owning',
  }: {
    node?: string;
    owns?: (shard: number) => boolean;
    mayPost?: (teamId: string) => MayPost;
    answer?: (teamId: string) => Promise<PostAnswer>;
    on?: Store;
    draw?: BroadcasterDeps['draw'];
    state?: () => BroadcasterDeps['ownership']['state'];
  } = {},
): Poster {
  const posts: string[] = [];
  const deps: BroadcasterDeps = {
    store: on,
    ownership: {
      nodeId: node,
      get state() {
        return state();
      },
      owns,
    },
    mayPost,
    async post(teamId, { channel }) {
      posts.push(`${teamId} ${channel}`);
      return await answer(teamId);
    },
    audited: (_id, cancel) => cancel(),
    draw,
    clock,
    log: { info: () => {}, warn: () => {} },
  };
  const broadcaster = new Broadcaster(deps);
  broadcaster.start();
  onTestFinished(() => broadcaster.stop());
  return { broadcaster, posts };
}

/** Lets time pass until that holds. */
export async function until({ clock }: World, check: () => unknown): Promise<void> {
  await vi.waitFor(
    async () => {
      await clock.advance(SECOND_MS);
      await check();
    },
    { timeout: 10_000 },
  );
}

export const isDone = (world: World, id: number) => async () =>
  expect(await findBroadcast(world.store, id)).toMatchObject({ state: 'done' });
