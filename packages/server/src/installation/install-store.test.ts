/** The install flow on a real database: what is a row afterwards, and what two nodes do to it at once. */
import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import type { Installations } from '../team/installations.ts';
import { systemClock } from '../time/clock.ts';
import { aGrantAnswer, anIdentity, aReturnTo, BOT_TOKEN, InstallWorld } from './install-flow.test-kit.ts';
import type { InstallFlow } from './install-flow.ts';
import { createOAuthUses } from './oauth-use-repository.ts';
import { createVault } from './sealing.ts';

describe.each(engines)('the install flow on %s', (engine) => {
  let world: InstallWorld;
  let installations: Installations;
  let nodes: [InstallFlow, InstallFlow];

  beforeEach(async () => {
    world = new InstallWorld();
    const vault = createVault([randomBytes(32)]);
    const first = await openTestStore({ engine });
    const stores = [first, await openTestStore({ engine, url: first.url })] as const;
    installations = createInstallationRepository({ store: first, vault, clock: systemClock });
    const nodeOn = (store: (typeof stores)[number]) =>
      world.flow({
        installations: createInstallationRepository({ store, vault, clock: systemClock }),
        uses: createOAuthUses({ store, clock: systemClock }),
        clock: systemClock,
      });
    nodes = [nodeOn(stores[0]), nodeOn(stores[1])];
  });

  const aReturn = () => aReturnTo(nodes[0]);

  describe('an install', () => {
    it('makes an active team whose token can be read back', async () => {
      expect(await nodes[0].complete(aReturn())).toMatchObject({ kind: 'installed' });
      const view = await installations.find('T0ACME');
      expect(view?.installation).toMatchObject({ appId: 'A0APP', state: { kind: 'active', doubt: { kind: 'none' } } });
      expect(view?.teams).toMatchObject([{ teamId: 'T0ACME', name: 'Acme Ltd', domain: 'acme', botId: 'B0BOT' }]);
      expect((await installations.botCredential('T0ACME'))?.token).toBe(BOT_TOKEN);
    });

    it('brings a deactivated team back on its row, with a newer version and its timeline', async () => {
      await nodes[0].complete(aReturn());
      const before = await installations.find('T0ACME');
      await installations.compareAndSetState(
        'T0ACME',
        { version: { install: 1, refresh: 0 }, from: 'active' },
        { kind: 'inactive', reason: 'account_inactive', sinceMs: 1 },
        { kind: 'verdict', facts: {} },
      );
      expect(await nodes[1].complete(aReturn())).toMatchObject({ kind: 'reactivated' });
      const after = await installations.find('T0ACME');
      expect(after?.installation.createdAtMs).toBe(before?.installation.createdAtMs);
      expect(after?.installation).toMatchObject({ version: { install: 2, refresh: 0 }, state: { kind: 'active' } });
      expect((await installations.timeline('T0ACME')).map((entry) => entry.kind)).toContain('verdict');
    });

    it('happens once when both clicks of a double click reach different nodes', async () => {
      const back = aReturn();
      const clicks = [nodes[0], nodes[1], nodes[0], nodes[1]].map((node) => node.complete(back));
      expect(new Set((await Promise.all(clicks)).map((result) => result.kind))).toEqual(new Set(['installed']));
      expect(world.exchanged).toEqual(['code-1']);
      expect((await installations.find('T0ACME'))?.installation.version.install).toBe(1);
    });

    it.each<[string, Partial<InstallWorld>]>([
      ['grant_incomplete', { exchange: async () => aGrantAnswer({ bot: undefined }) }],
      ['wrong_team', { identify: async () => anIdentity({ teamId: 'T0OTHER' }) }],
      ['token_dead', { identify: async () => ({ kind: 'error', code: 'account_inactive' }) }],
      ['refused', { runInstalling: async () => ({ allowed: false }) }],
    ])('that ends with %s leaves no row', async (kind, changes) => {
      Object.assign(world, changes);
      expect(await nodes[0].complete(aReturn())).toMatchObject({ kind });
      expect(await installations.list({ limit: 10 })).toEqual([]);
    });
  });
});
