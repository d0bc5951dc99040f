import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createVault } from '../installation/sealing.ts';
import type { Store } from '../store/store.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { systemClock } from '../time/clock.ts';
import { TestClock } from '../time/test-clock.ts';
import { createInstallationRepository } from './installation-repository.ts';
import type { Installations, InstallationView, InstallInput } from './installations.ts';
import { RowWatcher } from './row-watcher.ts';
import { toldOf } from './told-team.ts';

let clock: TestClock;
let installations: Installations;
let store: Store;
/** Keys with their install, as the watcher told them. */
let told: string[];
/** What following a row does instead of succeeding. */
let failing: Set<string>;
let watcher: RowWatcher;

beforeEach(async () => {
  clock = new TestClock();
  store = await openTestStore({ clock });
  installations = createInstallationRepository({ store, vault: createVault([new Uint8Array(32).fill(7)]), clock });
  told = [];
  failing = new Set();
  watcher = new RowWatcher({ installations, clock, log: { error() {}, warn() {} } });
});

describe('the row watcher', () => {
  it('tells every row once at the start, and changes when they come', async () => {
    await install('T1');
    expect(await watcher.start(follow)).toBe(1);
    await install('T2');
    await pass(1_000);
    await pass(5_000);
    expect(told).toEqual(['T1 1', 'T2 1']);
    await watcher.stop();
  });

  it('tells a row again that could not be followed, until it can be', async () => {
    failing.add('T1');
    await install('T1');
    await install('T2');
    await watcher.start(follow);
    await pass(2_000);
    expect(told).toEqual(['T2 1']);
    failing.clear();
    await pass(1_000);
    await pass(5_000);
    expect(told).toEqual(['T2 1', 'T1 1']);
    await watcher.stop();
  });

  it('tells rows once more that somebody asks for, changed or not, and asks no more for one that is gone', async () => {
    await install('T1');
    await install('T2');
    await watcher.start(follow);
    watcher.tellAgain(['T2', 'T9']);
    await pass(0);
    await pass(5_000);
    expect(told).toEqual(['T1 1', 'T2 1', 'T2 1']);
    await watcher.stop();
  });

  it.each(['at the start', 'later'])(
    'tells no row as it was before somebody asked for rows once more, %s',
    async (when) => {
      await install('T1');
      let isMoving = when === 'at the start';
      // Its former owner notes what it has told, and lets go of it, between the read of the row and its telling.
      const credentialsOf: Installations['credentialsOf'] = async (keys) => {
        const credentials = await installations.credentialsOf(keys);
        if (isMoving) {
          isMoving = false;
          const [view] = await installations.changedSince(0, 1);
          if (!view) throw new Error('no row');
          const { key, createdAtMs, version, state } = view.installation;
          const teams = new Map(view.teams.map((team) => [team.teamId, toldOf(team)]));
          await installations.setTold([{ key, createdAtMs, install: version.install, state, teams, epoch: undefined }]);
          moving.tellAgain(when === 'at the start' ? [] : ['T1']);
        }
        return credentials;
      };
      const seen: string[] = [];
      const moving = new RowWatcher({
        installations: { ...installations, credentialsOf },
        clock,
        log: { error() {}, warn() {} },
      });
      const count = await moving.start(async ({ installation, told: by }) => {
        seen.push(`${installation.key} ${installation.version.install}, told of ${by?.install ?? 'nothing'}`);
      });
      expect(count).toBe(1);
      if (when === 'at the start') expect(seen).toEqual(['T1 1, told of 1']);
      else {
        isMoving = true;
        await install('T1');
        await pass(1_000);
        await pass(5_000);
        expect(seen).toEqual(['T1 1, told of nothing', 'T1 2, told of 2']);
      }
      await moving.stop();
    },
  );

  it('tells of an installation that was deleted, by whomever, and which install that was', async () => {
    const purged: string[] = [];
    watcher = new RowWatcher({
      installations,
      onPurged: (key, n) => purged.push(`${key} ${n}`),
      clock,
      log: { error() {}, warn() {} },
    });
    await install('T1');
    await watcher.start(follow);
    const version = { install: 1, refresh: 0 };
    const gone = { kind: 'inactive', reason: 'operator', sinceMs: 7 } as const;
    await installations.compareAndSetState('T1', { version, from: 'active' }, gone, { kind: 'verdict', facts: {} });
    await pass(1_000);
    await installations.purge('T1', { version, sinceMs: 7 });
    await pass(1_000);
    await pass(5_000);
    expect(purged).toEqual(['T1 1']);
    await watcher.stop();
  });

  it('reads everything anew, and tells what is gone, when the database was taken back to an older state', async () => {
    const gone: string[] = [];
    const known = new Set<string>();
    watcher = new RowWatcher({
      installations,
      onPurged: (key) => gone.push(key),
      known: () => known,
      clock,
      log: { error() {}, warn() {} },
    });
    await install('T1');
    await watcher.start(async (view) => {
      known.add(view.installation.key);
      await follow(view);
    });
    await install('T1');
    await install('T2');
    await pass(1_000);
    expect(told).toEqual(['T1 1', 'T1 2', 'T2 1']);
    for (const sql of [
      "delete from installation where key = 'T2'",
      "update installation set install = 1, changed_seq = 1 where key = 'T1'",
      'update credential set install = 1',
      'update meta set change_counter = 1',
    ])
      await store.run(sql);
    // Under a number that was drawn and read before.
    await install('T3');
    await pass(1_000);
    await pass(5_000);
    expect(told).toEqual(['T1 1', 'T1 2', 'T2 1', 'T1 1', 'T3 1']);
    expect(gone).toEqual(['T2']);
    await watcher.stop();
  });

  it('goes on where it was when the row that it read last is deleted', async () => {
    await install('T1');
    await install('T2');
    await watcher.start(follow);
    const version = { install: 1, refresh: 0 };
    const state = { kind: 'inactive', reason: 'operator', sinceMs: 7 } as const;
    await installations.compareAndSetState('T2', { version, from: 'active' }, state, { kind: 'verdict', facts: {} });
    await pass(1_000);
    await installations.purge('T2', { version, sinceMs: 7 });
    await pass(1_000);
    await pass(5_000);
    await install('T3');
    await pass(1_000);
    // Its install counts on from that of the one that is gone.
    expect(told).toEqual(['T1 1', 'T2 1', 'T2 1', 'T3 2']);
    await watcher.stop();
  });

  it('tells a row that could not be followed as it is now', async () => {
    await watcher.start(follow);
    failing.add('T1');
    await install('T1');
    await pass(1_000);
    failing.clear();
    await install('T1');
    await pass(1_000);
    await pass(5_000);
    expect(told).toEqual(['T1 2']);
    await watcher.stop();
  });

  it('looks once more after its start when it was woken before', async () => {
    watcher.wake();
    await install('T1');
    const started = watcher.start(follow);
    await install('T2');
    watcher.wake();
    await started;
    await pass(0);
    expect(told).toEqual(['T1 1', 'T2 1']);
    expect(clock.pendingTimers).toBe(1);
    await watcher.stop();
  });

  it('reads the credentials of a page at once, and none of an installation that may not act', async () => {
    for (const key of ['T1', 'T2', 'T3']) await install(key);
    const { version } = (await installations.find('T3'))?.installation ?? {};
    if (!version) throw new Error('no row');
    const inactive = { kind: 'inactive', reason: 'account_inactive', sinceMs: 1 } as const;
    await installations.compareAndSetState('T3', { version, from: 'active' }, inactive, {
      kind: 'verdict',
      facts: {},
    });
    const asked: (readonly string[])[] = [];
    const credentialsOf: Installations['credentialsOf'] = (keys) => {
      asked.push(keys);
      return installations.credentialsOf(keys);
    };
    const seen: string[] = [];
    const counting = new RowWatcher({
      installations: { ...installations, credentialsOf },
      clock,
      log: { error() {}, warn() {} },
    });
    await counting.start(async ({ installation }, { bot }) => {
      seen.push(`${installation.key} ${bot?.token ?? 'none'}`);
    });
    expect(asked).toEqual([['T1', 'T2']]);
    expect(seen).toEqual(['T1 xoxb-T1', 'T2 xoxb-T2', 'T3 none']);
    await counting.stop();
  });

  it('leaves no timer when it is stopped during its start', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = new RowWatcher({ installations, clock, log: { error() {}, warn() {} } });
    await install('T1');
    const started = slow.start(() => promise);
    const stopped = slow.stop();
    resolve();
    await Promise.all([started, stopped]);
    expect(clock.pendingTimers).toBe(0);
  });
});

function follow({ installation: { key, version } }: InstallationView): Promise<void> {
  if (failing.has(key)) return Promise.reject(new Error('disk full'));
  told.push(`${key} ${version.install}`);
  return Promise.resolve();
}

/** Rows are read over a worker thread: several turns until a poll has ended. */
async function pass(ms: number): Promise<void> {
  await clock.advance(ms);
  for (let turn = 0; turn < 12; turn++) await clock.settle();
}

async function install(teamId: string): Promise<void> {
  await installations.recordInstall({
    key: teamId,
    isEnterprise: false,
    appId: null,
    bot: { token: `xoxb-${teamId}`, scopes: ['bot'], expiresAtMs: null },
    users: [],
    team: { teamId, name: null, domain: null, botUserId: null, botId: null },
  });
}

describe('the row watcher of another process', () => {
  it.each([
    ['within 250 ms, 99 times of 100, when notices arrive', 60_000, 250],
    ['within a second, and what a look takes, when they are lost', 1_000, 1_500],
  ])(
    'sees a change %s',
    async (_what, intervalMs, limitMs) => {
      const hasNotices = intervalMs > 1_000;
      const here = await openTestStore({ engine: 'postgres' });
      const there = await openTestStore({ engine: 'postgres', url: here.url });
      const vault = createVault([new Uint8Array(32).fill(7)]);
      const repositoryOn = (store: Store) => createInstallationRepository({ store, vault, clock: systemClock });
      const seenAtMs = new Map<string, number>();
      const other = new RowWatcher({
        installations: repositoryOn(there),
        clock: systemClock,
        log: { error() {}, warn() {} },
        intervalMs,
        ...(hasNotices && { notices: there.notices }),
      });
      await other.start(async ({ installation }) => void seenAtMs.set(installation.key, performance.now()));
      if (hasNotices) await vi.waitFor(() => expect(there.notices.isLive).toBe(true), { timeout: 5_000 });
      const tookMs: number[] = [];
      for (let n = 0; n < (hasNotices ? 100 : 3); n++) {
        await repositoryOn(here).recordInstall(anInstall(`T${n}`));
        const fromMs = performance.now();
        await vi.waitFor(() => expect(seenAtMs.has(`T${n}`)).toBe(true), { timeout: 5_000, interval: 5 });
        tookMs.push((seenAtMs.get(`T${n}`) ?? Number.POSITIVE_INFINITY) - fromMs);
      }
      await other.stop();
      tookMs.sort((a, b) => a - b);
      expect(tookMs[Math.ceil(tookMs.length * 0.99) - 1]).toBeLessThan(limitMs);
    },
    30_000,
  );
});

function anInstall(key: string): InstallInput {
  const bot = { token: `xoxb-test-${key}`, scopes: [], expiresAtMs: null };
  return { key, isEnterprise: false, appId: null, bot, users: [], team: null };
}
