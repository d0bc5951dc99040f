/** What is said of an event that has not ended, and of one whose row knows more than what is remembered of it. */
import { describe, expect, it } from 'vitest';
import type { FactDetails, FactKind } from '../../history/fact.ts';
import type { InboxEntry } from '../../inbox/inbox.ts';
import type { InstallationState } from '../../team/installation.ts';
import type { InstallationView, TimelineEntry } from '../../team/installations.ts';
import type { EventEvidence, KnownFact, KnownHeld } from './evidence.ts';
import { tellEvent } from './tell-event.ts';

const CAME_MS = Date.UTC(2026, 10, 18, 9, 12, 3);
const SINCE_MS = Date.UTC(2026, 10, 18, 9, 0, 0);
const NOW_MS = Date.UTC(2026, 10, 18, 12, 0, 0);

const aFact = (kind: FactKind, details: FactDetails, minute = 13): KnownFact => ({
  kind,
  atMs: Date.UTC(2026, 10, 18, 9, minute, 0),
  node: 'n1',
  eventId: 'Ev1',
  teamId: 'T1',
  type: 'message',
  channel: 'C1',
  ts: '1.1',
  details,
});

const aTeam = (state: InstallationState, access: 'granted' | 'revoked' = 'granted') =>
  ({ installation: { key: 'E1', state }, teams: [{ teamId: 'T1', access }] }) as unknown as InstallationView;

const ACTIVE = aTeam({ kind: 'active', doubt: { kind: 'none' } });

const anEntry = (state: InboxEntry['state'], error: InboxEntry['error'] = null) =>
  ({ eventId: 'Ev1', teamId: 'T1', state, error, receivedAtMs: CAME_MS, attempts: 0 }) as InboxEntry;

const aHeld = (changes: Partial<KnownHeld> = {}): KnownHeld => ({
  node: 'n1',
  eventId: 'Ev1',
  teamId: 'T1',
  type: 'message',
  receivedAtMs: CAME_MS,
  attempts: 0,
  isRunning: false,
  startedAtMs: null,
  behind: null,
  teamRuns: 3,
  teamMayRun: 20,
  ...changes,
});

const PLAN = { runAtMs: 0, takeovers: 0, replayId: null, behind: null };

function tell(evidence: Partial<EventEvidence>) {
  const nothing = { eventId: 'Ev1', facts: [], held: undefined, entry: undefined, plan: undefined };
  const { outcome, main } = tellEvent({ ...nothing, team: ACTIVE, teamId: 'T1', ...evidence }, NOW_MS);
  return [outcome, main.text];
}

const waiting = (evidence: Partial<EventEvidence>) => tell({ entry: anEntry('ready'), plan: PLAN, ...evidence });

describe('an event that waits', () => {
  it.each<[string, InstallationView, string]>([
    [
      'because its team is suspended',
      aTeam({ kind: 'suspended', reason: 'org_login_required', sinceMs: SINCE_MS }),
      'It waits: team T1 is suspended since 09:00:00 UTC (org_login_required). It is kept for a day.',
    ],
    [
      'because its team is in doubt',
      aTeam({ kind: 'active', doubt: { kind: 'confirming', code: 'invalid_auth', sinceMs: SINCE_MS } }),
      'It waits: team T1 is being checked at Slack, since 09:00:00 UTC (invalid_auth). It is kept for a day.',
    ],
    [
      'because an incident holds its team',
      aTeam({ kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: SINCE_MS } }),
      'It waits: team T1 is held with many others, see slack-bot-server incident, since 09:00:00 UTC (account_inactive). It is kept for a day.',
    ],
    [
      'because the organization has not let the app in',
      aTeam({ kind: 'active', doubt: { kind: 'none' } }, 'revoked'),
      'It waits: the organization E1 has not let the app into team T1. It is kept for a day.',
    ],
  ])('%s says so, whether a process has it in hand or not', (_why, team, text) => {
    expect(waiting({ team })).toEqual(['waiting', text]);
    expect(waiting({ team, held: aHeld() })).toEqual(['waiting', text]);
  });

  it.each<[string, Partial<KnownHeld>, string]>([
    [
      'for a place of its team',
      { teamRuns: 20 },
      'It waits since 09:12:03 UTC on n1 for a free place: 20 events of its team run, and no more may.',
    ],
    [
      'for a place of the process',
      { teamRuns: 2, processRuns: 499 },
      'It waits since 09:12:03 UTC on n1 for a free place: 499 events of all teams run there, 2 of them of its team, and others have fewer.',
    ],
    ['for its turn', { teamRuns: 1 }, 'It waits since 09:12:03 UTC on n1 for its turn: 1 event of its team runs.'],
  ])('%s says so', (_why, held, text) => {
    expect(waiting({ held: aHeld(held) })).toEqual(['waiting', text]);
  });

  it('to be run alone says that processes died of it, and not that an operator asked for it', () => {
    expect(tell({ entry: anEntry('retry'), plan: { ...PLAN, takeovers: 2 } })).toEqual([
      'retrying',
      'The process died 2 times while it was handling this event, so the event runs alone, when no other isolated event does.',
    ]);
    expect(tell({ entry: anEntry('retry'), plan: PLAN })[1]).toContain('an operator asked for that');
  });
});

describe('an event that failed', () => {
  const POISON = { code: 'poison', message: 'The process died twice while this event ran alone', at: null };
  const words = expect.stringMatching(/^It failed: the process died twice while it ran alone.*events replay Ev1/);

  it('because it killed the process says so, also when its listener had failed before that', () => {
    expect(tell({ entry: anEntry('failed', POISON) })).toEqual(['failed', words]);
    const before = aFact('failed', { code: 'listener_failed', runAtMs: CAME_MS + 60_000, attempt: 1 });
    expect(tell({ entry: anEntry('failed', POISON), facts: [before] })).toEqual(['failed', words]);
  });

  it('for good is told by its last failure, not by one after which it was tried again', () => {
    const error = { code: 'listener_failed', message: 'no', at: null };
    const first = aFact('failed', { code: 'listener_failed', runAtMs: CAME_MS + 60_000, attempt: 1 });
    const last = aFact('failed', { code: 'listener_failed', attempt: 2 }, 14);
    expect(tell({ entry: anEntry('failed', error), facts: [first, last] })[1]).toMatch(/^It failed at 09:14:00 UTC/);
    // The process died before it wrote the second one.
    expect(tell({ entry: anEntry('failed', error), facts: [first] })[1]).toMatch(/^It failed with listener_failed/);
  });
});

describe('an event that is done', () => {
  const DONE = expect.stringMatching(/^It is done: handled, dropped or given up/);

  it('of which only an earlier failure, a repeat or a refusal of the moment is remembered is not called failed', () => {
    const failed = aFact('failed', { code: 'listener_failed', runAtMs: CAME_MS + 60_000, attempt: 1 });
    for (const facts of [[], [failed], [aFact('repeated', {})], [aFact('unavailable', { code: 'intake_full' })]])
      expect(tell({ entry: anEntry('done'), facts })).toEqual(['done', DONE]);
  });

  it('is told by its end, whatever came after that', () => {
    const handled = aFact('handled', { listeners: ['a'], ms: 5, attempt: 1 });
    const later = [aFact('repeated', {}, 15), aFact('unavailable', { code: 'server_stopped' }, 16)];
    expect(tell({ entry: anEntry('done'), facts: [handled, ...later] })[0]).toBe('handled');
  });
});

describe('an event that was dropped', () => {
  const verdict = (minute: number, facts: Record<string, unknown>) =>
    ({ kind: 'verdict', atMs: Date.UTC(2026, 10, 18, 9, minute), facts }) as TimelineEntry;
  const gone = verdict(5, { from: 'active', to: 'inactive', code: 'account_inactive' });
  const deactivated = verdict(5, { from: 'active', to: 'inactive', code: null, why: 'operator' });
  const back = verdict(40, { from: 'inactive', to: 'active' });
  const again = { ...back, kind: 'reactivated', facts: {} };
  const dropped = { facts: [aFact('dropped', { reason: 'inactive' })] };

  it.each<[string, TimelineEntry[], string]>([
    ['an operator asked Slack', [back, gone], 'inactive from 09:05:00 UTC (account_inactive) to 09:40:00 UTC.'],
    ['the team installed again', [again, deactivated], 'inactive from 09:05:00 UTC (operator) to 09:40:00 UTC.'],
    ['its timeline has forgotten it', [], 'and is again by now.'],
  ])('says when and why its team was inactive after %s', (_what, timeline, words) => {
    const text = `It was dropped at 09:13:00 UTC: team T1 was not active, ${words}`;
    expect(tell({ ...dropped, timeline })).toEqual(['dropped', text]);
  });
});

describe('an event whose process died in the middle', () => {
  const story = (evidence: Partial<EventEvidence>) => {
    const nothing = { eventId: 'Ev1', facts: [], held: undefined, entry: undefined, plan: undefined };
    const { sentences } = tellEvent({ ...nothing, team: ACTIVE, teamId: 'T1', ...evidence }, NOW_MS);
    return sentences.map(({ text, certainty }) => [certainty, text]);
  };
  const handled = aFact('handled', { listeners: ['a'], ms: 5, attempt: 3 });

  it('says so while it waits or runs again, and of attempts that wrote nothing that this is likely', () => {
    const taken = { entry: anEntry('ready'), plan: { ...PLAN, takeovers: 1 } };
    const died = 'The process that was handling it died, or lost its lease, in the middle.';
    expect(story(taken)).toContainEqual(['proved', died]);
    expect(story({ ...taken, held: aHeld({ isRunning: true }) })).toContainEqual(['proved', died]);
    const failed = aFact('failed', { code: 'listener_failed', runAtMs: CAME_MS, attempt: 1 }, 12);
    expect(story({ entry: anEntry('done'), facts: [failed, handled] })).toContainEqual([
      'likely',
      expect.stringMatching(/^1 earlier attempt left no record: the process that was handling it died/),
    ]);
  });

  it('is not suspected where each attempt wrote how it ended', () => {
    const failed = (attempt: number) => aFact('failed', { code: 'x', runAtMs: CAME_MS, attempt }, 11 + attempt);
    for (const facts of [[failed(1), failed(2), handled], [aFact('handled', { listeners: ['a'] })], [failed(1)]])
      expect(JSON.stringify(story({ entry: anEntry('done'), facts }))).not.toContain('in the middle');
  });
});

describe('an event that had failed', () => {
  const FAILED = aFact('failed', { attempt: 1, ms: 30, listeners: ['a'], code: 'listener_failed' });
  const story = (facts: KnownFact[], entry: InboxEntry | undefined) =>
    tellEvent({ eventId: 'Ev1', facts, held: undefined, entry, plan: undefined, team: ACTIVE, teamId: 'T1' }, NOW_MS)
      .sentences.map(({ text }) => text)
      .join(' ');

  it.each([
    ['and was given up', [FAILED, aFact('discarded', { who: 'cli:ann' }, 20)], anEntry('done')],
    [
      'and was given up so long ago that its row is gone',
      [FAILED, aFact('discarded', { who: 'cli:ann' }, 20)],
      undefined,
    ],
    [
      'and was handled when it was run again',
      [FAILED, aFact('handled', { attempt: 2, listeners: ['a'] }, 20)],
      anEntry('done'),
    ],
  ])('%s is not said to be run again by a replay, which is impossible then', (_how, facts, entry) => {
    expect(story(facts, entry)).toContain('It was not to be tried again by itself.');
    expect(story(facts, entry)).not.toContain('events replay');
  });

  it('three times is said once, of its last run, to be run again by a replay', () => {
    const runs = [1, 2, 3].map((attempt) => aFact('failed', { ...FAILED.details, attempt }, 12 + attempt));
    const told = story(runs, anEntry('failed', { code: 'listener_failed', message: 'm', at: null }));
    expect(told.match(/It failed at/g)).toHaveLength(3);
    expect(told.match(/It was not to be tried again by itself/g)).toHaveLength(2);
    expect(told.match(/events replay Ev1 runs it again/g)).toHaveLength(1);
    expect(told).toMatch(/events replay Ev1 runs it again\.$/);
  });

  it.each(['ready', 'retry'] as const)('and was replayed is not said to need another replay (%s)', (state) => {
    expect(story([FAILED], anEntry(state))).not.toContain('events replay');
  });

  it('and waits for an operator is said to be run again by a replay', () => {
    expect(story([FAILED], anEntry('failed', { code: 'listener_failed', message: 'm', at: null }))).toContain(
      'slack-bot-server events replay Ev1 runs it again',
    );
  });
});
