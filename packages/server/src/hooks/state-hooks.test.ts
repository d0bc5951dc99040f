import { describe, expect, it } from 'vitest';
import type { InstallationState } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import { announcedState, hookCallsOf, toldTeamsIn } from './state-hooks.ts';

const ACTIVE: InstallationState = { kind: 'active', doubt: { kind: 'none' } };
const HELD: InstallationState = { kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: 2 } };
const CONFIRMING: InstallationState = {
  kind: 'active',
  doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: 2 },
};
const SUSPENDED: InstallationState = { kind: 'suspended', reason: 'org_login_required', sinceMs: 1 };
const GONE: InstallationState = { kind: 'inactive', reason: 'account_inactive', sinceMs: 3 };
const IMPORTED: InstallationState = { kind: 'inactive', reason: 'imported_inactive', sinceMs: 3 };

/** The names of the hooks that a row's states lead to, one after the other. */
function toldOf(...states: readonly [InstallationState, ...InstallationState[]]): string[] {
  const [first, ...rest] = states;
  const names: string[] = [];
  let before = { install: 1, state: first, teams: new Map([['T1', { access: 'granted' as const, name: null }]]) };
  for (const state of rest) {
    const team = { teamId: 'T1', installationKey: 'T1', access: 'granted', name: null, domain: null } as const;
    const view = {
      installation: { key: 'T1', version: { install: before.install, refresh: 0 }, state, metadata: null },
      teams: [{ ...team, botUserId: null, botId: null }],
    } as unknown as InstallationView;
    names.push(...hookCallsOf(before, view, { scopes: [] }).map(({ name }) => name));
    before = { ...before, state: announcedState(before, state) };
  }
  return names;
}

describe('the hooks of a state', () => {
  it.each<[string, Parameters<typeof toldOf>, string[]]>([
    ['doubt and its end', [ACTIVE, CONFIRMING, ACTIVE], []],
    ['a hold and its release', [ACTIVE, HELD, ACTIVE], []],
    ['a suspension and its end', [ACTIVE, SUSPENDED, ACTIVE], ['suspended', 'reactivated']],
    ['a suspended one that is held and released', [SUSPENDED, HELD, ACTIVE], ['reactivated']],
    ['a suspended one in doubt that is gone', [SUSPENDED, CONFIRMING, GONE], ['deactivating', 'deactivated']],
    ['a suspended one in doubt that is suspended again', [SUSPENDED, CONFIRMING, SUSPENDED], []],
    ['one that is gone and comes back', [ACTIVE, GONE, ACTIVE], ['deactivating', 'deactivated', 'reactivated']],
  ])('say of %s what it is for the team', (_what, states, expected) => {
    expect(toldOf(...states)).toEqual(expected);
  });
});

describe('the hooks of an organization and its workspaces', () => {
  const at = (install: number, state: InstallationState, access: Record<string, 'granted' | 'revoked'>) => {
    const teams = Object.entries(access).map(([teamId, granted]) => ({ teamId, access: granted, name: null }));
    const installation = { key: 'E1', enterpriseId: 'E1', version: { install, refresh: 0 }, state, metadata: null };
    return { installation, teams } as unknown as InstallationView;
  };
  const told = (before: InstallationView | undefined, after: InstallationView) => {
    const known = before && {
      install: before.installation.version.install,
      state: before.installation.state,
      teams: toldTeamsIn(before),
    };
    return hookCallsOf(known, after, { scopes: [] }).map(({ name, payload }) => {
      const { teamId, reason } = payload as { teamId: string; reason?: string };
      return [name, teamId, ...(reason === undefined ? [] : [reason])].join(' ');
    });
  };
  const both = { T1: 'granted', E1: 'granted' } as const;
  const out = { T1: 'revoked', E1: 'granted' } as const;

  it.each<[string, InstallationView | undefined, InstallationView, string[]]>([
    ['an install: the organization first', undefined, at(1, ACTIVE, both), ['installed E1', 'installed T1']],
    ['one imported as inactive', undefined, at(1, IMPORTED, both), []],
    [
      'one imported as inactive that registers',
      at(1, IMPORTED, both),
      at(2, ACTIVE, both),
      ['reinstalled E1', 'reactivated E1', 'reinstalled T1', 'reactivated T1'],
    ],
    ['a workspace that is new', at(1, ACTIVE, { E1: 'granted' }), at(1, ACTIVE, both), ['installed T1']],
    ['one that was never let in', at(1, ACTIVE, { E1: 'granted' }), at(1, ACTIVE, out), []],
    ['one that is out', at(1, ACTIVE, both), at(1, ACTIVE, out), ['suspended T1 team_access_revoked']],
    ['one that is in again', at(1, ACTIVE, out), at(1, ACTIVE, both), ['reactivated T1']],
    ['one that has left', at(1, ACTIVE, both), at(1, ACTIVE, { E1: 'granted' }), []],
    [
      'a pause, which one that is out knows already',
      at(1, ACTIVE, out),
      at(1, SUSPENDED, out),
      ['suspended E1 org_login_required'],
    ],
    ['its end', at(1, SUSPENDED, out), at(1, ACTIVE, out), ['reactivated E1']],
    ['a pause in which one comes in', at(1, SUSPENDED, out), at(1, SUSPENDED, both), []],
    ['a re-install', at(1, ACTIVE, both), at(2, ACTIVE, both), ['reinstalled E1', 'reinstalled T1']],
    ['a re-install without one that is out', at(1, ACTIVE, out), at(2, ACTIVE, out), ['reinstalled E1']],
    [
      'the end of all, of one that is out, too',
      at(1, ACTIVE, out),
      at(1, GONE, out),
      ['deactivating E1', 'deactivated E1', 'deactivating T1', 'deactivated T1'].map(
        (one) => `${one} account_inactive`,
      ),
    ],
  ])('say of %s', (_what, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });

  it.each([
    ['an active installation', ACTIVE, 'granted', ['reinstalled T1']],
    ['one that is gone', GONE, 'granted', ['reinstalled T1', 'reactivated T1']],
    ['an organization that took it out', ACTIVE, 'revoked', ['reinstalled T1', 'reactivated T1']],
  ] as const)('say of a workspace that comes from %s that it is known', (_what, state, access, expected) => {
    const formerly = (teamId: string) => (teamId === 'T1' ? { state, access } : undefined);
    const options = { scopes: [], formerly };
    const before = at(1, ACTIVE, { E1: 'granted' });
    const known = { install: 1, state: ACTIVE, teams: toldTeamsIn(before) };
    const names = hookCallsOf(known, at(1, ACTIVE, both), options).map(
      ({ name, payload }) => `${name} ${(payload as { teamId: string }).teamId}`,
    );
    expect(names).toEqual(expected);
  });
});

describe('the hooks of a name', () => {
  it.each<[string, string | null, string | null, object[]]>([
    ['another one', 'Acme', 'Acme Two', [{ teamId: 'T1', enterpriseId: null, from: 'Acme', to: 'Acme Two' }]],
    ['the same', 'Acme', 'Acme', []],
    ['one that was not known before', null, 'Acme', []],
    ['one that is not known any more', 'Acme', null, []],
  ])('say of %s whether it is new', (_what, from, to, expected) => {
    const view = (name: string | null) =>
      ({
        installation: {
          key: 'T1',
          enterpriseId: null,
          version: { install: 1, refresh: 0 },
          state: ACTIVE,
          metadata: null,
        },
        teams: [{ teamId: 'T1', access: 'granted', name }],
      }) as unknown as InstallationView;
    const before = { install: 1, state: ACTIVE, teams: toldTeamsIn(view(from)) };
    const calls = hookCallsOf(before, view(to), { scopes: [] });
    expect(calls.map(({ payload }) => payload)).toEqual(expected);
    expect(calls.every(({ name }) => name === 'renamed')).toBe(true);
  });
});
