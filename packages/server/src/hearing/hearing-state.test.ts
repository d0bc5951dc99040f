import { describe, expect, it } from 'vitest';
import {
  type Deafness,
  dueAtMs,
  type HearingEnv,
  type HearingEvent,
  type HearingState,
  hearingDefaults,
  type Moment,
  type Post,
  transition,
} from './hearing-state.ts';

const MINUTE_MS = 60_000;

/** Posts of a team at these seconds; each is of the order of its second, so that events stand between them by theirs. */
const postsAt = (team: string, ...seconds: number[]): Post[] =>
  seconds.map((second) => ({ id: `${team}-${second}`, team, channel: 'C1', atMs: second * 1_000, order: second * 10 }));
const at = (second: number): Moment => ({ atMs: second * 1_000, order: second * 10 });

const three = postsAt('T1', 10, 11, 12);
const deafness: Deafness = { times: 1, sources: ['a'], notBeforeMs: 200_000 };
const states = {
  hearing: { kind: 'hearing', posts: three },
  checking: { kind: 'checking', id: 7, posts: three, deafness: null },
  checkingAgain: { kind: 'checking', id: 7, posts: three, deafness },
  deaf: { kind: 'deaf', posts: three, deafness },
} as const satisfies Record<string, HearingState>;

/** A minute on, sockets a and b, of which nothing was heard since they were opened at second 1. */
function env(differing: Partial<HearingEnv> = {}): HearingEnv {
  return {
    nowMs: MINUTE_MS,
    heard: new Map([
      ['a', at(1)],
      ['b', at(1)],
    ]),
    othersHeard: () => undefined,
    newId: 8,
    options: hearingDefaults,
    ...differing,
  };
}

const ids = new Set(three.map(({ id }) => id));
const events = {
  posted: { type: 'posted', post: { id: 'new', team: 'T2', channel: 'C1', atMs: MINUTE_MS, order: 600 } },
  postedTooMany: { type: 'posted', post: { id: 'new', team: 'T1', channel: 'C1', atMs: MINUTE_MS, order: 600 } },
  returned: { type: 'returned', id: 'T1-10' },
  returnedAnother: { type: 'returned', id: 'T9-1' },
  heardThere: { type: 'heard', source: 'a' },
  heardElsewhere: { type: 'heard', source: 'b' },
  changed: { type: 'changed' },
  excused: { type: 'excused', team: 'T1' },
  due: { type: 'due' },
  checked: { type: 'checked', id: 7, returnable: ids },
  checkedInVain: { type: 'checked', id: 7, returnable: new Set(['T1-10']) },
  checkedLate: { type: 'checked', id: 6, returnable: ids },
} as const satisfies Record<string, HearingEvent>;

/** The kind, the posts that are left and the effects; `same` = ignored on purpose. */
type Expected = 'same' | `${HearingState['kind']} ${number}${'' | ` ${'check' | 'deaf' | 'hears'}`}`;

const table: Record<keyof typeof states, Record<keyof typeof events, Expected>> = {
  hearing: {
    posted: 'hearing 4',
    postedTooMany: 'same',
    returned: 'hearing 2',
    returnedAnother: 'same',
    heardThere: 'same',
    heardElsewhere: 'same',
    changed: 'hearing 0',
    excused: 'hearing 0',
    due: 'checking 3 check',
    checked: 'same',
    checkedInVain: 'same',
    checkedLate: 'same',
  },
  checking: {
    posted: 'checking 4',
    postedTooMany: 'same',
    returned: 'checking 2',
    returnedAnother: 'same',
    heardThere: 'same',
    heardElsewhere: 'same',
    changed: 'hearing 0',
    excused: 'checking 0',
    due: 'same',
    checked: 'deaf 0 deaf',
    checkedInVain: 'hearing 1',
    checkedLate: 'same',
  },
  checkingAgain: {
    posted: 'checking 4',
    postedTooMany: 'same',
    returned: 'checking 2',
    returnedAnother: 'same',
    heardThere: 'hearing 3 hears',
    heardElsewhere: 'same',
    changed: 'deaf 0',
    excused: 'checking 0',
    due: 'same',
    checked: 'deaf 0 deaf',
    checkedInVain: 'deaf 1',
    checkedLate: 'same',
  },
  deaf: {
    posted: 'deaf 4',
    postedTooMany: 'same',
    returned: 'deaf 2',
    returnedAnother: 'same',
    heardThere: 'hearing 3 hears',
    heardElsewhere: 'same',
    changed: 'deaf 0',
    excused: 'deaf 0',
    // Not before the back-off is over.
    due: 'same',
    checked: 'same',
    checkedInVain: 'same',
    checkedLate: 'same',
  },
};

const cells = Object.entries(table).flatMap(([kind, row]) =>
  Object.entries(row).map(([event, expected]) => [kind, event, expected] as const),
);

describe('a state of hearing', () => {
  it.each(cells)('%s, told %s, is %s', (kind, event, expected) => {
    const before = states[kind as keyof typeof states];
    const { state, effects } = transition(before, events[event as keyof typeof events], env());
    const words = [state.kind, state.posts.length, ...effects.map(({ type }) => type)].join(' ');
    expect(state === before ? 'same' : words).toBe(expected);
  });
});

describe('deaf is', () => {
  const hearing = (posts: readonly Post[]): HearingState => ({ kind: 'hearing', posts });
  const kindOf = (posts: readonly Post[], differing: Partial<HearingEnv> = {}) =>
    transition(hearing(posts), events.due, env(differing)).state.kind;

  it('what three posts of a team did not come back on, 45 s after the first and 5 s after the last', () => {
    expect(dueAtMs(hearing(three), hearingDefaults)).toBe(55_000);
    expect(dueAtMs(hearing(postsAt('T1', 10, 11, 53)), hearingDefaults)).toBe(58_000);
    expect(dueAtMs(hearing(three.slice(1)), hearingDefaults)).toBeUndefined();
    expect(kindOf(three, { nowMs: 54_999 })).toBe('hearing');
    expect(kindOf(three, { nowMs: 55_000 })).toBe('checking');
  });

  it('nothing on which anything was heard since', () => {
    const both = new Map([
      ['a', at(11)],
      ['b', at(30)],
    ]);
    expect(transition(hearing(three), events.due, env({ heard: both })).state).toEqual(hearing(three.slice(2)));
    // Only the other one hears.
    const one = new Map([
      ['a', at(1)],
      ['b', at(30)],
    ]);
    const { state } = transition(states.checking, events.checked, env({ heard: one }));
    expect(state).toMatchObject({ kind: 'deaf', deafness: { times: 1, sources: ['a'] } });
  });

  it('not decided on posts of just now, when those that made it due could not come back', () => {
    const young = postsAt('T2', 57, 58, 59);
    const asked = transition(hearing([...three, ...young]), events.due, env());
    expect(asked.effects).toMatchObject([{ type: 'check', posts: [...three, ...young] }]);
    const answer = { type: 'checked', id: 8, returnable: new Set(young.map(({ id }) => id)) } as const;
    expect(transition(asked.state, answer, env())).toEqual({ state: hearing(young), effects: [] });
    const later = transition(hearing(young), events.due, env({ nowMs: 102_000 }));
    expect(later.effects).toMatchObject([{ type: 'check', posts: young }]);
  });

  it('not decided by one team while another one hears, but by two', () => {
    const othersHeard = (team: string) => (team === 'T1' ? at(20) : undefined);
    expect(kindOf(three, { othersHeard })).toBe('hearing');
    expect(kindOf([...postsAt('T2', 9), ...three], { othersHeard })).toBe('checking');
    expect(kindOf(three, { othersHeard: () => at(9) })).toBe('checking');
  });

  it('nothing while no connection is open', () => {
    expect(transition(hearing([]), events.posted, env({ heard: new Map() })).state.posts).toEqual([]);
  });

  it('found again after a back-off that doubles up to an hour', () => {
    let state: HearingState = states.checking;
    const waitedMs: number[] = [];
    for (let n = 0; n < 7; n++) {
      state = transition(state, events.checked, env()).state;
      if (state.kind !== 'deaf') throw new Error(state.kind);
      waitedMs.push(state.deafness.notBeforeMs - MINUTE_MS);
      expect(dueAtMs({ ...state, posts: three }, hearingDefaults)).toBe(state.deafness.notBeforeMs);
      state = { kind: 'checking', id: 7, posts: three, deafness: state.deafness };
    }
    expect(waitedMs.map((ms) => ms / MINUTE_MS)).toEqual([2, 4, 8, 16, 32, 60, 60]);
  });

  it('counted on twelve posts at most', () => {
    let state = hearing([]);
    for (let n = 0; n < 40; n++) {
      const post: Post = { id: `${n}`, team: `T${n}`, channel: 'C1', atMs: MINUTE_MS, order: 100 + n };
      state = transition(state, { type: 'posted', post }, env()).state;
    }
    expect(state.posts).toHaveLength(12);
  });
});
