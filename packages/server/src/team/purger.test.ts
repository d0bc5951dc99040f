import { describe, expect, it, onTestFinished } from 'vitest';
import type { BotServerHook } from '../events.ts';
import { Hooks } from '../hooks/hooks.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createInstallationRepository } from './installation-repository.ts';
import { plainSealer } from './plain-sealer.test-kit.ts';
import { Purger, type PurgerDeps } from './purger.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const INACTIVE = { kind: 'inactive', reason: 'account_inactive', sinceMs: 1_000 } as const;
const VERDICT = { kind: 'verdict', facts: {} } as const;

describe.each(engines)('the purge of inactive teams on %s', (engine) => {
  /** T1 and T2 since the first second inactive, T3 active; purged after three days. */
  async function someTeams({ purging, ...deps }: Partial<PurgerDeps> & { purging?: BotServerHook<'purging'> } = {}) {
    const clock = new TestClock(1_000);
    const store = await openTestStore({ engine, clock });
    const installations = createInstallationRepository({ store, vault: plainSealer, clock });
    const hooks = new Hooks({ clock, log: { error() {} } });
    if (purging) hooks.on('purging', purging);
    const install = (teamId: string) =>
      installations.recordInstall({
        key: teamId,
        isEnterprise: false,
        appId: null,
        bot: { token: `xoxb-${teamId}`, scopes: [], expiresAtMs: null },
        users: [],
        team: { teamId, name: null, domain: null, botUserId: null, botId: null },
      });
    for (const teamId of ['T1', 'T2', 'T3']) await install(teamId);
    const inactivate = (key: string, sinceMs: number = INACTIVE.sinceMs) =>
      installations.compareAndSetState(
        key,
        { version: { install: 1, refresh: 0 }, from: 'active' },
        { ...INACTIVE, sinceMs },
        VERDICT,
      );
    await inactivate('T1');
    await inactivate('T2');
    const purged: string[] = [];
    /** What other nodes own. */
    const elsewhere = new Set<string>();
    const rounds: string[][] = [];
    const purger = new Purger({
      owner: { owns: (key) => !elsewhere.has(key), epochOf: () => undefined },
      installations,
      purgeAfterMs: 3 * DAY_MS,
      mayPurge: (facts) => hooks.mayPurge(facts),
      installsSettled: async () => {},
      onPurged: (_installation, { teamIds }) => void purged.push(...teamIds),
      onRoundEnded: async (teamIds) => void rounds.push([...teamIds]),
      clock,
      log: { info() {}, error() {} },
      ...deps,
    });
    purger.start();
    onTestFinished(() => purger.stop());
    const keys = async () => (await installations.list({ limit: 10 })).map(({ installation }) => installation.key);
    const pass = async (ms: number) => {
      for (let left = ms; left > 0; left -= HOUR_MS) await clock.advance(Math.min(left, HOUR_MS));
    };
    return { clock, store, installations, install, inactivate, purged, elsewhere, rounds, purger, keys, pass };
  }

  it('leaves a team to the node that owns it', async () => {
    const { keys, purged, elsewhere, pass } = await someTeams();
    elsewhere.add('T1');
    await pass(4 * DAY_MS);
    expect(await keys()).toEqual(['T1', 'T3']);
    expect(purged).toEqual(['T2']);
  });

  it('takes a team within an hour after its days are over, and leaves the others alone', async () => {
    const { inactivate, keys, purged, rounds, pass } = await someTeams();
    await inactivate('T3', 1_000 + HOUR_MS * 5);
    await pass(3 * DAY_MS);
    expect(await keys()).toEqual(['T1', 'T2', 'T3']);
    await pass(HOUR_MS);
    expect(await keys()).toEqual(['T3']);
    expect(purged).toEqual(['T1', 'T2']);
    expect(rounds).toEqual([['T1', 'T2']]);
    await pass(5 * HOUR_MS);
    expect(await keys()).toEqual([]);
  });

  it('never takes a team that is active', async () => {
    const { keys, pass } = await someTeams();
    await pass(6 * DAY_MS);
    expect(await keys()).toEqual(['T3']);
  });

  it('is told to the hooks before, with reason and since when', async () => {
    const asked: unknown[] = [];
    const { pass } = await someTeams({ purging: (facts) => void asked.push(facts) });
    await pass(3 * DAY_MS + HOUR_MS);
    const facts = { reason: 'account_inactive', sinceMs: 1_000, by: 'age' };
    expect(asked).toEqual([
      { teamId: 'T1', ...facts },
      { teamId: 'T2', ...facts },
    ]);
  });

  it.each<[string, BotServerHook<'purging'>]>([
    ['vetoes', () => ({ veto: 'they still owe us' })],
    [
      'throws',
      () => {
        throw new Error('no database');
      },
    ],
    ['never settles', () => new Promise<never>(() => {})],
  ])('keeps a team whose hook %s, and asks again a day later', async (_how, hook) => {
    const asked: string[] = [];
    const { keys, pass } = await someTeams({
      purging: (facts) => {
        if (facts.teamId === 'T1' && asked.push(facts.teamId) === 1) return hook(facts);
      },
    });
    await pass(3 * DAY_MS + 2 * HOUR_MS);
    expect(await keys()).toEqual(['T1', 'T3']);
    await pass(21 * HOUR_MS);
    expect(asked).toEqual(['T1']);
    await pass(3 * HOUR_MS);
    expect(asked).toEqual(['T1', 'T1']);
    expect(await keys()).toEqual(['T3']);
  });

  it('loses to a re-install while the hook is asked: nothing is deleted', async () => {
    let reinstall: () => Promise<unknown> = async () => {};
    const { installations, install, keys, purged, pass } = await someTeams({
      purging: async ({ teamId }) => {
        if (teamId === 'T1') await reinstall();
      },
    });
    reinstall = () => install('T1');
    await pass(3 * DAY_MS + HOUR_MS);
    expect(await keys()).toEqual(['T1', 'T3']);
    expect(purged).toEqual(['T2']);
    const view = await installations.find('T1');
    expect(view?.installation).toMatchObject({ version: { install: 2, refresh: 0 }, state: { kind: 'active' } });
    expect((await installations.botCredential('T1'))?.token).toBe('xoxb-T1');
    expect((await installations.timeline('T1')).map(({ kind }) => kind)).toEqual([
      'reactivated',
      'verdict',
      'installed',
    ]);
  });

  it('waits for an install that Slack has granted and that is not written yet', async () => {
    let install: () => Promise<unknown> = async () => {};
    const deps = { installsSettled: async () => void (await install()) };
    const scene = await someTeams(deps);
    install = () => scene.install('T1');
    await scene.pass(3 * DAY_MS + HOUR_MS);
    expect(await scene.keys()).toEqual(['T1', 'T3']);
    expect((await scene.installations.find('T1'))?.installation.state.kind).toBe('active');
  });

  it('leaves alone what is still asked about: by the operator, or after an incident', async () => {
    const { store, installations, keys, pass } = await someTeams();
    await installations.setRequest('T1', 'probe');
    await store.run("update installation set incident_since_ms = 1000 where key = 'T2'");
    await pass(3 * DAY_MS + HOUR_MS);
    expect(await keys()).toEqual(['T1', 'T2', 'T3']);
  });

  it('stops without taking anything more', async () => {
    const { promise: answer, resolve } = Promise.withResolvers<void>();
    const { purger, keys, pass } = await someTeams({ purging: () => answer });
    await pass(3 * DAY_MS + HOUR_MS);
    const stopped = purger.stop();
    resolve();
    await stopped;
    expect(await keys()).toEqual(['T1', 'T2', 'T3']);
  });
});
