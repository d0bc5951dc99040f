import { describe, expect, it } from 'vitest';
import type { InstallationState } from './installation.ts';
import type { InstallationView } from './installations.ts';
import { tellingsOf, toldState } from './state-hooks.ts';

const ACTIVE: InstallationState = { kind: 'active', doubt: { kind: 'none' } };
const HELD: InstallationState = { kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: 2 } };
const CONFIRMING: InstallationState = {
  kind: 'active',
  doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: 2 },
};
const SUSPENDED: InstallationState = { kind: 'suspended', reason: 'org_login_required', sinceMs: 1 };
const GONE: InstallationState = { kind: 'inactive', reason: 'account_inactive', sinceMs: 3 };

/** The names of the hooks that a row's states lead to, one after the other. */
function toldOf(...states: readonly [InstallationState, ...InstallationState[]]): string[] {
  const [first, ...rest] = states;
  const names: string[] = [];
  let before = { version: { install: 1, refresh: 0 }, state: first, access: new Map([['T1', 'granted' as const]]) };
  for (const state of rest) {
    const team = { teamId: 'T1', installationKey: 'T1', access: 'granted', name: null, domain: null } as const;
    const view = {
      installation: { key: 'T1', version: before.version, state, metadata: null },
      teams: [{ ...team, botUserId: null, botId: null }],
    } as unknown as InstallationView;
    names.push(...tellingsOf(before, view, { scopes: [] }).map(({ name }) => name));
    before = { ...before, state: toldState(before, state) };
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
