import { describe, expect, it } from 'vitest';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createHints } from './hint-repository.ts';
import { createInstallationRepository } from './installation-repository.ts';
import { plainSealer } from './plain-sealer.test-kit.ts';

describe.each(engines)('hints on %s', (engine) => {
  async function withTeam() {
    const store = await openTestStore({ engine });
    const installations = createInstallationRepository({ store, vault: plainSealer, clock: new TestClock(1_000) });
    const bot = { token: 'xoxb-test-1', scopes: [], expiresAtMs: null };
    await installations.recordInstall({ key: 'T1', isEnterprise: false, appId: 'A1', bot, users: [], team: null });
    return { hints: createHints({ store }), installations, store };
  }

  it('are told by a change of the row until they are taken', async () => {
    const { hints, installations } = await withTeam();
    const before = await installations.find('T1');
    await hints.leave('T1', { subject: 'signal bot', content: '"token_revoked"' });
    const [row] = await installations.changedSince(before?.installation.changedSeq ?? 0, 10);
    expect(row?.installation).toMatchObject({ key: 'T1', hasHints: true });
    const found = await hints.of('T1');
    expect(found).toEqual([{ subject: 'signal bot', content: '"token_revoked"' }]);
    await hints.forget('T1', found);
    expect(await hints.of('T1')).toEqual([]);
    expect((await installations.find('T1'))?.installation.hasHints).toBe(false);
  });

  it('change nothing when the same is left again', async () => {
    const { hints, installations } = await withTeam();
    await hints.leave('T1', { subject: 'signal bot', content: '1' });
    const seq = (await installations.find('T1'))?.installation.changedSeq ?? 0;
    await hints.leave('T1', { subject: 'signal bot', content: '1' });
    expect(await installations.changedSince(seq, 10)).toEqual([]);
    await hints.leave('T1', { subject: 'signal bot', content: '2' });
    expect(await hints.of('T1')).toEqual([{ subject: 'signal bot', content: '2' }]);
  });

  it('stay when they were replaced while they were taken', async () => {
    const { hints, installations } = await withTeam();
    await hints.leave('T1', { subject: 'uninstall', content: '1' });
    const found = await hints.of('T1');
    await hints.leave('T1', { subject: 'uninstall', content: '2' });
    await hints.forget('T1', found);
    expect(await hints.of('T1')).toEqual([{ subject: 'uninstall', content: '2' }]);
    expect((await installations.find('T1'))?.installation.hasHints).toBe(true);
  });

  it('of a team that is gone are no error', async () => {
    const { hints, store } = await withTeam();
    await store.run("delete from installation where key = 'T1'");
    await hints.leave('T1', { subject: 'uninstall', content: '1' });
    expect(await hints.of('T1')).toEqual([]);
  });
});
