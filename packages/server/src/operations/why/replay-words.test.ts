/** What is recommended of failed events, by how their team is now: no replay runs those of one that is not active. */
import { describe, expect, it } from 'vitest';
import type { InboxEntry } from '../../inbox/inbox.ts';
import { ACTIVE, aFact, aTeam, NOW_MS, SENT_MS } from './absence.test-kit.ts';
import type { EventEvidence } from './evidence.ts';
import { tellEvent } from './tell-event.ts';
import { tellTroubles } from './tell-troubles.ts';

const GONE = { kind: 'inactive', reason: 'account_inactive', sinceMs: SENT_MS } as const;
const SUSPENDED = { kind: 'suspended', reason: 'org_login_required', sinceMs: SENT_MS } as const;
const DEACTIVATED = { ...GONE, reason: 'operator' } as const;

const told = (state: Parameters<typeof aTeam>[0], changes: Partial<EventEvidence> = {}) => {
  const error = { code: 'listener_failed', message: 'no', at: null };
  const entry = { eventId: 'Ev1', teamId: 'T1', state: 'failed', error, receivedAtMs: SENT_MS } as InboxEntry;
  const { view: team } = aTeam(state);
  const nothing = { eventId: 'Ev1', facts: [], held: undefined, plan: undefined };
  return tellEvent({ ...nothing, entry, team, teamId: 'T1', ...changes }, NOW_MS);
};

describe('an event that failed', () => {
  const failed = { facts: [aFact('failed', SENT_MS, { code: 'listener_failed' }, { eventId: 'Ev1' })] };

  it.each([
    ['whose failure is remembered', failed],
    ['of which only its row tells', {}],
  ])('%s is to be replayed after its inactive team has installed again', (_what, changes) => {
    const { main, advice } = told(GONE, changes);
    expect(main.text).toMatch(
      /\. The team is inactive since 09:00:00 UTC \(account_inactive\), and no replay runs it meanwhile\. After the team installed again, slack-bot-server events replay Ev1 runs it again\.$/,
    );
    expect(advice).toMatch(/^It comes back when the team installs again\./);
    expect(told(DEACTIVATED, changes).main.text).toContain('After the team was reactivated, slack-bot-server events');
    expect(told(SUSPENDED, changes).main.text).toMatch(
      /The team is suspended since .* \(org_login_required\), and no replay runs it meanwhile\. When the team is active again, slack-/,
    );
    expect(told(ACTIVE, changes).main.text).not.toContain('inactive');
  });
});

it('of the failed events of an inactive team it does not recommend a replay now', () => {
  const failures = [{ error: 'listener_failed', listener: null, events: 2, lastMs: SENT_MS }];
  const events = { failures, waiting: undefined } as Parameters<typeof tellTroubles>[0]['events'];
  const text = (state: typeof GONE | typeof ACTIVE) =>
    tellTroubles({ teamId: 'T1', state, events, limits: [] }, NOW_MS)[0]?.text;
  expect(text(GONE)).toMatch(/shows them\. The team is inactive since .*, and no replay runs them meanwhile\. After/);
  expect(text(ACTIVE)).toMatch(/shows them, and events replay runs them again\.$/);
});
