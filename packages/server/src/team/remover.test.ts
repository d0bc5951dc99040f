/** A removal is asked once, told in order, and gives way to whatever happens to the row meanwhile. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Permission } from '../events.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createInstallationRepository } from './installation-repository.ts';
import type { InstallInput } from './installations.ts';
import { plainSealer } from './plain-sealer.test-kit.ts';
import { Remover, type RemoverDeps } from './remover.ts';

const INSTALL: InstallInput = {
  key: 'T1',
  isEnterprise: false,
  appId: null,
  bot: { token: 'xoxb-test-1', scopes: [], expiresAtMs: null },
  users: [],
  team: { teamId: 'T1', name: null, domain: null, botUserId: null, botId: null },
};

const YES: Permission = { allowed: true };

describe.each(engines)('a removal on %s', (engine) => {
  /** T1, active, which an operator wants removed. */
  async function someRemoval(deps: Partial<RemoverDeps> = {}) {
    const clock = new TestClock(1_000);
    const store = await openTestStore({ engine, clock });
    const installations = createInstallationRepository({ store, vault: plainSealer, clock });
    await installations.recordInstall(INSTALL);
    const asked: object[] = [];
    const swept: string[] = [];
    const answers: (Permission | Promise<Permission>)[] = [];
    const remover = new Remover({
      installations,
      owner: { owns: () => true, epochOf: () => undefined },
      async mayPurge(facts) {
        asked.push(facts);
        return (await answers.shift()) ?? YES;
      },
      installsSettled: async () => {},
      onPurged() {},
      audited: (_key, work) => work(),
      auditedRefusal: (_key, _why, work) => work(),
      onRoundEnded: async (teamIds) => void swept.push(...teamIds),
      clock,
      log: { info() {}, error() {} },
      ...deps,
    });
    onTestFinished(() => remover.stop());
    await installations.askRemoval('T1');
    /** As the follower does with a row that changed. */
    const follow = async () => {
      const view = await installations.find('T1');
      if (view) remover.observe(view);
    };
    const state = async () => (await installations.find('T1'))?.installation.state;
    return { clock, store, installations, remover, asked, answers, swept, follow, state };
  }

  it('deactivates first, and deletes when that was followed; the hooks are asked once', async () => {
    const { asked, swept, follow, state } = await someRemoval();
    await follow();
    await expect.poll(state).toMatchObject({ kind: 'inactive', reason: 'operator', sinceMs: 1_000 });
    expect(swept).toEqual([]);
    await follow();
    await expect.poll(state).toBeUndefined();
    await expect.poll(() => swept).toEqual(['T1']);
    expect(asked).toEqual([{ teamId: 'T1', reason: 'operator', sinceMs: 1_000, by: 'operator' }]);
  });

  it('is taken back when a hook keeps the team, with why', async () => {
    const { installations, answers, follow } = await someRemoval();
    answers.push({ allowed: false, message: 'they still owe us' });
    await follow();
    const isAsked = async () => (await installations.find('T1'))?.installation.isToBeRemoved;
    await expect.poll(isAsked).toBe(false);
    expect((await installations.find('T1'))?.installation.state).toMatchObject({ kind: 'active' });
    const [newest] = await installations.timeline('T1');
    expect(newest).toMatchObject({ kind: 'removal_refused', facts: { why: 'they still owe us' } });
  });

  it('means no later install: who registers again while the hooks are asked stays', async () => {
    const { installations, answers, remover, follow, state } = await someRemoval();
    const { promise, resolve } = Promise.withResolvers<Permission>();
    answers.push(promise);
    await follow();
    await installations.recordInstall({ ...INSTALL, bot: { token: 'xoxb-test-2', scopes: [], expiresAtMs: null } });
    await follow();
    resolve(YES);
    await remover.stop();
    expect(await state()).toMatchObject({ kind: 'active' });
    expect((await installations.find('T1'))?.installation.isToBeRemoved).toBe(false);
  });

  it('goes on half a minute after a failure of the store', async () => {
    const failing = { isOn: true };
    const { clock, installations, follow, state } = await someRemoval({
      installsSettled: async () => {},
      owner: {
        owns: () => true,
        epochOf() {
          if (failing.isOn) throw new Error('the store is away');
          return undefined;
        },
      },
    });
    await follow();
    await expect.poll(() => clock.pendingTimers).toBeGreaterThan(0);
    expect(await state()).toMatchObject({ kind: 'active' });
    failing.isOn = false;
    await clock.advance(30_000);
    await expect.poll(state).toMatchObject({ kind: 'inactive' });
    expect((await installations.find('T1'))?.installation.isToBeRemoved).toBe(true);
  });

  it.each(['it stops', 'its next look'])(
    'leaves no timer when the store fails and, during %s, it is stopped',
    async (when) => {
      const away = Promise.withResolvers<never>();
      away.promise.catch(() => {});
      const error = new Error('the store is away');
      let looks = 0;
      const { clock, remover, installations, follow } = await someRemoval({
        installsSettled: async () => {},
        owner: {
          owns: () => true,
          epochOf() {
            throw error;
          },
        },
        ...(when === 'it stops' && { mayPurge: () => away.promise }),
      });
      const find = installations.find.bind(installations);
      await follow();
      if (when === 'its next look') {
        await expect.poll(() => clock.pendingTimers).toBeGreaterThan(0);
        installations.find = (key) => (++looks > 0 ? away.promise : find(key));
        await clock.advance(30_000);
        await expect.poll(() => looks).toBe(1);
      }
      const stopped = remover.stop();
      away.reject(error);
      await stopped;
      await new Promise((resolve) => setImmediate(resolve));
      expect(clock.pendingTimers).toBe(0);
    },
  );
});
