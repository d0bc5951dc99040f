/** Rows of a clock that was ahead; what the judge makes of them is in judge.test.ts, the jobs' in jobs.test.ts. */
import { describe, expect, it, vi } from 'vitest';
import { createVault } from '../installation/sealing.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { clampFutureTimes } from './future-times-repository.ts';
import { createInstallationRepository } from './installation-repository.ts';
import { plantInstallations } from './planted-rows.test-kit.ts';
import { lastIncidentBeganMs, summarizeIncident } from './summary-repository.ts';
import type { TokenSealer } from './token-sealer.ts';

const NOW = 1_795_000_000_000;
const NEXT_YEAR = NOW + 365 * 86_400_000;
const ENTRY = { kind: 'verdict', facts: {} } as const;

const plain: TokenSealer = {
  seal: (token) => Buffer.from(token),
  open: (sealed) => Buffer.from(sealed).toString(),
  bindTeam: () => Buffer.from('bound'),
  provesTeam: () => true,
};

describe.each(engines)('times of next year, on %s', (engine) => {
  async function aRepository() {
    const clock = new TestClock(NOW);
    const store = await openTestStore({ engine });
    const installations = createInstallationRepository({ store, vault: plain, clock });
    for (const key of ['T1', 'T2', 'T3']) {
      await installations.recordInstall({
        key,
        isEnterprise: false,
        appId: null,
        bot: { token: `xoxb-test-${key}`, scopes: [], expiresAtMs: null },
        users: [],
        team: { teamId: key, name: key, domain: null, botUserId: null, botId: null },
      });
    }
    const expected = { version: { install: 1, refresh: 0 }, from: 'active' } as const;
    const set = (key: string, state: Parameters<typeof installations.compareAndSetState>[2]) =>
      installations.compareAndSetState(key, expected, state, ENTRY);
    const stateOf = async (key: string) => (await installations.find(key))?.installation.state;
    return { clock, store, installations, set, stateOf };
  }

  it('count from now, and every process is told', async () => {
    const { clock, store, installations, set, stateOf } = await aRepository();
    await set('T1', { kind: 'inactive', reason: 'account_inactive', sinceMs: NEXT_YEAR });
    await set('T2', { kind: 'active', doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: NEXT_YEAR } });
    await set('T3', { kind: 'inactive', reason: 'account_inactive', sinceMs: NOW - 5 });
    const seen = (await installations.changedSince(0, 10)).at(-1)?.installation.changedSeq ?? 0;
    expect(await clampFutureTimes({ store, clock })).toEqual({ installations: 2, isIncident: false });
    expect(await stateOf('T1')).toEqual({ kind: 'inactive', reason: 'account_inactive', sinceMs: NOW });
    expect(await stateOf('T2')).toMatchObject({ doubt: { kind: 'confirming', sinceMs: NOW } });
    expect(await stateOf('T3')).toMatchObject({ sinceMs: NOW - 5 });
    const changed = await installations.changedSince(seen, 10);
    expect(changed.map(({ installation }) => installation.key).toSorted()).toEqual(['T1', 'T2']);
    expect(await clampFutureTimes({ store, clock })).toEqual({ installations: 0, isIncident: false });
  });

  it('of a team without access count from now, and every process is told', async () => {
    const { clock, store, installations } = await aRepository();
    const setAccessTime = (ms: number) =>
      store.run("update team set access = 'revoked', access_since_ms = $1 where team_id = 'T1'", [ms]);
    const accessTime = async () => (await installations.find('T1'))?.teams[0]?.noAccessSinceMs;
    await setAccessTime(NEXT_YEAR);
    const seen = (await installations.changedSince(0, 10)).at(-1)?.installation.changedSeq ?? 0;
    expect(await clampFutureTimes({ store, clock })).toEqual({ installations: 1, isIncident: false });
    expect(await accessTime()).toBe(NOW);
    expect((await installations.changedSince(seen, 10)).map(({ installation }) => installation.key)).toEqual(['T1']);
    await setAccessTime(NOW - 5);
    expect(await clampFutureTimes({ store, clock })).toEqual({ installations: 0, isIncident: false });
    expect(await accessTime()).toBe(NOW - 5);
  });

  it('of an incident count from now, also where no installation has one', async () => {
    const { clock, store } = await aRepository();
    await store.run('update breaker set tripped_at_ms = $1, began_at_ms = $1', [NEXT_YEAR]);
    expect(await clampFutureTimes({ store, clock })).toEqual({ installations: 0, isIncident: true });
    expect(await summarizeIncident(store)).toEqual({ sinceMs: NOW, held: 0 });
    await store.run('update breaker set tripped_at_ms = null');
    expect(await lastIncidentBeganMs(store)).toBe(NOW);
    await store.run('update breaker set began_at_ms = $1', [NEXT_YEAR]);
    await clampFutureTimes({ store, clock });
    expect(await lastIncidentBeganMs(store)).toBe(NOW);
    await store.run('update breaker set tripped_at_ms = $1, began_at_ms = $1', [NOW - 5]);
    await clampFutureTimes({ store, clock });
    expect(await store.get('select tripped_at_ms, began_at_ms from breaker')).toEqual({
      tripped_at_ms: NOW - 5,
      began_at_ms: NOW - 5,
    });
  });

  it('count for the breaker no longer than its window', async () => {
    const { clock, store, installations } = await aRepository();
    for (const key of ['T2', 'T3'])
      await store.run('insert into breaker_count (installation_key, at_ms) values ($1, $2)', [key, NEXT_YEAR]);
    const expected = { version: { install: 1, refresh: 0 }, from: 'active' } as const;
    const inactive = { kind: 'inactive', reason: 'account_inactive', sinceMs: NOW } as const;
    const held = { kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: NOW } } as const;
    await installations.deactivateOrHold('T1', expected, { inactive, held }, ENTRY);
    await clock.advance(121_000);
    await installations.deactivateOrHold('T2', expected, { inactive, held }, ENTRY);
    const rows = await store.all('select installation_key from breaker_count');
    expect(rows).toEqual([{ installation_key: 'T2' }]);
  });
});

it('of next year count from now while a verdict has the breaker, which waits for none of their rows', async () => {
  const clock = new TestClock(NOW);
  const store = await openTestStore({ engine: 'postgres' });
  await plantInstallations({ store, vault: createVault([new Uint8Array(32)]) }, ['T1', 'T2']);
  await store.run('update installation set incident_since_ms = $1', [NEXT_YEAR]);
  await store.run('update breaker set tripped_at_ms = $1', [NEXT_YEAR]);
  let runs = 0;
  let clamping: ReturnType<typeof clampFutureTimes> | undefined;
  await store.transaction({ about: [] }, async (tx) => {
    runs += 1;
    await tx.enter('breaker');
    clamping ??= clampFutureTimes({ store, clock });
    const ahead = 'select key from installation where incident_since_ms > $1';
    await vi.waitFor(async () => expect(await store.all(ahead, [NOW])).toEqual([]), 8_000);
    await tx.run("update installation set incident_probes = 1 where key = 'T2'");
  });
  expect(await clamping).toEqual({ installations: 2, isIncident: true });
  expect(runs).toBe(1);
});
