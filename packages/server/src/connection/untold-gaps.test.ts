/** Processes that have a team one after the other, on real databases: what one could not tell of a gap, the next one does. */
import { describe, expect, it, vi } from 'vitest';
import { type Engine, engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations } from '../team/installations.ts';
import { plainSealer } from '../team/plain-sealer.test-kit.ts';
import { shardOf } from '../team/shard.ts';
import { TestClock } from '../time/test-clock.ts';
import { UntoldGaps } from './untold-gaps.ts';

const bot = { token: 'xoxb-test-1', scopes: [], expiresAtMs: null };

async function withTeam(engine: Engine) {
  const clock = new TestClock(1_000_000);
  const store = await openTestStore({ engine });
  const installations = createInstallationRepository({ store, vault: plainSealer, clock });
  await installations.recordInstall({ key: 'T1', isEnterprise: false, appId: 'A1', bot, users: [], team: null });
  let failures = 0;
  const setUntoldGaps: Installations['setUntoldGaps'] = async (gaps) => {
    if (failures-- > 0) throw new Error('The database is away');
    await installations.setUntoldGaps(gaps);
  };
  const rows = { setUntoldGaps };
  let epoch = engine === 'postgres' ? 0 : 1;
  /** A process that has the shard of the team from now on, as only it believes when the database does not say so. */
  const owner = async ({ isInRows = true } = {}) => {
    const own = isInRows ? ++epoch : epoch - 1;
    if (isInRows) await store.run('update shard set epoch = $2 where shard = $1', [shardOf('T1'), epoch]);
    return new UntoldGaps({ installations: rows, owner: { epochOf: () => own }, clock, log: { warn() {} } });
  };
  const row = async () => {
    const view = await installations.find('T1');
    if (!view) throw new Error('There is no T1');
    return view;
  };
  const written = async (sinceMs: number | undefined) =>
    await vi.waitFor(async () => expect((await row()).untoldGapSinceMs).toBe(sinceMs), 5_000);
  return { clock, owner, row, written, fail: (times: number) => (failures = times) };
}

describe.each(engines)('a gap on %s', (engine) => {
  it('that a process did not tell before it died is taken by the next one, once, and by nobody when hooks were told', async () => {
    const { owner, row, written } = await withTeam(engine);
    const dead = await owner();
    expect(dead.take(await row())).toBeUndefined();
    dead.begun('T1', 5_000);
    await written(5_000);
    dead.ended('T1', new Promise(() => {}));
    // Whatever it would write is written by now.
    await new Promise((resolve) => setImmediate(resolve));
    await dead.settled([]);
    const next = await owner();
    expect(next.take(await row())).toBe(5_000);
    expect(next.take(await row())).toBeUndefined();
    await written(5_000);
    next.ended('T1', Promise.resolve());
    await next.settled();
    expect((await row()).untoldGapSinceMs).toBeUndefined();
    expect((await owner()).take(await row())).toBeUndefined();
  });

  it('is written as the first of several that hooks do not know of', async () => {
    const { owner, row, written } = await withTeam(engine);
    const gaps = await owner();
    gaps.take(await row());
    const slow = Promise.withResolvers<void>();
    gaps.begun('T1', 5_000);
    gaps.ended('T1', slow.promise);
    gaps.begun('T1', 9_000);
    await written(5_000);
    slow.resolve();
    await written(9_000);
    gaps.ended('T1', Promise.resolve());
    await written(undefined);
  });

  it('is none any more when the team is not active', async () => {
    const { owner, row, written } = await withTeam(engine);
    const before = await owner();
    before.begun('T1', 5_000);
    await written(5_000);
    const next = await owner();
    next.close(await row());
    await written(undefined);
    next.begun('T1', 7_000);
    await written(7_000);
    next.close(await row());
    await written(undefined);
  });

  it('is written a second after the database did not take it', async () => {
    const { clock, owner, written, fail } = await withTeam(engine);
    const gaps = await owner();
    fail(1);
    gaps.begun('T1', 5_000);
    await written(undefined);
    await clock.advance(1_000);
    await written(5_000);
  });
});

it('a former owner writes nothing over what the next one knows', async () => {
  const { owner, row, written } = await withTeam('postgres');
  const current = await owner();
  current.begun('T1', 9_000);
  await written(9_000);
  const former = await owner({ isInRows: false });
  former.begun('T1', 5_000);
  await former.settled();
  expect((await row()).untoldGapSinceMs).toBe(9_000);
});
