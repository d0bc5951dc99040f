/** Answers of servers of other versions, older and newer ones. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { replayEvents } from '../operations/events/replay-events.ts';
import { listReplays } from '../operations/replays/list-replays.ts';
import { showStatus } from '../operations/status/show-status.ts';
import { listTeams } from '../operations/teams/list-teams.ts';
import { readAnswer } from './remote-answer.ts';

const replayed = { matching: 2, leftOut: 1, replayed: 0, replay: 3, server: null, next: 'it waits' };
const replay = { replay: 1, state: 'running', who: 'cli:ann', ended: null, total: 2, replayed: 1, filter: {} };
const asked = '2026-11-18T11:06:40.000Z';

describe('an answer of an older server', () => {
  it('that has not learned a field yet has its default', () => {
    const { leftOut: _leftOut, ...older } = replayed;
    expect(readAnswer(replayEvents.output, older)).toEqual({ data: { ...replayed, leftOut: 0 } });
  });

  it('that does not say whether it can store events is read as one that can', () => {
    const older = {
      at: asked,
      server: 7,
      servers: [],
      teams: { active: 1, confirming: 0, held: 0, suspended: 0, inactive: 0 },
      events: { waiting: 0, failed: 0, oldestWaiting: null },
      incident: null,
      store: { engine: 'sqlite', schema: 43, sizeBytes: 1 },
      keys: { sealsWith: '0123abcd' },
      nextExpiries: [],
    };
    const data = { ...older, store: { ...older.store, trouble: null } };
    expect(readAnswer(showStatus.output, older)).toEqual({ data });
  });

  it('that lacks what this version must know is refused by the name of the field', () => {
    const { matching: _matching, ...strange } = replayed;
    expect(readAnswer(replayEvents.output, strange)).toEqual({ fault: 'matching is missing' });
    const rows = { replays: [{ ...replay, asked }, replay] };
    expect(readAnswer(listReplays.output, rows)).toEqual({ fault: 'replays.1.asked is missing' });
  });
});

describe('an answer of a newer server', () => {
  it('that says more is read for what is known', () => {
    expect(readAnswer(replayEvents.output, { ...replayed, later: { a: 1 } })).toEqual({ data: replayed });
  });

  it('with a word that is not known keeps it, wherever it stands', () => {
    const rows = [
      { ...replay, asked },
      { ...replay, asked, state: 'frozen', later: true },
    ];
    const { data } = readAnswer(listReplays.output, { replays: rows }) as { data: { replays: unknown[] } };
    const ofOlder = { needsServer: false, why: null };
    expect(data.replays).toEqual([
      { ...replay, asked, ...ofOlder },
      { ...replay, asked, ...ofOlder, state: 'frozen' },
    ]);
  });
});

it.each([
  [null, 'it is not an object'],
  ['teams', 'it is not an object'],
  [{ teams: 'none' }, 'teams is of another kind'],
  [{ ...replayed, teams: [] }, 'nextCursor is missing'],
])('an answer of another program is refused: %j', (answer, fault) => {
  expect(readAnswer(listTeams.output, answer)).toEqual({ fault });
});

describe('words of a newer server in a union', () => {
  const schema = z.object({
    rows: z.array(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('token'), outcome: z.enum(['sent', 'gone']).nullable(), done: z.int() }),
        z.object({ kind: z.literal('delay'), why: z.literal('limited').default('limited') }),
      ]),
    ),
    ends: z.union([z.int(), z.enum(['never', 'unknown'])]).optional(),
    told: z.record(z.string(), z.union([z.object({ state: z.enum(['on', 'off']) }), z.object({ error: z.string() })])),
  });
  const known = { rows: [{ kind: 'token', outcome: 'sent', done: 1 }], told: {} };

  it.each([
    ['a word of a member', { ...known, rows: [{ kind: 'token', outcome: 'lost', done: 1 }] }],
    ['a word where there was one', { ...known, rows: [{ kind: 'delay', why: 'asleep' }] }],
    ['a word where there may be a number', { ...known, ends: 'someday' }],
    ['a word below a name of their own', { ...known, told: { a: { state: 'dimmed' }, b: { error: 'none' } } }],
    ['a member, with all that it says', { ...known, rows: [...known.rows, { kind: 'note', text: { a: [1] } }] }],
  ])('stay as they came: %s', (_what, answer) => {
    expect(readAnswer(schema, answer)).toEqual({ data: answer });
  });

  it('change nothing of the known ones beside them', () => {
    const rows = [{ kind: 'delay' }, { kind: 'token', outcome: null, done: 2, later: 1 }, { kind: 'note' }];
    expect(readAnswer(schema, { rows, told: {} })).toEqual({
      data: {
        rows: [{ kind: 'delay', why: 'limited' }, { kind: 'token', outcome: null, done: 2 }, { kind: 'note' }],
        told: {},
      },
    });
  });

  it.each([
    [{ ...known, rows: [{ kind: 'token', outcome: 'sent' }] }, 'rows.0'],
    [{ ...known, rows: [{ kind: 7 }] }, 'rows.0'],
    [{ ...known, rows: [{ kind: 'token', outcome: 7, done: 1 }] }, 'rows.0'],
    [{ ...known, ends: [] }, 'ends'],
  ])('excuse nothing else: %j', (answer, place) => {
    const { fault } = readAnswer(schema, answer) as { fault: string };
    expect(fault).toMatch(new RegExp(`^${place}.* is (missing|of another kind)$`));
  });
});

describe('a hostile answer', () => {
  const open = z.object({
    facts: z.record(z.string(), z.unknown()),
    row: z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })]),
    state: z.enum(['on', 'off']),
  });

  it.each([
    '{"__proto__":{"polluted":1},"facts":{"__proto__":{"polluted":1}},"row":{"kind":"c","__proto__":{"polluted":1}},"state":"x"}',
    '{"constructor":{"prototype":{"polluted":1}},"facts":{"constructor":{"prototype":{"polluted":1}}},"row":{"kind":"__proto__"},"state":"constructor"}',
    '{"facts":{},"row":{"kind":"constructor","constructor":{"prototype":{"polluted":1}}},"state":"__proto__"}',
  ])('changes no prototype: %s', (text) => {
    const { data } = readAnswer(open, JSON.parse(text)) as { data: z.output<typeof open> };
    for (const value of [{}, [], data, data.facts, data.row]) {
      expect((value as { polluted?: unknown }).polluted).toBeUndefined();
      if (!Array.isArray(value)) expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
    expect(data.state).toBe((JSON.parse(text) as typeof data).state);
  });

  it.each([
    '["state"]',
    '{"facts":{},"row":[],"state":"on"}',
    '{"facts":[],"row":{"kind":"a"},"state":["on"]}',
    '"__proto__"',
    '7',
  ])('of other shapes is refused: %s', (text) => {
    expect(readAnswer(open, JSON.parse(text))).toEqual({ fault: expect.stringMatching(/ /) });
  });

  it('that says nothing of what every object has lacks it', () => {
    const named = z.object({ constructor: z.string(), toString: z.string() });
    expect(readAnswer(named, JSON.parse('{}'))).toEqual({ fault: 'constructor is missing' });
  });

  it('nested a hundred thousand times is read or refused, and not thrown', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect(readAnswer(open, { facts: { deep }, row: { kind: 'c', deep }, state: 'x' })).toHaveProperty(
      'data.state',
      'x',
    );
    expect(readAnswer(open, deep)).toEqual({ fault: 'it is not an object' });
    const tree: z.ZodType = z.lazy(() => z.array(tree));
    expect(readAnswer(z.object({ tree, state: z.enum(['on', 'off']) }), { tree: deep, state: 'x' })).toEqual({
      fault: 'it is nested too deeply',
    });
  });
});
