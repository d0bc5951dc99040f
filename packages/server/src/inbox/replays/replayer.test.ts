/** Replays of many failed events: what is due at a time, who goes on after a death, and what is left alone. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { rowsRead } from '../../store/rows-read.test-kit.ts';
import { engines, openTestStore, type TestStore } from '../../store/store-fixture.test-kit.ts';
import { TestClock } from '../../time/test-clock.ts';
import { Replayer } from './replayer.ts';
import {
  countReplayable,
  createReplay,
  discardSome,
  endReplay,
  listReplays,
  nextReplay,
  take,
  untaken,
} from './replays-repository.ts';

const quiet = { info: () => {}, warn: () => {} };

interface World {
  clock: TestClock;
  store: TestStore;
}

/** So many failed events of each of these teams, one team after the other. */
async function withFailed(engine: (typeof engines)[number], teams: Readonly<Record<string, number>>): Promise<World> {
  const clock = new TestClock(1_795_000_000_000);
  const store = await openTestStore({ engine, clock });
  for (const [team, count] of Object.entries(teams)) {
    for (let from = 0; from < count; from += 500) {
      const rows = Array.from(
        { length: Math.min(500, count - from) },
        (_, n) => `('${team}-${from + n}', 0, '${team}', 'message', 'failed', 'listener_failed', 'no', ${clock.now()})`,
      );
      await store.run(
        `insert into inbox (event_id, shard, team_id, type, state, error_code, error, received_at_ms) values ${rows.join(', ')}`,
      );
    }
  }
  return { clock, store };
}

function aServer({ store, clock }: World, owns = () => true): Replayer {
  const replayer = new Replayer({ store, ownership: { owns }, clock, log: quiet });
  replayer.start();
  onTestFinished(() => replayer.stop());
  return replayer;
}

async function due({ store }: World): Promise<Record<string, number>> {
  const rows = await store.all("select team_id, count(*) as n from inbox where state = 'retry' group by team_id");
  return Object.fromEntries(rows.map((row) => [String(row.team_id), Number(row.n)]));
}

/** What the dispatcher does with all that is due. */
async function handle({ store }: World, outcome: 'done' | 'failed' = 'done'): Promise<number> {
  return await store.run(`update inbox set state = '${outcome}' where state = 'retry'`);
}

async function until({ clock }: World, check: () => unknown): Promise<void> {
  await vi.waitFor(
    async () => {
      await clock.advance(500);
      await check();
    },
    { timeout: 10_000 },
  );
}

const asked = { who: 'test:ann', askedAtMs: 1 };

describe.each(engines)('a replay on %s', (engine) => {
  it('has ten events of a team due at a time, so that its new ones find room', async () => {
    const world = await withFailed(engine, { T1: 40, T2: 3 });
    await createReplay(world.store, { filter: {}, ...asked });
    aServer(world);
    await until(world, async () => expect(await due(world)).toEqual({ T1: 10, T2: 3 }));
    await world.clock.advance(10_000);
    expect(await due(world)).toEqual({ T1: 10, T2: 3 });
    let handled = await handle(world);
    await until(world, async () => {
      handled += await handle(world);
      expect(handled).toBe(43);
    });
    await until(world, async () =>
      expect(await listReplays(world.store, 1)).toMatchObject([{ state: 'done', total: 43, replayed: 43 }]),
    );
  });

  it('has a thousand events due at most, however many teams there are', async () => {
    const teams = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`T${n}`, 10]));
    const world = await withFailed(engine, teams);
    await createReplay(world.store, { filter: {}, ...asked });
    aServer(world);
    const total = async () => Object.values(await due(world)).reduce((sum, n) => sum + n, 0);
    await until(world, async () => expect(await total()).toBe(1_000));
    await world.clock.advance(5_000);
    expect(await total()).toBe(1_000);
  });

  it('takes each event once, also one that fails again, and nothing that failed after it was asked for', async () => {
    // That of T2 is taken at once and fails again while those of T1 are not all passed yet.
    const world = await withFailed(engine, { T1: 12, T2: 1 });
    await createReplay(world.store, { filter: {}, ...asked });
    await world.store.run(
      `insert into inbox (event_id, shard, team_id, type, state, error_code, error, received_at_ms)
       values ('later', 0, 'T1', 'message', 'failed', 'listener_failed', 'no', 1)`,
    );
    aServer(world);
    let failed = 0;
    await until(world, async () => {
      failed += await handle(world, 'failed');
      expect(await listReplays(world.store, 1)).toMatchObject([{ state: 'done', replayed: 13 }]);
    });
    expect(failed).toBe(13);
    const attempts = await world.store.all('select distinct attempts from inbox order by attempts');
    expect(attempts.map((row) => Number(row.attempts))).toEqual([0, 1]);
  });

  it.each(['{', 'null', '[]', '{"exactly":[]}', '{"unknown":1}'])(
    'is cancelled when nobody can read which events it is about (%s), and the next one goes on',
    async (filter) => {
      const world = await withFailed(engine, { T1: 2, T2: 1 });
      const broken = await createReplay(world.store, { filter: {}, ...asked });
      await world.store.run('update replay set filter = $1', [filter]);
      await createReplay(world.store, { filter: { teamId: 'T2' }, ...asked });
      aServer(world);
      await until(world, async () => expect(await due(world)).toEqual({ T2: 1 }));
      expect((await listReplays(world.store, 2))[1]).toMatchObject({ id: broken?.id, state: 'cancelled', replayed: 0 });
    },
  );

  it('is for what matches', async () => {
    const world = await withFailed(engine, { T1: 2, T2: 2 });
    expect(await createReplay(world.store, { filter: { teamId: 'T9' }, ...asked })).toBeUndefined();
    await createReplay(world.store, { filter: { teamId: 'T2', errorCode: 'listener_failed', sinceMs: 1 }, ...asked });
    aServer(world);
    await until(world, async () => expect(await due(world)).toEqual({ T2: 2 }));
    await world.clock.advance(5_000);
    expect(await due(world)).toEqual({ T2: 2 });
  });

  it('is gone on with by the next server, and by one server alone', async () => {
    const world = await withFailed(engine, { T1: 25 });
    await createReplay(world.store, { filter: {}, ...asked });
    const first = aServer(world);
    aServer(world, () => false);
    await until(world, async () => expect(await due(world)).toEqual({ T1: 10 }));
    await first.stop();
    await handle(world);
    await world.clock.advance(5_000);
    expect(await due(world)).toEqual({});
    aServer(world);
    let handled = 0;
    await until(world, async () => {
      handled += await handle(world);
      expect(handled).toBe(15);
    });
  });

  it('a step of a server that was overtaken, or whose replay was cancelled, changes nothing', async () => {
    const world = await withFailed(engine, { T1: 3 });
    await createReplay(world.store, { filter: {}, ...asked });
    const read = (await nextReplay(world.store)) ?? expect.fail('it runs');
    const [one, two, three] = await untaken(world.store, read, 10);
    await take(world.store, read, { seqs: [one?.seq ?? 0], afterSeq: one?.seq ?? 0 });
    await take(world.store, read, { seqs: [two?.seq ?? 0], afterSeq: two?.seq ?? 0 });
    expect(await due(world)).toEqual({ T1: 1 });
    const now = (await nextReplay(world.store)) ?? expect.fail('it runs');
    expect(await endReplay(world.store, now.id, { state: 'cancelled', atMs: 2 })).toBe(true);
    await take(world.store, now, { seqs: [three?.seq ?? 0], afterSeq: three?.seq ?? 0 });
    expect(await due(world)).toEqual({ T1: 1 });
  });

  it('failed events are given up some at a time, the oldest first', async () => {
    const world = await withFailed(engine, { T1: 3, T2: 2 });
    const given = async (filter: Parameters<typeof discardSome>[1], most: number) =>
      (await discardSome(world.store, filter, most)).map(({ eventId }) => eventId).toSorted();
    expect(await given({ teamId: 'T1' }, 2)).toEqual(['T1-0', 'T1-1']);
    const left = await world.store.all("select event_id from inbox where state = 'failed' order by seq");
    expect(left.map((row) => row.event_id)).toEqual(['T1-2', 'T2-0', 'T2-1']);
    expect(await given({}, 100)).toEqual(['T1-2', 'T2-0', 'T2-1']);
    expect(await given({}, 100)).toEqual([]);
  });
});

it('counting what a replay would take looks up each team once, however many of its events failed', async () => {
  const { store } = await withFailed('postgres', { T1: 300, T2: 100 });
  for (const [key, status] of Object.entries({ T1: 'active', T2: 'inactive' })) {
    await store.run(
      `insert into installation (key, is_enterprise, status, install, refresh, changed_seq, shard, created_at_ms, installed_at_ms)
       values ($1, 0, $2, 1, 0, 1, 0, 0, 0)`,
      [key, status],
    );
    await store.run(`insert into team (team_id, installation_key, access, search) values ($1, $1, 'granted', '')`, [
      key,
    ]);
  }
  const read = await rowsRead(
    store,
    async (watched) => expect(await countReplayable(watched, {})).toEqual({ replayable: 300, leftOut: 100 }),
    'team',
  );
  // Two teams, and what the planner looks at by itself; each of the 400 events would be one more.
  expect(read).toBeLessThanOrEqual(10);
});
