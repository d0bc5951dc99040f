import { describe, expect, it } from 'vitest';
import type { InstallationState } from '../team/installation.ts';
import {
  ACTING,
  AWAITING,
  availabilityOf,
  CONTESTED,
  eventHandlingOf,
  mayRunJobs,
  maySend,
  type Standing,
  standingOfRow,
} from './standing.ts';

const active: InstallationState = { kind: 'active', doubt: { kind: 'none' } };
const confirming: InstallationState = {
  kind: 'active',
  doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: 1 },
};
const held: InstallationState = { kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: 1 } };
const suspended: InstallationState = { kind: 'suspended', reason: 'org_login_required', sinceMs: 1 };
const inactive: InstallationState = { kind: 'inactive', reason: 'account_inactive', sinceMs: 1 };

const row = (
  state: InstallationState,
  access: 'granted' | 'revoked' = 'granted',
  token: string | undefined = 'xoxb-test',
) => ({
  installation: { state },
  team: { access },
  token,
});

describe('what the rows say of a team', () => {
  it.each<[string, Parameters<typeof standingOfRow>[0], Standing]>([
    ['active', row(active), { kind: 'acting' }],
    [
      'active, without a token that can be opened',
      { ...row(active), token: undefined },
      { kind: 'paused', why: 'no_token' },
    ],
    ['asked about', row(confirming), { kind: 'paused', why: 'in_doubt' }],
    ['held in an incident', row(held), { kind: 'paused', why: 'in_doubt' }],
    ['suspended', row(suspended), { kind: 'paused', why: 'suspended' }],
    ['outside of its organization', row(active, 'revoked'), { kind: 'paused', why: 'no_access' }],
    ['outside of an organization that is suspended', row(suspended, 'revoked'), { kind: 'paused', why: 'no_access' }],
    ['outside of an organization that is gone', row(inactive, 'revoked'), { kind: 'gone', why: 'inactive' }],
    ['deactivated', row(inactive), { kind: 'gone', why: 'inactive' }],
    ['of no row', undefined, { kind: 'gone', why: 'unknown' }],
  ])('%s', (_name, given, expected) => {
    expect(standingOfRow(given)).toEqual(expected);
  });
});

/** For each standing, all that is read from it: events, people, jobs, the gate. */
const table: [Standing, ReturnType<typeof eventHandlingOf>, ReturnType<typeof availabilityOf>, boolean, boolean][] = [
  [ACTING, 'hand_out', 'available', true, true],
  [AWAITING.boot, 'keep', 'starting', false, false],
  [AWAITING.token, 'keep', 'starting', false, false],
  [AWAITING.identity, 'keep', 'starting', true, false],
  [{ kind: 'paused', why: 'in_doubt' }, 'keep', 'paused', false, true],
  [{ kind: 'paused', why: 'suspended' }, 'keep', 'paused', false, false],
  [{ kind: 'paused', why: 'no_access' }, 'keep', 'no_access', false, false],
  [{ kind: 'paused', why: 'no_token' }, 'keep', 'paused', false, false],
  [CONTESTED, 'keep', 'paused', false, false],
  [{ kind: 'gone', why: 'inactive' }, 'drop', 'gone', false, false],
  [{ kind: 'gone', why: 'unknown' }, 'drop', 'gone', false, false],
];

describe('what a standing means', () => {
  it.each(table)('%j: events %s, people %s, jobs %s, gate %s', (standing, handling, availability, jobs, gate) => {
    expect([eventHandlingOf(standing), availabilityOf(standing), mayRunJobs(standing), maySend(standing)]).toEqual([
      handling,
      availability,
      jobs,
      gate,
    ]);
  });
});
