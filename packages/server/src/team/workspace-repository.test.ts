import { describe, expect, it } from 'vitest';
import type { Store, Transaction, TransactionOptions } from '../store/store.ts';
import { engines, openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import { createInstallationRepository } from './installation-repository.ts';
import type { Installations, InstallInput } from './installations.ts';
import { plainSealer } from './plain-sealer.test-kit.ts';

function anInstall(key: string, changes: Partial<InstallInput> = {}): InstallInput {
  const isEnterprise = key.startsWith('E');
  return {
    key,
    isEnterprise,
    appId: 'A1',
    bot: { token: `xoxb-test-${key}`, scopes: [], expiresAtMs: null },
    users: [],
    team: { teamId: key, name: `Name of ${key}`, domain: null, botUserId: `U${key}`, botId: `B${key}` },
    ...changes,
  };
}

const named = (...teamIds: string[]) => teamIds.map((teamId) => ({ teamId, name: `Name of ${teamId}` }));

describe.each(engines)('workspaces of an organization, on %s', (engine) => {
  async function anOrganization() {
    const clock = new TestClock(1_000);
    const store = await openTestStore({ engine });
    const installations = createInstallationRepository({ store, vault: plainSealer, clock });
    await installations.recordInstall(anInstall('E1'));
    const list = (workspaces: ReturnType<typeof named>, install = 1) =>
      installations.recordWorkspaces('E1', { install, workspaces });
    return { installations, list };
  }

  async function accessOf(installations: Installations, key: string) {
    const view = await installations.find(key);
    return Object.fromEntries((view?.teams ?? []).map(({ teamId, access }) => [teamId, access]));
  }

  async function deactivate(installations: Installations, key: string) {
    const { version } = (await installations.find(key))?.installation ?? expect.fail('there is one');
    const next = { kind: 'inactive', reason: 'account_inactive', sinceMs: 7 } as const;
    const entry = { kind: 'verdict', facts: {} } as const;
    expect(await installations.compareAndSetState(key, { version, from: 'active' }, next, entry)).toBe(true);
  }

  it('get rows with its bot, and one of its own has the organization', async () => {
    const { installations, list } = await anOrganization();
    expect(await list(named('T1', 'T2'))).toEqual({ granted: ['T1', 'T2'], revoked: [], contested: [] });
    const view = await installations.findByTeam('T2');
    expect(view?.installation).toMatchObject({ key: 'E1', isEnterprise: true, enterpriseId: 'E1' });
    expect(view?.teams.map(({ teamId, name, botUserId, botId }) => [teamId, name, botUserId, botId])).toEqual([
      ['E1', 'Name of E1', 'UE1', 'BE1'],
      ['T1', 'Name of T1', 'UE1', 'BE1'],
      ['T2', 'Name of T2', 'UE1', 'BE1'],
    ]);
    expect((await installations.timeline('E1'))[0]).toMatchObject({
      kind: 'access_granted',
      facts: { teams: 'T1 T2', count: 2, by: 'auth.teams.list' },
    });
  });

  it('are written by few statements, however many there are: a transaction has ten seconds', async () => {
    const clock = new TestClock(1_000);
    const store = await openTestStore({ engine });
    let statements = 0;
    const counting = (tx: Transaction): Transaction => ({
      alsoAbout: (...subjects) => tx.alsoAbout(...subjects),
      enter: (subject) => tx.enter(subject),
      notify: (topic) => tx.notify(topic),
      all: (...statement) => tx.all(...counted(statement)),
      get: (...statement) => tx.get(...counted(statement)),
      run: (...statement) => tx.run(...counted(statement)),
    });
    const counted = <Statement>(statement: Statement): Statement => {
      statements++;
      return statement;
    };
    const watchedStore: Store = Object.create(store, {
      transaction: {
        value(options: TransactionOptions, work: (tx: Transaction) => Promise<unknown>) {
          return store.transaction(options, (tx) => {
            statements = 0;
            return work(counting(tx));
          });
        },
      },
    });
    const installations = createInstallationRepository({ store, vault: plainSealer, clock });
    const watched = createInstallationRepository({ store: watchedStore, vault: plainSealer, clock });
    await installations.recordInstall(anInstall('E1'));
    const ids = Array.from({ length: 1_000 }, (_, place) => `T${place}`);
    const list = (workspaces: ReturnType<typeof named>) => watched.recordWorkspaces('E1', { install: 1, workspaces });
    // One that is named twice counts once.
    expect(await list(named(...ids, 'T0'))).toEqual({ granted: ids, revoked: [], contested: [] });
    expect(statements).toBeLessThan(40);
    expect(await list(named('T1'))).toMatchObject({ revoked: ids.filter((id) => id !== 'T1').toSorted() });
    expect(statements).toBeLessThan(40);
  });

  it('that are missing in the list lose access and keep their rows, and the organization keeps its own', async () => {
    const { installations, list } = await anOrganization();
    await list(named('T1', 'T2'));
    expect(await list(named('T2'))).toEqual({ granted: [], revoked: ['T1'], contested: [] });
    expect(await accessOf(installations, 'E1')).toEqual({ E1: 'granted', T1: 'revoked', T2: 'granted' });
    expect(await list(named('T1', 'T2'))).toMatchObject({ granted: ['T1'] });
    expect(await list([])).toMatchObject({ revoked: ['T1', 'T2'] });
    expect(await accessOf(installations, 'E1')).toMatchObject({ E1: 'granted' });
  });

  it('are told to nobody when nothing has changed', async () => {
    const { installations, list } = await anOrganization();
    await list(named('T1'));
    const before = await installations.find('E1');
    expect(await list(named('T1'))).toEqual({ granted: [], revoked: [], contested: [] });
    expect(await installations.find('E1')).toEqual(before);
  });

  it('are left alone by a list that an earlier install asked for, and by one of no organization', async () => {
    const { installations, list } = await anOrganization();
    await list(named('T1'));
    await installations.recordInstall(anInstall('E1'));
    expect(await list([], 1)).toEqual({ granted: [], revoked: [], contested: [] });
    expect(await accessOf(installations, 'E1')).toMatchObject({ T1: 'granted' });
    await installations.recordInstall(anInstall('T9'));
    const list9 = { install: 1, workspaces: named('T8') };
    expect(await installations.recordWorkspaces('T9', list9)).toMatchObject({ granted: [] });
    expect(await installations.findByTeam('T8')).toBeUndefined();
  });

  it('change by a word about some of them, and the others stay', async () => {
    const { installations, list } = await anOrganization();
    await list(named('T1', 'T2'));
    const change = (access: 'granted' | 'revoked', ...teamIds: string[]) =>
      installations.changeAccess('E1', { access, teamIds, by: `team_access_${access}` });
    expect(await change('revoked', 'T1', 'T7', 'E1')).toMatchObject({ revoked: ['T1'] });
    expect(await accessOf(installations, 'E1')).toEqual({ E1: 'granted', T1: 'revoked', T2: 'granted' });
    expect(await change('granted', 'T1', 'T3')).toMatchObject({ granted: ['T1', 'T3'] });
    expect((await installations.findByTeam('T3'))?.teams.at(-1)).toMatchObject({ name: null, botUserId: 'UE1' });
    expect((await installations.findByTeam('T1'))?.teams[1]).toMatchObject({ teamId: 'T1', name: 'Name of T1' });
  });

  it('stay with an installation of their own while that is active, and move when it is not', async () => {
    const { installations, list } = await anOrganization();
    await installations.recordInstall(anInstall('T1', { enterpriseId: 'E1' }));
    expect(await list(named('T1'))).toEqual({ granted: [], revoked: [], contested: ['T1'] });
    expect(await installations.findByTeam('T1')).toMatchObject({ installation: { key: 'T1' } });
    expect((await installations.find('T1'))?.teams).toMatchObject([{ teamId: 'T1', contestedBy: 'E1' }]);
    await deactivate(installations, 'T1');
    const { changedSeq } = (await installations.find('T1'))?.installation ?? expect.fail('still there');
    expect(await list(named('T1'))).toMatchObject({ granted: ['T1'], contested: [] });
    expect(await installations.findByTeam('T1')).toMatchObject({ installation: { key: 'E1' } });
    // Both are looked at again, first the one that it left.
    const changed = await installations.changedSince(changedSeq, 10);
    expect(changed.map(({ installation: { key }, teams }) => [key, teams.length])).toEqual([
      ['T1', 0],
      ['E1', 2],
    ]);
    expect((await installations.timeline('T1'))[0]).toMatchObject({ kind: 'team_left', facts: { to: 'E1' } });
    const team = (await installations.find('E1'))?.teams.find(({ teamId }) => teamId === 'T1');
    expect(team).toMatchObject({ botUserId: 'UE1', botId: 'BE1', name: 'Name of T1' });
    expect(team?.contestedBy).toBeUndefined();
  });

  it('are contested as long as the last list has them, through a re-install, and every node is told once', async () => {
    const { installations, list } = await anOrganization();
    await installations.recordInstall(anInstall('T1'));
    const contestedBy = async () => (await installations.find('T1'))?.teams[0]?.contestedBy;
    const changes = async (work: () => Promise<unknown>) => {
      const before = Math.max(...(await installations.changedSince(0, 10)).map((one) => one.installation.changedSeq));
      await work();
      return (await installations.changedSince(before, 10)).map(({ installation }) => installation.key);
    };
    expect(await changes(() => list(named('T1')))).toEqual(['T1']);
    expect(await changes(() => list(named('T1')))).toEqual([]);
    await installations.recordInstall(anInstall('T1'));
    expect(await contestedBy()).toBe('E1');
    const word = (access: 'granted' | 'revoked', teamId: string) =>
      installations.changeAccess('E1', { access, teamIds: [teamId], by: `team_access_${access}` });
    expect(await changes(() => word('granted', 'T2'))).toEqual(['E1']);
    expect(await contestedBy()).toBe('E1');
    // Its name is new, too.
    expect(await changes(() => list(named('T2')))).toEqual(['T1', 'E1']);
    expect(await contestedBy()).toBeUndefined();
    expect(await changes(() => word('granted', 'T1'))).toEqual(['T1']);
    expect(await contestedBy()).toBe('E1');
  });

  it('leave for an installation of their own, and a list does not take them back', async () => {
    const { installations, list } = await anOrganization();
    await list(named('T1'));
    expect(await installations.recordInstall(anInstall('T1'))).toMatchObject({ outcome: 'installed' });
    expect(await installations.findByTeam('T1')).toMatchObject({ installation: { key: 'T1' } });
    expect(await accessOf(installations, 'E1')).toEqual({ E1: 'granted' });
    expect(await list(named('T1'))).toMatchObject({ contested: ['T1'] });
    expect(await installations.findByTeam('T1')).toMatchObject({ installation: { key: 'T1' } });
  });

  it('that install again at the moment of a list keep what they installed', async () => {
    const { installations, list } = await anOrganization();
    for (let round = 0; round < 10; round++) {
      const teamId = `T${round}`;
      await installations.recordInstall(anInstall(teamId));
      await deactivate(installations, teamId);
      const install = installations.recordInstall(anInstall(teamId));
      await Promise.all([list(named(teamId)), install]);
      expect(await installations.findByTeam(teamId)).toMatchObject({
        installation: { key: teamId, state: { kind: 'active' } },
      });
    }
  });

  it('are found with their organization by its id', async () => {
    const { installations } = await anOrganization();
    await installations.recordInstall(anInstall('T1', { enterpriseId: 'E1' }));
    await installations.recordInstall(anInstall('T2', { enterpriseId: 'E2' }));
    await installations.recordInstall(anInstall('T3'));
    expect(await installations.ofEnterprise('E1')).toEqual(['E1', 'T1']);
    await installations.setTeamIdentity('T3', { enterpriseId: 'E1' });
    await installations.setTeamIdentity('E1', { enterpriseId: 'E2' });
    expect(await installations.ofEnterprise('E1')).toEqual(['E1', 'T1', 'T3']);
    // What is not said stays.
    await installations.recordInstall(anInstall('T3'));
    expect(await installations.ofEnterprise('E1')).toContain('T3');
  });

  it('go with it when it is purged, and one that has left does not', async () => {
    const { installations, list } = await anOrganization();
    await list(named('T1', 'T2'));
    await installations.recordInstall(anInstall('T2'));
    await deactivate(installations, 'E1');
    const { version } = (await installations.find('E1'))?.installation ?? expect.fail('still there');
    expect(await installations.purge('E1', { version, sinceMs: 7 })).toMatchObject({ teamIds: ['E1', 'T1'] });
    expect(await installations.findByTeam('T1')).toBeUndefined();
    expect(await installations.findByTeam('T2')).toMatchObject({ installation: { key: 'T2' } });
  });
});
