/** What Slack's own words, and the messages that came before, say of one that never arrived. */
import { describe, expect, it } from 'vitest';
import { aFact, aProcess, aTeam, MEMBER, SENT_MS, tell } from './absence.test-kit.ts';

const late = { remembers: 3, sinceMs: SENT_MS + 1 };
const heardAt = (atMs: number) => [aProcess({}, { ofChannel: { atMs, teamId: 'T1' } })];

describe('Slack says to the token of the team', () => {
  it.each<[string, 'removed' | 'suspended', string]>([
    ['account_inactive', 'removed', 'the app is no longer installed there'],
    ['token_revoked', 'removed', 'the app is no longer installed there'],
    ['org_login_required', 'suspended', 'its organization does not let the app work there'],
  ])('%s: that is the likely cause, and a probe helps', (refused, verdict, what) => {
    const told = tell({ slack: { ...MEMBER, isMember: undefined, scopes: undefined, refused, verdict } });
    expect(told).toMatchObject({ outcome: 'never_arrived', main: { certainty: 'likely' } });
    expect(told.main.text).toContain(`Slack answers ${refused} to the token of team T1: ${what}`);
    expect(told.advice).toMatch(/^slack-bot-server teams probe T1 lets the server ask Slack/);
  });

  it('a code of the one call, which says nothing about the installation', () => {
    const told = tell({ slack: { ...MEMBER, isMember: undefined, refused: 'ratelimited' } });
    expect(told).toMatchObject({ main: { certainty: 'unknown' }, advice: null });
  });
});

describe('a missing subscription', () => {
  it.each([
    ['no server runs', { processes: [] }],
    ['no server remembers that time', { processes: [aProcess({ reach: late }, { reach: late })] }],
    ['nothing is known of the team', { team: undefined }],
    ['something else is proved', { team: aTeam({ kind: 'inactive', reason: 'token_revoked', sinceMs: SENT_MS - 9 }) }],
    [
      'no server ran',
      {
        transport: 'rtm',
        processes: [aProcess({ node: 'n2', startedAtMs: SENT_MS + 9_000, transport: null })],
        around: [aFact('started', SENT_MS - 9_000), aFact('stopped', SENT_MS - 8_000)],
      },
    ],
  ])('is not said where %s', (_what, changes) => {
    expect(JSON.stringify(tell({ slack: MEMBER, ...changes }))).not.toContain('not subscribed');
  });

  it('is possible where other messages came before this one alone', () => {
    const told = tell({ slack: MEMBER, processes: heardAt(SENT_MS - 60_000) });
    expect(told.sentences.at(-1)).toMatchObject({
      certainty: 'unknown',
      text: expect.stringMatching(
        /came at 08:59:00 UTC, before this one: the subscription .* may have been removed since/,
      ),
    });
    expect(told.checks.at(-1)?.result).toBe(
      'the last one came at 08:59:00 UTC: the subscription was there at that time',
    );
    const since = tell({ slack: MEMBER, processes: heardAt(SENT_MS + 60_000) });
    expect(JSON.stringify(since)).not.toContain('removed');
  });
});
