/** Each way in which an event ends has its sentence. */
import { describe, expect, it } from 'vitest';
import type { FactDetails, FactKind } from '../../history/fact.ts';
import { tellFact } from './tell-fact.ts';

const NOW_MS = Date.UTC(2026, 10, 18, 12, 0, 0);
const AT_MS = Date.UTC(2026, 10, 18, 9, 12, 3);

const tell = (kind: FactKind, details: FactDetails, options = {}) =>
  tellFact(
    { kind, atMs: AT_MS, node: 'n1', eventId: 'Ev1', teamId: 'T1', type: 'message', channel: 'C1', ts: '1.1', details },
    { nowMs: NOW_MS, ...options },
  )?.text;

const CALLS = [
  { method: 'chat.postMessage', result: 'ok', ms: 120 },
  { method: 'reactions.add', result: 'error', code: 'already_reacted', ms: 80 },
];

describe('an event', () => {
  it.each<[string, FactKind, FactDetails, string]>([
    [
      'that a listener handled',
      'handled',
      { startedAtMs: AT_MS, ms: 1_400, attempt: 1, listeners: ['message("hi") at bot.ts:12:5'], calls: CALLS },
      'Its listener handled it at 09:12:03 UTC in 1 s on n1: message("hi") at bot.ts:12:5. Called at Slack: chat.postMessage (ok, 120 ms), reactions.add (error already_reacted, 80 ms).',
    ],
    [
      'that two listeners handled in a second attempt, with many calls',
      'handled',
      { startedAtMs: AT_MS, ms: 5, attempt: 2, listeners: ['a', 'b'], calls: CALLS.slice(0, 1), moreCalls: 7 },
      '2 listeners handled it at 09:12:03 UTC in attempt 2 in 5 ms on n1: a and b. Called at Slack: chat.postMessage (ok, 120 ms) and 7 more calls.',
    ],
    [
      'that a person stopped',
      'handled',
      {
        startedAtMs: AT_MS,
        ms: 900,
        attempt: 1,
        listeners: ['a'],
        calls: CALLS.slice(0, 1),
        endedBy: 'stopped_by_user',
      },
      'Its listener handled it at 09:12:03 UTC in 900 ms on n1: a. A person pressed Stop on the answer, and nothing more was posted from then on. Called at Slack: chat.postMessage (ok, 120 ms).',
    ],
    [
      'that a drain cut short',
      'handled',
      { startedAtMs: AT_MS, ms: 900, attempt: 1, listeners: ['a'], calls: [], endedBy: 'draining' },
      'Its listener handled it at 09:12:03 UTC in 900 ms on n1: a. The process gave its work to another one, or stopped, when the answer had begun: what there was of it was left. Nothing was called at Slack.',
    ],
    [
      'of which a call was not sent',
      'handled',
      {
        startedAtMs: AT_MS,
        ms: 900,
        listeners: ['a'],
        calls: [
          ...CALLS.slice(0, 1),
          { method: 'reactions.add', result: 'refused', code: 'installation_not_active', ms: 1 },
        ],
      },
      'Its listener handled it at 09:12:03 UTC in 900 ms on n1: a. Called at Slack: chat.postMessage (ok, 120 ms). reactions.add was not sent, because the team was not active by then.',
    ],
    [
      'of which no call was sent, written by a version that kept no code of that',
      'handled',
      { startedAtMs: AT_MS, ms: 5, listeners: ['a'], calls: [{ method: 'reactions.add', result: 'refused', ms: 1 }] },
      'Its listener handled it at 09:12:03 UTC in 5 ms on n1: a. Nothing was called at Slack. reactions.add was not sent, because the server refused it.',
    ],
    [
      'that called nothing',
      'handled',
      { startedAtMs: AT_MS, ms: 5, attempt: 1, listeners: ['a'], calls: [] },
      'Its listener handled it at 09:12:03 UTC in 5 ms on n1: a. Nothing was called at Slack.',
    ],
    [
      'of this app through another installation',
      'handled',
      { startedAtMs: AT_MS, listeners: [], reason: 'own_message_elsewhere' },
      'No listener got it at 09:12:03 UTC: this app wrote it itself through another installation (events.ownMessages is "ignore").',
    ],
    [
      'with a subtype',
      'handled',
      { startedAtMs: AT_MS, listeners: [], reason: 'subtype' },
      'It was handed to the bot at 09:12:03 UTC, and no listener matched it: it has a subtype, as edits and joins have, which listeners of plain messages leave out.',
    ],
    [
      'that failed for good',
      'failed',
      { ms: 30, attempt: 1, listeners: ['a'], code: 'listener_failed', at: 'bot.ts:9:3' },
      'It failed at 09:12:03 UTC after 30 ms on n1 with listener_failed at bot.ts:9:3: a. It is not tried again by itself: slack-bot-server events replay Ev1 runs it again.',
    ],
    [
      'that failed before a listener was called, and is tried again',
      'failed',
      { ms: 0, attempt: 1, listeners: [], code: 'installation_not_active', at: null, runAtMs: AT_MS + 60_000 },
      'It failed at 09:12:03 UTC after 0 ms on n1 with installation_not_active: before a listener was called. It was to be tried again at 09:13:03 UTC.',
    ],
    ['that came again', 'repeated', {}, 'It came again at 09:12:03 UTC: it was known, and no listener ran for that.'],
    [
      'that Slack retried',
      'repeated',
      { retryNum: 2, retryReason: 'http_timeout' },
      "It came again at 09:12:03 UTC (Slack's retry 2, because of http_timeout): it was known, and no listener ran for that.",
    ],
    [
      'that waited for more than a day',
      'dropped',
      { reason: 'expired' },
      'It was dropped at 09:12:03 UTC: team T1 was suspended or in doubt, and an event waits for that a day at most.',
    ],
    [
      'of a team without an installation',
      'dropped',
      { reason: 'inactive' },
      'It was dropped at 09:12:03 UTC: team T1 has no installation here. Check that DATABASE_URL names the right database; else install the app there.',
    ],
    [
      'of another app',
      'refused',
      { reason: 'other_app' },
      'It was refused at 09:12:03 UTC: it is for another Slack app than the one of this database. Check whose request URL, or app-level token, this server has.',
    ],
    [
      'that the database refuses',
      'refused',
      { reason: 'cannot_be_stored', code: 'value_refused' },
      'It was refused at 09:12:03 UTC and is lost: the database takes no such value, now or later (value_refused).',
    ],
    [
      'of an unknown kind',
      'refused',
      { reason: 'unknown_type' },
      'It was refused at 09:12:03 UTC: it is of a kind that this version does not know.',
    ],
    [
      'that RTM lost',
      'lost',
      { code: 'store_unavailable' },
      'It was lost at 09:12:03 UTC: it could not be stored (store_unavailable), and over RTM Slack sends nothing again.',
    ],
    [
      'for which there was no room',
      'unavailable',
      { code: 'intake_full' },
      'It could not be taken at 09:12:03 UTC: too many bytes waited to be committed. Slack was told to send it again.',
    ],
    [
      'that came while the database did not answer',
      'unavailable',
      { code: 'store_unavailable' },
      'It could not be taken at 09:12:03 UTC: the database did not take it in time. Slack was told to send it again.',
    ],
    [
      'that came while the server stopped',
      'unavailable',
      { code: 'server_stopped' },
      'It could not be taken at 09:12:03 UTC: the server was stopping. Slack was told to send it again.',
    ],
    [
      'that was given up',
      'discarded',
      { who: 'cli:ann' },
      'It had failed, and cli:ann gave it up at 09:12:03 UTC: its payload is gone.',
    ],
  ])('%s is told', (_what, kind, details, sentence) => {
    expect(tell(kind, details)).toBe(sentence);
  });

  it('of an inactive team says since when that is so, and why', () => {
    const inactiveSince = 'inactive since Tuesday 09:12:03 UTC (account_inactive)';
    expect(tell('dropped', { reason: 'unknown_team' }, { inactiveSince })).toMatch(/team T1 has no installation here/);
    expect(tell('dropped', { reason: 'unknown_team' }, { inactiveSince, state: { kind: 'inactive' } as never })).toBe(
      'It was dropped at 09:12:03 UTC: team T1 had no installation here yet.',
    );
    expect(tell('dropped', { reason: 'inactive' }, { inactiveSince })).toBe(
      `It was dropped at 09:12:03 UTC: team T1 was not active, ${inactiveSince}.`,
    );
  });

  it('that failed is told with the words of its error, where its row has them', () => {
    const details = { ms: 1, attempt: 3, listeners: ['a'], code: 'handler_timed_out' };
    expect(tell('failed', details, { errorWords: 'Listeners did not settle within 300000 ms' })).toContain(
      'in attempt 3 after 1 ms on n1 with handler_timed_out (Listeners did not settle within 300000 ms): a.',
    );
  });
});

it.each<FactKind>(['turned_away', 'challenged', 'rate_limited', 'deaf', 'gap', 'started', 'stopped', 'left_out'])(
  '%s is about no event',
  (kind) => {
    expect(tell(kind, {})).toBeUndefined();
  },
);
