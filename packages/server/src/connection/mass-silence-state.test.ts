/** What the silence of many sockets means, as a table and over random samples. Written from SPEC.md, not from the code. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  giveUpAtMs,
  type MassSilenceEvent,
  type MassSilenceState,
  type MassSilenceStep,
  transition,
} from './mass-silence-state.ts';

const NOW = 1_000_000;
const limits = { pingIntervalMs: 10_000, pongTimeoutMs: 5_000, incidentPongTimeoutMs: 60_000 };
const env = { nowMs: NOW, limits };

const five = {
  kind: 'sampling',
  round: 3,
  tried: 5,
  answered: 0,
  failed: 0,
  void: 0,
  keptFromMs: NOW - 20_000,
} as const;
const situations = {
  calm: { kind: 'calm', round: 2 },
  /** Five are tried and two have answered. */
  sampling: { ...five, answered: 2 },
  /** The last of five is awaited: two and two. */
  samplingLast: { ...five, answered: 2, failed: 2 },
  keeping: { kind: 'keeping', round: 3, sampleAtMs: NOW + 1, keptFromMs: NOW - 9_999 },
  keepingDue: { kind: 'keeping', round: 3, sampleAtMs: NOW, keptFromMs: NOW - 10_000 },
  replacing: { kind: 'replacing', round: 3, untilMs: NOW + 1 },
  replacingDue: { kind: 'replacing', round: 3, untilMs: NOW },
} as const satisfies Record<string, MassSilenceState>;
type Situation = keyof typeof situations;

const events = {
  many: { type: 'tick', isMany: true },
  few: { type: 'tick', isMany: false },
  triedNone: { type: 'sampled', tried: 0 },
  answered: { type: 'vote', round: 3, outcome: 'answered' },
  failed: { type: 'vote', round: 3, outcome: 'failed' },
  void: { type: 'vote', round: 3, outcome: 'void' },
  answeredBefore: { type: 'vote', round: 2, outcome: 'answered' },
} as const satisfies Record<string, MassSilenceEvent>;
type EventName = keyof typeof events;

type Expected = string;
const no: Expected = 'ignored';
const table: Record<Situation, Record<EventName, Expected>> = {
  calm: {
    many: 'sampling 3, sample',
    few: no,
    triedNone: no,
    answered: no,
    failed: no,
    void: no,
    answeredBefore: no,
  },
  sampling: {
    many: no,
    few: 'calm 3',
    triedNone: no,
    // Three of five: what the others say does not matter any more.
    answered: 'replacing 3',
    failed: 'sampling 3',
    void: 'sampling 3',
    answeredBefore: no,
  },
  samplingLast: {
    many: no,
    few: 'calm 3',
    triedNone: no,
    answered: 'replacing 3',
    failed: 'keeping 3',
    // As many answered as failed: in doubt what is there is kept.
    void: 'keeping 3',
    answeredBefore: no,
  },
  keeping: { many: no, few: 'calm 3', triedNone: no, answered: no, failed: no, void: no, answeredBefore: no },
  keepingDue: {
    many: 'sampling 4, sample',
    few: 'calm 3',
    triedNone: no,
    answered: no,
    failed: no,
    void: no,
    answeredBefore: no,
  },
  replacing: { many: no, few: no, triedNone: no, answered: no, failed: no, void: no, answeredBefore: no },
  replacingDue: {
    many: 'sampling 4, sample',
    few: 'calm 3',
    triedNone: no,
    answered: no,
    failed: no,
    void: no,
    answeredBefore: no,
  },
};

function stepText(before: MassSilenceState, { state, mustSample }: MassSilenceStep): Expected {
  if (state === before) return mustSample ? 'ignored, but sample' : 'ignored';
  return `${state.kind} ${state.round}${mustSample ? ', sample' : ''}`;
}

const cells = Object.entries(table).flatMap(([situation, row]) =>
  Object.entries(row).map(([event, expected]) => [situation as Situation, event as EventName, expected] as const),
);

describe('the silence of many', () => {
  it.each(cells)('%s, %s: %s', (situation, event, expected) => {
    const state = situations[situation];
    expect(stepText(state, transition(state, events[event], env))).toBe(expected);
  });

  it('looks for another sample ten seconds later when there was nothing to try, and forgives nothing', () => {
    const begun = transition(situations.calm, events.many, env).state;
    const { state } = transition(begun, events.triedNone, env);
    expect(state).toEqual({
      kind: 'keeping',
      round: 3,
      sampleAtMs: NOW + 10_000,
      keptFromMs: Number.NEGATIVE_INFINITY,
    });
  });

  it('forgives the time until a sample that fared no better', () => {
    const { state } = transition(situations.samplingLast, events.failed, env);
    expect(state).toMatchObject({ kind: 'keeping', keptFromMs: NOW });
  });

  it('goes by the usual limit until everyone was pinged and had time to answer', () => {
    const { state } = transition(situations.samplingLast, events.answered, env);
    expect(state).toMatchObject({ untilMs: NOW + 15_000 });
  });

  it('C18 keeps votes to their own sample, and decides each sample that has all of them', () => {
    const outcome = fc.constantFrom('answered', 'failed', 'void' as const);
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 5 }), (outcomes) => {
        let { state }: { state: MassSilenceState } = transition(situations.calm, events.many, env);
        state = transition(state, { type: 'sampled', tried: outcomes.length }, env).state;
        for (const each of outcomes) {
          state = transition(state, { type: 'vote', round: 3, outcome: each } as MassSilenceEvent, env).state;
        }
        const count = (wanted: string) => outcomes.filter((each) => each === wanted).length;
        const isDead = count('answered') > count('failed');
        expect(state.kind).toBe(isDead ? 'replacing' : 'keeping');
      }),
    );
  });
});

describe('a silent socket is given up', () => {
  it.each<[Situation, pingedMs: number, afterMs: number]>([
    ['calm', NOW, NOW + 5_000],
    ['replacing', NOW, NOW + 5_000],
    // The last sample that fared no better was 20 s ago.
    ['sampling', NOW - 30_000, NOW + 40_000],
    ['sampling', NOW - 10_000, NOW + 50_000],
    ['keepingDue', NOW - 300_000, NOW + 50_000],
    // Ten minutes at most, whatever samples say.
    ['keepingDue', NOW - 560_000, NOW + 40_000],
  ])('%s, pinged at %i: at %i', (situation, pingedMs, expected) => {
    expect(giveUpAtMs(situations[situation], pingedMs, limits)).toBe(expected);
  });
});
