import { describe, expect, it } from 'vitest';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { isOwnersWrite } from './epoch-repository.ts';
import type { InstallationState } from './installation.ts';
import { createInstallationRepository } from './installation-repository.ts';
import { plainSealer } from './plain-sealer.test-kit.ts';
import { shardOf } from './shard.ts';

const INACTIVE: InstallationState = { kind: 'inactive', reason: 'account_inactive', sinceMs: 7 };
const HELD: InstallationState = { kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: 7 } };
const ENTRY = { kind: 'verdict', facts: {} } as const;
const EXPECTED = { version: { install: 1, refresh: 0 }, from: 'active' } as const;

/** An installation whose shard has had five owners. */
async function withTeam() {
  const store = await openTestStore({ engine: 'postgres' });
  const installations = createInstallationRepository({ store, vault: plainSealer, clock: new TestClock(1_000) });
  const bot = { token: 'xoxb-test-1', scopes: [], expiresAtMs: null };
  await installations.recordInstall({ key: 'T1', isEnterprise: false, appId: 'A1', bot, users: [], team: null });
  await store.run('update shard set epoch = 5 where shard = $1', [shardOf('T1')]);
  const statusNow = async () => (await installations.find('T1'))?.installation.state.kind;
  return { store, installations, statusNow };
}

describe('what a former owner decided', () => {
  it('is not written: a verdict, a verdict that the breaker counts, and a probe of an incident', async () => {
    const { installations, store, statusNow } = await withTeam();
    const former = { ...EXPECTED, epoch: 4 };
    expect(await installations.compareAndSetState('T1', former, INACTIVE, ENTRY)).toBe(false);
    const outcome = await installations.deactivateOrHold('T1', former, { inactive: INACTIVE, held: HELD }, ENTRY);
    expect(outcome).toEqual({ kind: 'stale' });
    await store.run('update installation set incident_since_ms = 1');
    await installations.setIncident('T1', former, null);
    expect((await installations.find('T1'))?.installation.incident).not.toBeNull();
    expect(await statusNow()).toBe('active');
  });

  it('is written by the owner, and by who decides without owning', async () => {
    const { installations, statusNow } = await withTeam();
    expect(await installations.compareAndSetState('T1', { ...EXPECTED, epoch: 5 }, HELD, ENTRY)).toBe(true);
    expect(await installations.compareAndSetState('T1', EXPECTED, INACTIVE, ENTRY)).toBe(true);
    expect(await statusNow()).toBe('inactive');
  });

  it('keeps a claim waiting that comes while it is written', async () => {
    const { store } = await withTeam();
    const claim =
      'update shard set epoch = epoch + 1 where shard in (select shard from shard where shard = $1 for update skip locked)';
    await store.transaction({ about: [] }, async (tx) => {
      expect(await isOwnersWrite(store, tx, { key: 'T1', epoch: 5 })).toBe(true);
      expect(await store.run(claim, [shardOf('T1')])).toBe(0);
    });
    expect(await store.run(claim, [shardOf('T1')])).toBe(1);
  });
});
