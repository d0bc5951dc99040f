/** The harness must be able to fail: each broken promise is found in evidence of it. */
import { describe, expect, it } from 'vitest';
import { type Evidence, type Handling, judge } from './verdict.ts';

const KILL_AT_MS = 10_000;
const kill = { atMs: KILL_AT_MS, goneAtMs: KILL_AT_MS + 5 };

/** An event that waits while the process is killed and is handled afterwards: what every good run has. */
const waiting = [...run('waiting', { attempt: 2, from: 11_000, to: 11_005 })];

function run(eventId: string, { attempt, from, to }: { attempt: number; from: number; to?: number }): Handling[] {
  const begin: Handling = { eventId, attempt, what: 'begin', atMs: from };
  return to === undefined ? [begin] : [begin, { eventId, attempt, what: 'end', atMs: to }];
}

function evidence(handlings: readonly Handling[], overrides: Partial<Evidence> = {}): Evidence {
  const all = [...handlings, ...waiting];
  const accepted = new Map(all.map(({ eventId }) => [eventId, 1_000]));
  return { accepted, handlings: all, kills: [kill], integrity: 'ok', ...overrides };
}

describe('judge', () => {
  it('is content when each accepted event was handled once', () => {
    expect(judge(evidence(run('a', { attempt: 1, from: 2_000, to: 2_005 })))).toEqual({
      accepted: 2,
      handled: 2,
      kills: 1,
      leastQueue: 1,
      lost: [],
      repeatedInside: 0,
      repeatedOutside: [],
      problems: [],
      isKept: true,
    });
  });

  it('finds a lost event: accepted and never ended', () => {
    const accepted = new Map([
      ['waiting', 1_000],
      ['a', 1_000],
      ['b', 1_000],
    ]);
    const verdict = judge(evidence(run('b', { attempt: 1, from: 2_000 }), { accepted }));
    expect(verdict).toMatchObject({ lost: ['a', 'b'], isKept: false });
  });

  it('does not ask for an event that got no 200', () => {
    const accepted = new Map([['waiting', 1_000]]);
    expect(judge(evidence([], { accepted }))).toMatchObject({ accepted: 1, isKept: true });
  });

  it('allows a repeat of what was unfinished, or ended less than 100 ms before the kill', () => {
    const repeated = [
      ...run('unfinished', { attempt: 1, from: 9_000 }),
      ...run('unfinished', { attempt: 2, from: 11_000, to: 11_005 }),
      ...run('just ended', { attempt: 1, from: 9_890, to: 9_901 }),
      ...run('just ended', { attempt: 2, from: 11_000, to: 11_005 }),
      ...run('ended while it died', { attempt: 1, from: 9_999, to: 10_002 }),
      ...run('ended while it died', { attempt: 2, from: 11_000, to: 11_005 }),
    ];
    expect(judge(evidence(repeated))).toMatchObject({ repeatedInside: 3, repeatedOutside: [], isKept: true });
  });

  it.each([
    ['ended 100 ms before the kill', run('a', { attempt: 1, from: 9_890, to: 9_900 }), 2, 11_000],
    ['was repeated before the kill', run('a', { attempt: 1, from: 9_890, to: 9_950 }), 2, 9_980],
    ['was first handled after the kill', run('a', { attempt: 1, from: 10_500, to: 10_505 }), 2, 11_000],
    ['came again as attempt 1', run('a', { attempt: 1, from: 9_990 }), 1, 11_000],
  ])('finds a wrong repeat: the event %s', (_what, first, attempt, from) => {
    const verdict = judge(evidence([...first, ...run('a', { attempt, from, to: from + 5 })]));
    expect(verdict.repeatedOutside).toHaveLength(1);
    expect(verdict).toMatchObject({ repeatedInside: 0, isKept: false });
  });

  it('finds a damaged database', () => {
    expect(judge(evidence([], { integrity: 'row 5 missing from index inbox_event' })).isKept).toBe(false);
  });

  it('does not take a kill with an empty queue, or no kill, for a proof', () => {
    const kills = [kill, { atMs: 20_000, goneAtMs: 20_005 }];
    expect(judge(evidence([], { kills })).problems).toEqual(['kill 2 met an empty queue and proves nothing']);
    expect(judge(evidence([], { kills: [] })).isKept).toBe(false);
  });
});
