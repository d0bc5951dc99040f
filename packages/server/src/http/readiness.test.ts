/** /readyz without a server: which word stands for what, how often the database is asked, and what anybody may read. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BotServerError } from '../errors.ts';
import { type ProbeOptions, proveEventsWritable } from '../inbox/write-probe-repository.ts';
import type { OwnershipState } from '../ownership/ownership.ts';
import { mountSmallDisk } from '../store/small-disk.test-kit.ts';
import { administer, createPostgresDatabase, engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { ReadinessCheck } from './readiness.ts';

const OK = { ready: true, checks: { store: 'ok', ownership: 'owning', teams: 'ok' } };

function aCheck(write: (options: ProbeOptions) => Promise<void>) {
  const clock = new TestClock();
  const log = { error: vi.fn(), info: vi.fn() };
  const state = { isBooted: true, state: 'owning' as OwnershipState, missingKeys: [] as string[] };
  const writes = vi.fn(write);
  const check = new ReadinessCheck({ write: writes, isBooted: () => state.isBooted, ownership: state, clock, log });
  return { clock, log, state, writes, check };
}

const fails = (facts: BotServerError['facts']) => new BotServerError('store_unavailable', 'secret host', { facts });

describe('readiness', () => {
  it.each([
    ['fenced', [], 'fenced', 'the lease on the database is over', false],
    ['fenced', [], 'fenced', 'start this one again', true],
    ['draining', [], 'draining', 'gives its work to the others', false],
    ['idle', [], 'starting', 'has not joined the others', false],
    ['owning', ['0123abcd'], 'key_missing', 'ENCRYPTION_KEYS lacks 0123abcd', false],
  ] as const)('is none while the node is %s and lacks %j', async (ownership, missingKeys, word, reason, isLost) => {
    const { state, check } = aCheck(async () => {});
    Object.assign(state, { state: ownership, missingKeys, isLost });
    const answer = await check.check();
    expect(answer).toMatchObject({ ready: false, checks: { store: 'ok', ownership: word, teams: 'ok' } });
    expect(answer.reasons?.ownership).toContain(reason);
  });

  it('asks the database once a second at most, whoever asks, and again when a second has passed', async () => {
    const { clock, writes, check } = aCheck(async () => {});
    expect(await Promise.all(Array.from({ length: 100 }, () => check.check()))).toEqual(Array(100).fill(OK));
    await clock.advance(999);
    await check.check();
    expect(writes).toHaveBeenCalledTimes(1);
    await clock.advance(1);
    await check.check();
    expect(writes).toHaveBeenCalledTimes(2);
  });

  it('knows since when nothing can be stored, until something is', async () => {
    const failure = fails({ trouble: 'disk_full' });
    const { clock, writes, check } = aCheck(async () => {
      throw failure;
    });
    const sinceMs = clock.now();
    check.noteCommit(failure);
    for (let n = 0; n < 3; n++) {
      await clock.advance(4_000);
      expect(await check.storeTrouble()).toEqual({ trouble: 'disk_full', sinceMs });
    }
    check.noteCommit();
    expect(await check.storeTrouble()).toBeUndefined();
    await clock.advance(5_000);
    expect(await check.storeTrouble()).toEqual({ trouble: 'disk_full', sinceMs: clock.now() });
    expect(writes).toHaveBeenCalled();
  });

  it('knows since when nothing can be stored although a probe that began before succeeds after', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, check } = aCheck(() => promise);
    const asked = check.storeTrouble();
    const sinceMs = clock.now();
    const full = { trouble: 'disk_full', sinceMs };
    check.noteCommit(fails({ trouble: 'disk_full' }));
    await clock.advance(1_000);
    resolve();
    expect(await asked).toEqual(full);
    await clock.advance(3_000);
    check.noteCommit(fails({ trouble: 'disk_full' }));
    expect(await check.storeTrouble()).toEqual(full);
  });

  it('does not know since when nothing can be stored when nothing was tried for long', async () => {
    const failure = fails({ trouble: 'disk_full' });
    const { clock, check } = aCheck(() => Promise.reject(failure));
    check.noteCommit(failure);
    const sinceMs = clock.now();
    await clock.advance(5 * 60_000);
    expect(await check.storeTrouble()).toEqual({ trouble: 'disk_full', sinceMs });
    await clock.advance(5 * 3_600_000);
    expect(await check.storeTrouble()).toEqual({ trouble: 'disk_full', sinceMs: clock.now() });
  });

  it('needs no probe while events are committed', async () => {
    const { clock, writes, check } = aCheck(async () => {});
    check.noteCommit();
    await clock.advance(999);
    expect(await check.check()).toEqual(OK);
    expect(writes).not.toHaveBeenCalled();
    await clock.advance(1);
    await check.check();
    expect(writes).toHaveBeenCalledOnce();
  });

  it('says what a commit failed of, until the probe knows better', async () => {
    const { clock, check } = aCheck(async () => {});
    check.noteCommit(fails({ sqliteCode: 13 }));
    await clock.advance(4_999);
    expect(await check.check()).toMatchObject({ ready: false, checks: { store: 'disk_full' } });
    await clock.advance(1);
    expect(await check.check()).toEqual(OK);
  });

  it('looks for room while the disk was full, until there is some', async () => {
    let isFull = true;
    const { clock, writes, check } = aCheck(async ({ needsRoom }) => {
      if (isFull && needsRoom) throw fails({ code: '53100' });
    });
    check.noteCommit(fails({ code: '53100' }));
    await clock.advance(5_000);
    for (const _ of [1, 2]) {
      expect(await check.check()).toMatchObject({ ready: false, checks: { store: 'disk_full' } });
      await clock.advance(1_000);
    }
    isFull = false;
    for (const _ of [1, 2]) {
      expect(await check.check()).toEqual(OK);
      await clock.advance(1_000);
    }
    expect(writes.mock.calls.map(([{ needsRoom }]) => needsRoom)).toEqual([true, true, true, false]);
  });

  it('believes a commit that finds the disk full while room is looked for', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, check } = aCheck(() => promise);
    check.noteCommit(fails({ code: '53100' }));
    await clock.advance(5_000);
    const looking = check.check();
    check.noteCommit(fails({ code: '53100' }));
    resolve();
    await looking;
    expect(await check.check()).toMatchObject({ ready: false, checks: { store: 'disk_full' } });
  });

  it('asks at once when a commit takes long, whatever the ones before were', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, writes, check } = aCheck(() => promise);
    check.noteCommit();
    check.noteSlow();
    const asked = check.check();
    await clock.advance(2_500);
    expect(await asked).toMatchObject({ ready: false, checks: { store: 'locked' } });
    resolve();
    check.noteCommit(fails({ sqliteCode: 13 }));
    check.noteSlow();
    expect(await check.check()).toMatchObject({ ready: false, checks: { store: 'disk_full' } });
    expect(writes).toHaveBeenCalledOnce();
  });

  it('takes a value that is refused for no trouble of the store', async () => {
    const { check } = aCheck(async () => {});
    check.noteCommit(new BotServerError('value_refused', 'no'));
    expect(await check.check()).toEqual(OK);
  });

  it('gives up a write that hangs, and does not send another behind it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock, writes, check } = aCheck(() => promise);
    const asked = check.check();
    await clock.advance(2_500);
    expect(await asked).toMatchObject({ ready: false, checks: { store: 'locked' } });
    await clock.advance(1_000);
    expect(await check.check()).toMatchObject({ ready: false, checks: { store: 'locked' } });
    expect(writes).toHaveBeenCalledOnce();
    resolve();
    await clock.advance(1_000);
    expect(await check.check()).toEqual(OK);
  });

  it('is not there before every team was read', async () => {
    const { state, check } = aCheck(async () => {});
    state.isBooted = false;
    expect(await check.check()).toEqual({
      ready: false,
      checks: { store: 'ok', ownership: 'owning', teams: 'starting' },
      reasons: { teams: 'the server is starting and has not read every team yet' },
    });
  });

  it.each([
    [{ sqliteCode: 11 }, 'damaged', 'the database is damaged'],
    [{ sqliteCode: 26 }, 'damaged', 'the database is damaged'],
    [{ sqliteCode: 13 }, 'disk_full', 'the disk of the database is full'],
    [{ sqliteCode: 8 }, 'read_only', 'the database is read-only'],
    [{ code: '53100' }, 'disk_full', 'the disk of the database is full'],
    [{ code: '25006' }, 'read_only', 'the database is read-only'],
    [{ code: '55P03' }, 'locked', 'somebody else has locked the database, or it takes too long to write'],
    [{ code: 'XX001' }, 'damaged', 'the database is damaged'],
    [{ code: 'ECONNREFUSED' }, 'unreachable', 'the database cannot be reached'],
    [{ code: '28P01' }, 'not_allowed', 'the database does not let the server in, or lets it do too little'],
    [{}, 'unavailable', 'the database fails'],
  ])('says of %j that it is %s, once in the log, and no secret', async (facts, word, reason) => {
    const { clock, log, check } = aCheck(() => Promise.reject(fails({ ...facts, path: '/secret/path' })));
    for (let asked = 0; asked < 3; asked++) {
      const answer = await check.check();
      expect(answer).toEqual({
        ready: false,
        checks: { store: word, ownership: 'owning', teams: 'ok' },
        reasons: { store: reason },
      });
      expect(JSON.stringify(answer)).not.toContain('secret');
      await clock.advance(1_000);
    }
    expect(log.error).toHaveBeenCalledOnce();
  });
});

describe.each(engines)('the probe of writing on %s', (engine) => {
  it('leaves nothing', async () => {
    const store = await openTestStore({ engine });
    const tables = engine === 'sqlite' ? ['inbox', 'inbox_batch', 'inbox_batch_payload'] : ['inbox'];
    await proveEventsWritable(store);
    await proveEventsWritable(store);
    await proveEventsWritable(store, { needsRoom: true });
    for (const table of tables) expect(await store.all(`select * from ${table}`)).toEqual([]);
  });
});

describe('the probe of writing', () => {
  it('finds a SQLite database that cannot grow', async () => {
    const store = await openTestStore();
    await proveEventsWritable(store);
    // Stands in for a full disk; test/readiness.test.ts has a real one.
    await store.run('create table filler (bytes blob)');
    await store.run('pragma max_page_count = 1');
    const fill = async () => {
      for (;;) await store.run('insert into filler values (zeroblob(8000))');
    };
    await expect(fill()).rejects.toMatchObject({ fix: 'Free space on the disk of the database.' });
    const { check } = aCheck(() => proveEventsWritable(store));
    expect(await check.check()).toMatchObject({ ready: false, checks: { store: 'disk_full' } });
  });

  it('finds a PostgreSQL whose disk is full, where rows can still be changed, and room when there is some', async (context) => {
    const disk = mountSmallDisk(32);
    if (typeof disk === 'string') return context.skip(disk);
    onTestFinished(() => disk.remove());
    execFileSync('chown', ['postgres', disk.path]);
    const database = await createPostgresDatabase();
    const name = new URL(database.url).pathname.slice(1);
    const adminUrl = Object.assign(new URL(database.url), { pathname: '/postgres' }).href;
    await administer(adminUrl, `create tablespace small_${name} location '${disk.path}'`);
    onTestFinished(() => administer(adminUrl, `drop tablespace small_${name}`));
    onTestFinished(() => database.drop());
    await administer(adminUrl, `alter database ${name} set tablespace small_${name}`);
    const store = await openTestStore({ engine: 'postgres', url: database.url });
    await proveEventsWritable(store, { needsRoom: true });
    const ballast = join(disk.path, 'ballast');
    expect(() => writeFileSync(ballast, Buffer.alloc(32 * 1024 ** 2))).toThrow('ENOSPC');
    const looking = proveEventsWritable(store, { needsRoom: true });
    await expect(looking).rejects.toThrow('its disk is full');
    await proveEventsWritable(store);
    rmSync(ballast);
    await proveEventsWritable(store, { needsRoom: true });
  });

  it('finds a PostgreSQL that became read-only', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const { clock, check } = aCheck(() => proveEventsWritable(store));
    expect(await check.check()).toEqual(OK);
    const name = new URL(store.url).pathname.slice(1);
    await administer(store.url, `alter database ${name} set default_transaction_read_only = on`);
    // The setting is for new connections.
    await administer(
      store.url,
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await vi.waitFor(async () => {
      await clock.advance(1_000);
      expect(await check.check()).toMatchObject({ ready: false, checks: { store: 'read_only' } });
    });
  });

  it.each(['share', 'access exclusive'])('finds a PostgreSQL whose inbox is locked in %s mode', async (mode) => {
    const store = await openTestStore({ engine: 'postgres' });
    const other = await openTestStore({ engine: 'postgres', url: store.url });
    const { clock, check } = aCheck(() => proveEventsWritable(store));
    const { promise: unlocked, resolve: unlock } = Promise.withResolvers<void>();
    const { promise: locked, resolve: lock } = Promise.withResolvers<void>();
    const locking = other.transaction({ about: [] }, async (tx) => {
      await tx.run(`lock table inbox in ${mode} mode`);
      lock();
      await unlocked;
    });
    await locked;
    const asked = check.check();
    await clock.advance(2_500);
    expect(await asked).toMatchObject({ ready: false, checks: { store: 'locked' } });
    unlock();
    await locking;
    await vi.waitFor(async () => {
      await clock.advance(1_000);
      expect(await check.check()).toEqual(OK);
    });
  });
});
