/** Of a message of which no event is known: each cause, how sure it is, and when it is not said that nothing came. */
import { describe, expect, it } from 'vitest';
import type { TimelineEntry } from '../../team/installations.ts';
import { ACTIVE, aFact, aProcess, aShutTeam, aTeam, MEMBER, NOW_MS, SENT_MS, tell } from './absence.test-kit.ts';
import type { Absence } from './absence.ts';

/** As whoever finds that its lease is over writes it. */
const killedAt = (atMs: number) => aFact('stopped', atMs, { reason: 'lease_over', toMs: atMs + 10_000 });

const gap: TimelineEntry = { atMs: SENT_MS, kind: 'gap', facts: { fromMs: SENT_MS - 1_000, toMs: SENT_MS + 60_000 } };
const rtm = { processes: [aProcess({ transport: 'rtm' })] };
const open = { state: 'open', reason: 'hello', attempt: 1, sinceMs: SENT_MS - 9, retryAtMs: null, node: 'n1' } as const;
const connected = { ...rtm, team: aTeam(ACTIVE, { connection: open }) };

describe('a message that never arrived', () => {
  it.each<[string, Partial<Absence>, 'proved' | 'likely' | 'unknown', RegExp]>([
    [
      'of a team that was inactive',
      { team: aTeam({ kind: 'inactive', reason: 'account_inactive', sinceMs: SENT_MS - 1_000 }) },
      'proved',
      /Team T1 was inactive at that time, since 08:59:59 UTC \(account_inactive\)/,
    ],
    [
      'of a team that was inactive, over RTM',
      { ...rtm, team: aTeam({ kind: 'inactive', reason: 'operator', sinceMs: SENT_MS - 1_000 }) },
      'proved',
      /Team T1 was inactive at that time, since 08:59:59 UTC \(operator\): nothing connects it meanwhile\./,
    ],
    [
      'of a team that an operator deactivated, of which Slack knows nothing',
      { team: aTeam({ kind: 'inactive', reason: 'operator', sinceMs: SENT_MS - 1_000 }) },
      'unknown',
      /nothing that was looked at says why/,
    ],
    [
      'of a team that the bot deactivated, of which Slack knows nothing',
      { team: aTeam({ kind: 'inactive', reason: 'bot: trial_ended', sinceMs: SENT_MS - 1_000 }) },
      'unknown',
      /nothing that was looked at says why/,
    ],
    [
      'of a team that was suspended, where nobody knows what Slack sends',
      { team: aTeam({ kind: 'suspended', reason: 'org_login_required', sinceMs: SENT_MS - 1_000 }) },
      'likely',
      /Likely: Team T1 was suspended at that time, since 08:59:59 UTC \(org_login_required\): Slack may send nothing/,
    ],
    [
      'of a team that an incident held, over RTM',
      {
        ...rtm,
        team: aTeam({ kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: SENT_MS - 1_000 } }),
      },
      'proved',
      /Team T1 was held with many others \(slack-bot-server incident\) at that time, since 08:59:59 UTC \(account_inactive\)/,
    ],
    [
      'of a team that came back meanwhile',
      {
        team: aTeam(ACTIVE, {
          timeline: [
            { atMs: SENT_MS + 1_000, kind: 'reinstalled', facts: {} },
            { atMs: SENT_MS - 1_000, kind: 'verdict', facts: { to: 'inactive', code: 'token_revoked' } },
          ],
        }),
      },
      'proved',
      /Team T1 was not active from 08:59:59 UTC to 09:00:01 UTC: Slack answered token_revoked\. Slack sent nothing of it/,
    ],
    [
      'of a workspace that its organization had not let the app into',
      { team: aShutTeam(SENT_MS - 1_000) },
      'likely',
      /The organization T1 has not let the app into team T1 since 08:59:59 UTC: Slack sends nothing of it/,
    ],
    [
      'of a workspace that lost access after the message',
      { team: aShutTeam(SENT_MS + 1_000) },
      'unknown',
      /nothing that was looked at says why/,
    ],
    [
      'of a team without a row',
      { team: { teamId: 'T9', view: undefined, timeline: [], connection: undefined } },
      'proved',
      /Team T9 is not known here/,
    ],
    [
      'in a gap of the connection',
      { ...rtm, team: aTeam(ACTIVE, { timeline: [gap] }) },
      'proved',
      /without a connection from 08:59:59 UTC to 09:01:00 UTC \(61 s\)/,
    ],
    [
      'on a deaf connection',
      { ...rtm, team: aTeam(ACTIVE, { timeline: [{ ...gap, facts: { ...gap.facts, reason: 'deaf' } }] }) },
      'proved',
      /Team T1 was deaf from/,
    ],
    [
      'while no server has a connection, over Socket Mode',
      {
        processes: [
          aProcess({ transport: 'socket', toldAtMs: NOW_MS - 9_000, connections: { waiting: 1, open: 0 } }),
          aProcess({ transport: 'socket', toldAtMs: NOW_MS - 9_000, connections: { connecting: 1, waiting: 1 } }),
        ],
      },
      'likely',
      /No server had an open Socket Mode connection when it told last, at 11:59:51 UTC, and Slack sends nothing without/,
    ],
    [
      'while one server of two has a connection, over Socket Mode',
      {
        processes: [
          aProcess({ transport: 'socket', toldAtMs: NOW_MS - 9_000, connections: { waiting: 1 } }),
          aProcess({ transport: 'socket', toldAtMs: NOW_MS - 9_000, connections: { open: 1 } }),
        ],
      },
      'unknown',
      /nothing that was looked at says why/,
    ],
    [
      'while no server ran, over RTM',
      {
        ...connected,
        around: [
          aFact('started', SENT_MS - 90_000),
          aFact('stopped', SENT_MS - 60_000),
          aFact('started', SENT_MS + 60_000),
        ],
      },
      'proved',
      /No server ran at that time: the last one stopped at 08:59:00 UTC, and the next one started at 09:01:00 UTC\./,
    ],
    [
      'while no server ran, over HTTP',
      { around: [aFact('started', SENT_MS - 90_000), aFact('stopped', SENT_MS - 60_000)] },
      'likely',
      /and none has started since\. Slack tries an event again three times within six minutes/,
    ],
    [
      'while no server ran, of which those that run now can remember nothing',
      {
        processes: [aProcess({ reach: { remembers: 1, sinceMs: SENT_MS + 7_200_000 - 1 } })],
        around: [
          aFact('started', SENT_MS - 90_000),
          aFact('stopped', SENT_MS - 60_000),
          aFact('started', SENT_MS + 7_200_000),
        ],
      },
      'likely',
      /No server ran at that time: the last one stopped at 08:59:00 UTC, and the next one started at 11:00:00 UTC\./,
    ],
    [
      'after the lease of the only server was over, which was killed',
      { ...connected, around: [aFact('started', SENT_MS - 90_000), killedAt(SENT_MS - 30_000)] },
      'proved',
      /No server ran at that time: the last one was killed or lost the database; its last sign of life was at 08:59:30 UTC, and its lease was over at 08:59:40 UTC, and none has started since\./,
    ],
    [
      'between the last sign of life of the only server and the end of its lease',
      {
        ...connected,
        around: [aFact('started', SENT_MS - 90_000), killedAt(SENT_MS - 5_000), aFact('started', SENT_MS + 1)],
      },
      'likely',
      /last sign of life was at 08:59:55 UTC, and its lease was over at 09:00:05 UTC, and the next one started at 09:00:00 UTC\./,
    ],
    [
      'after one server stopped and another left no word of its end',
      {
        ...connected,
        around: [
          aFact('started', SENT_MS - 90_000),
          aFact('started', SENT_MS - 90_000, {}, { node: 'n2' }),
          aFact('stopped', SENT_MS - 80_000, { reason: 'no_word' }),
          aFact('stopped', SENT_MS - 60_000, {}, { node: 'n2' }),
        ],
      },
      'likely',
      /No server ran at that time: the last sign of life of any was at 08:59:00 UTC, and one of them left no word of its end, and none has started since\./,
    ],
    [
      'while a server is still listed that was killed before',
      {
        processes: [aProcess(), aProcess({ node: 'n2', answer: undefined, reach: undefined })],
        slack: MEMBER,
        around: [aFact('started', SENT_MS - 90_000), { ...killedAt(SENT_MS - 30_000), node: 'n2' }],
      },
      'likely',
      /^It never arrived\. Likely: The app is not subscribed/,
    ],
    [
      'while another server ran beside the one that was killed',
      {
        ...connected,
        around: [
          aFact('started', SENT_MS - 90_000),
          aFact('started', SENT_MS - 90_000, {}, { node: 'n2' }),
          killedAt(SENT_MS - 30_000),
        ],
      },
      'unknown',
      /nothing that was looked at says why/,
    ],
    [
      'while no server ran, on SQLite behind one that was killed and wrote nothing',
      {
        isAlone: true,
        around: [
          aFact('started', SENT_MS - 120_000, {}, { node: 'killed' }),
          aFact('started', SENT_MS - 90_000),
          aFact('stopped', SENT_MS - 60_000),
          aFact('started', SENT_MS + 60_000),
        ],
      },
      'likely',
      /No server ran at that time: the last one stopped at 08:59:00 UTC/,
    ],
    [
      'whose bot is not there',
      { slack: { ...MEMBER, isMember: false } },
      'proved',
      /The bot is not in the conversation C1 now/,
    ],
    [
      'in a conversation that the bot does not see',
      { slack: { ...MEMBER, isMember: false, refused: 'channel_not_found' } },
      'proved',
      /Slack shows the bot no conversation C1 \(channel_not_found\)/,
    ],
    [
      'of which Slack does not say whether the bot is there',
      { slack: { ...MEMBER, isMember: undefined, refused: 'missing_scope' } },
      'likely',
      /The bot is not in the conversation C1, or the app is not subscribed .* such as channels:read/,
    ],
    [
      'without the scope',
      { slack: { ...MEMBER, scopes: ['chat:write', 'app_mentions:read'] } },
      'likely',
      /no scope channels:history, .* It hears only where it is mentioned\./,
    ],
    [
      'without the subscription',
      { slack: MEMBER },
      'likely',
      /^It never arrived\. Likely: The app is not subscribed to message\.channels/,
    ],
    [
      'whose conversation was heard',
      { slack: MEMBER, processes: [aProcess({}, { ofChannel: { atMs: SENT_MS + 5, teamId: 'T1' } })] },
      'unknown',
      /nothing that was looked at says why/,
    ],
    [
      'that was turned away for its signature',
      {
        around: [
          aFact(
            'turned_away',
            SENT_MS,
            { status: 401, reason: 'wrong_signature' },
            { channel: 'C1', ts: '1.1', teamId: 'T1' },
          ),
        ],
      },
      'likely',
      /A request that claims to be this very message was turned away at 09:00:00 UTC with status 401: its signature was wrong/,
    ],
    [
      'of a team of which something was turned away',
      { around: [aFact('turned_away', SENT_MS, { status: 400, reason: 'not_slacks' }, { teamId: 'T1' })] },
      'likely',
      /A request that claims to be of that team was turned away .* 400: it was signed, but nothing that Slack sends/,
    ],
    [
      'beside a request with a stale timestamp',
      { around: [aFact('turned_away', SENT_MS, { status: 401, reason: 'stale_timestamp', skewMs: -400_000 })] },
      'likely',
      /A request of an unknown team was turned away .* \(7 min ahead: check the clock of this machine\)/,
    ],
    [
      'beside one that took too long',
      { around: [aFact('turned_away', SENT_MS, { status: 408, reason: 'too_slow' })] },
      'likely',
      /it took too long to arrive/,
    ],
    [
      'beside one that was too large',
      { around: [aFact('turned_away', SENT_MS, { status: 413, reason: 'too_large' })] },
      'likely',
      /it was too large/,
    ],
    [
      'beside events of another app',
      { around: [aFact('refused', SENT_MS, { reason: 'other_app' }, { teamId: 'T1' })] },
      'likely',
      /for another Slack app/,
    ],
    [
      'while the database took nothing',
      { around: [aFact('unavailable', SENT_MS, { code: 'store_unavailable' }, { teamId: 'T1' })] },
      'likely',
      /could not be taken at 09:00:00 UTC \(store_unavailable\)/,
    ],
    [
      'in a minute in which Slack dropped events',
      { around: [aFact('rate_limited', SENT_MS + 90_000, { fromMs: SENT_MS - 10_000 }, { teamId: 'T1' })] },
      'likely',
      /Slack dropped events of that team in the minute of 08:59:50 UTC/,
    ],
    [
      'while the app had no socket',
      { around: [aFact('gap', SENT_MS, { fromMs: SENT_MS - 1, toMs: SENT_MS + 1 })] },
      'likely',
      /The app was without a socket/,
    ],
    [
      'while Slack sent nothing',
      { around: [aFact('deaf', SENT_MS + 60_000, { fromMs: SENT_MS - 1_000 })] },
      'likely',
      /Slack sent no events from 08:59:59 UTC on/,
    ],
    ['of nobody knows which team', { team: undefined }, 'unknown', /nothing that was looked at says why/],
  ])('%s', (_what, changes, certainty, sentence) => {
    const told = tell(changes);
    expect(told).toMatchObject({ outcome: 'never_arrived', main: { certainty } });
    expect(told.main.text).toMatch(sentence);
  });
});

describe('it is not said that nothing came', () => {
  it.each<[string, Partial<Absence>, RegExp]>([
    ['where no server runs', { processes: [] }, /^No server runs whose memory could be asked/],
    [
      'where one did not answer',
      { processes: [aProcess(), { ...aProcess(), node: 'n2', answer: undefined }] },
      /^n2 did not answer/,
    ],
    [
      'where one has forgotten that time',
      { processes: [aProcess(), aProcess({ node: 'n2', reach: { remembers: 10, sinceMs: SENT_MS + 60_000 } })] },
      /the servers remember back to 09:01:00 UTC only/,
    ],
    [
      'where nothing is remembered at all',
      { processes: [aProcess({ reach: { remembers: 0, sinceMs: Number.POSITIVE_INFINITY } })] },
      /nothing \(HISTORY_EVENTS is 0\)/,
    ],
  ])('%s', (_what, changes, sentence) => {
    const told = tell(changes);
    expect(told).toMatchObject({ outcome: 'unknown', main: { certainty: 'unknown' } });
    expect(told.main.text).toMatch(sentence);
  });

  it('unless something proves it all the same', () => {
    const inactive = aTeam({ kind: 'inactive', reason: 'account_inactive', sinceMs: SENT_MS - 1_000 });
    expect(tell({ processes: [], team: inactive })).toMatchObject({ outcome: 'never_arrived' });
  });
});
