import { describe, expect, it } from 'vitest';
import type { InstallationState, Team } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import { Roster } from './roster.ts';
import type { Standing } from './standing.ts';
import { Standings, type StandingsDeps } from './standings.ts';

const active: InstallationState = { kind: 'active', doubt: { kind: 'none' } };
const inDoubt: InstallationState = { kind: 'active', doubt: { kind: 'confirming', code: 'token_expired', sinceMs: 1 } };
const suspended: InstallationState = { kind: 'suspended', reason: 'org_login_required', sinceMs: 1 };
const inactive: InstallationState = { kind: 'inactive', reason: 'account_inactive', sinceMs: 1 };

function aView(state: InstallationState): InstallationView {
  const team: Team = {
    teamId: 'T1',
    installationKey: 'T1',
    access: 'granted',
    noAccessSinceMs: null,
    name: null,
    domain: null,
    botUserId: 'U1',
    botId: 'B1',
  };
  const version = { install: 1, refresh: 0 };
  const installation = {
    key: 'T1',
    appId: 'A1',
    isEnterprise: false,
    enterpriseId: null,
    version,
    state,
    request: null,
    isToBeRemoved: false,
    hasHints: false,
    incident: null,
    changedSeq: 1,
    createdAtMs: 1,
    installedAtMs: 1,
    activeSinceMs: 1,
    metadata: null,
  };
  return { installation, teams: [team] };
}

function aRoster(state: InstallationState): Roster {
  const roster = new Roster();
  const view = aView(state);
  const token = {
    installationKey: 'T1',
    kind: 'bot' as const,
    userId: '',
    token: 'xoxb-test-1',
    scopes: [],
    expiresAtMs: null,
  };
  roster.set(view, state.kind === 'active' ? { ...token, version: view.installation.version } : undefined);
  return roster;
}

function standings(deps: Partial<StandingsDeps>): Standings {
  return new Standings({
    installations: { activeAmong: () => Promise.resolve(new Set()) },
    roster: new Roster(),
    isBooted: () => true,
    isContested: () => false,
    isTokenAwaited: () => false,
    isIdentityAwaited: () => false,
    caughtUp: () => Promise.resolve(),
    ...deps,
  });
}

const yes = () => true;

describe('a team', () => {
  it.each<[string, InstallationState, Partial<StandingsDeps>, Standing]>([
    ['is acting', active, {}, { kind: 'acting' }],
    [
      'acts while the server starts, as soon as its row was read',
      active,
      { isBooted: () => false },
      { kind: 'acting' },
    ],
    [
      'awaits its next token',
      active,
      { isTokenAwaited: yes, isIdentityAwaited: yes },
      { kind: 'awaiting', what: 'token' },
    ],
    [
      'awaits the token whose end raised the doubt',
      inDoubt,
      { isTokenAwaited: yes },
      { kind: 'awaiting', what: 'token' },
    ],
    ['awaits who its bot is', active, { isIdentityAwaited: yes }, { kind: 'awaiting', what: 'identity' }],
    ['is in doubt, whatever its bot is', inDoubt, { isIdentityAwaited: yes }, { kind: 'paused', why: 'in_doubt' }],
    ['is suspended, whatever is awaited', suspended, { isTokenAwaited: yes }, { kind: 'paused', why: 'suspended' }],
    ['is gone', inactive, {}, { kind: 'gone', why: 'inactive' }],
    [
      'is gone, and its organization takes it over',
      inactive,
      { isContested: yes },
      { kind: 'paused', why: 'contested' },
    ],
    [
      'may come with a later row while the server starts',
      inactive,
      { isBooted: () => false },
      { kind: 'awaiting', what: 'boot' },
    ],
  ])('%s', (_name, state, deps, expected) => {
    expect(standings({ roster: aRoster(state), ...deps }).of('T1')).toEqual(expected);
  });

  it('that no row is of is unknown, and nothing is asked about it', () => {
    const never = () => expect.unreachable();
    const all = standings({ isTokenAwaited: never, isIdentityAwaited: never });
    expect(all.of('T2')).toEqual({ kind: 'gone', why: 'unknown' });
  });
});

describe('a second look', () => {
  it('waits for the change of a row that says active, and answers by it', async () => {
    let roster = new Roster();
    const all = standings({
      installations: { activeAmong: (teamIds) => Promise.resolve(new Set(teamIds)) },
      roster: { team: (teamId) => roster.team(teamId) },
      async caughtUp() {
        roster = aRoster(active);
      },
    });
    expect(all.of('T1')).toEqual({ kind: 'gone', why: 'unknown' });
    expect(await all.recheck('T1')).toEqual({ kind: 'acting' });
  });

  it('waits for nothing with no active row', async () => {
    const all = standings({ caughtUp: () => expect.unreachable() });
    expect(await all.recheck('T1')).toEqual({ kind: 'gone', why: 'unknown' });
  });

  it('of many at the same time is one question', async () => {
    const asked: (readonly string[])[] = [];
    const activeAmong = (teamIds: readonly string[]) => {
      asked.push(teamIds);
      return Promise.resolve(new Set<string>());
    };
    const all = standings({ installations: { activeAmong } });
    await Promise.all(['T1', 'T2', 'T1'].map((teamId) => all.recheck(teamId)));
    expect(asked).toEqual([['T1', 'T2']]);
  });
});
