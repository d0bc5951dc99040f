/** What a process that died owed its hooks is told by the next one, once. Real rows; the death is a hook that never settles. */
import { describe, expect, it } from 'vitest';
import type { HookEmitter } from '../events.ts';
import { createVault } from '../installation/sealing.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { createInstallationRepository } from '../team/installation-repository.ts';
import { createOwedHooksRows } from '../team/owed-hooks-repository.ts';
import { TestClock } from '../time/test-clock.ts';
import { OwedHooks } from './owed-hooks.ts';

describe.each(engines)('what hooks are owed on %s', (engine) => {
  async function aDatabase() {
    const store = await openTestStore({ engine });
    const clock = new TestClock(1_000);
    const vault = createVault([new Uint8Array(32).fill(1)]);
    const installations = createInstallationRepository({ store, vault, clock });
    const told: string[] = [];
    const server = (name: string, { diesAtHook = false, owns = true } = {}) => {
      const emit: HookEmitter['emit'] = (hook, payload) => {
        if (diesAtHook) return new Promise(() => {});
        told.push(`${name}: ${hook} ${JSON.stringify(payload)}`);
        return Promise.resolve();
      };
      const rows = createOwedHooksRows(store);
      return new OwedHooks({
        hooks: { emit },
        rows,
        owner: { owns: () => owns },
        isFirst: () => owns,
        log: { warn() {} },
      });
    };
    /** As the purger does it. */
    const purge = async (key: string) => {
      const bot = { token: `xoxb-test-${key}`, scopes: [], expiresAtMs: null };
      await installations.recordInstall({
        key,
        isEnterprise: false,
        appId: 'A1',
        bot,
        users: [],
        team: { teamId: key, name: null, domain: null, botUserId: null, botId: null },
      });
      await store.run(
        `update installation set status = 'inactive', reason = 'token_revoked', since_ms = 1 where key = $1`,
        [key],
      );
      const view = await installations.find(key);
      const version = view?.installation.version ?? expect.fail('it is there');
      const outcome = await installations.purge(key, { version, sinceMs: 1, isToBeTold: true });
      return { key, install: version.install, teamIds: outcome?.teamIds ?? [] };
    };
    return { store, told, server, purge };
  }

  it('is a purge that was not told: the next process tells it, and nobody again', async () => {
    const { told, server, purge } = await aDatabase();
    server('a', { diesAtHook: true }).purged(await purge('T1'));
    const told2 = await purge('T2');
    const b = server('b');
    b.purged(told2);
    await b.settled();
    const c = server('c');
    await c.catchUp();
    await c.settled();
    await server('d').catchUp();
    expect(told).toEqual(['b: purged {"teamId":"T2"}', 'c: purged {"teamId":"T1"}']);
  });

  it('is left to the owner, and told once while the hook runs', async () => {
    const { told, server, purge } = await aDatabase();
    await purge('T1');
    await server('elsewhere', { owns: false }).catchUp();
    const b = server('b');
    await b.catchUp();
    await b.catchUp();
    await b.settled();
    expect(told).toEqual(['b: purged {"teamId":"T1"}']);
  });

  it('is the begin or the end of an incident, as it is now', async () => {
    const { store, told, server } = await aDatabase();
    await store.run('update breaker set tripped_at_ms = 5');
    server('a', { diesAtHook: true }).incident(true);
    const b = server('b');
    await b.catchUp();
    await b.settled();
    await server('c').catchUp();
    await store.run('update breaker set tripped_at_ms = null');
    const d = server('d');
    await d.catchUp();
    await d.settled();
    await server('e').catchUp();
    expect(told).toEqual(['b: incident {"isOn":true}', 'd: incident {"isOn":false}']);
  });
});
