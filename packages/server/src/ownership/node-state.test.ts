/** A node's rules as a table: every situation against every event. Written from the design, not from the code. */
import { describe, expect, it } from 'vitest';
import {
  type Books,
  leaseDefaults,
  type NodeEvent,
  type NodeFact,
  type NodeState,
  type Survey,
  type Tell,
} from './node-model.ts';
import { nextQuery, type Step, transition } from './node-state.ts';

const NOW = 1_000_000;
const options = { ...leaseDefaults, shards: 4, socketSlots: 0 };
const env = { nowMs: NOW, options };

const lease = { nodeId: 'me', deadlineMs: NOW + 9_000, renewAtMs: NOW + 2_500, published: 'ready' } as const;
const books: Books = {
  holdings: new Map([
    [1, { epoch: 5, phase: 'held' }],
    [2, { epoch: 6, phase: 'held' }],
  ]),
  mode: { kind: 'serving' },
  lacks: [],
  orphanedSinceMs: new Map(),
  claims: [],
  surveyAtMs: NOW + 1_000,
  given: new Set(),
  takenBack: 0,
  noGiveBeforeMs: Number.NEGATIVE_INFINITY,
  hasHeir: false,
  seen: new Map([
    [0, 1],
    [1, 5],
    [2, 6],
    [3, 6],
  ]),
  contested: [],
};
const halfway: Books['holdings'] = new Map([
  [1, { epoch: 5, phase: 'draining', sinceMs: NOW }],
  [2, { epoch: 6, phase: 'releasing' }],
]);
const stopping = { kind: 'stopping', allAtMs: NOW + 5_000, endAtMs: NOW + 10_000, leaves: true } as const;

const both = [
  { shard: 1, epoch: 5 },
  { shard: 2, epoch: 6 },
];

type Situation =
  | 'idle'
  | 'joining'
  | 'owning'
  | 'givingBack'
  | 'draining'
  | 'stopping'
  | 'pastDeadline'
  | 'fenced'
  | 'fencedWithoutLease'
  | 'fencedForLong'
  | 'stopped';

const situations: Record<Situation, NodeState> = {
  idle: { kind: 'idle' },
  joining: { kind: 'joining' },
  owning: { kind: 'owning', lease, ...books },
  givingBack: { kind: 'owning', lease, ...books, holdings: halfway },
  draining: { kind: 'owning', lease, ...books, mode: { kind: 'draining' } },
  stopping: { kind: 'owning', lease, ...books, mode: stopping },
  pastDeadline: { kind: 'owning', lease: { ...lease, deadlineMs: NOW }, ...books },
  fenced: { kind: 'fenced', lease: { ...lease, deadlineMs: NOW - 1 }, sinceMs: NOW - 1, ...books },
  fencedWithoutLease: { kind: 'fenced', lease: undefined, sinceMs: NOW - 1, ...books },
  fencedForLong: { kind: 'fenced', lease: undefined, sinceMs: NOW - 60_000, ...books },
  stopped: { kind: 'stopped' },
};

type Name =
  | 'start'
  | 'joined'
  | 'renewed'
  | 'refused'
  | 'surveyed'
  | 'claimed'
  | 'drained'
  | 'released'
  | 'contradicted'
  | 'disowned'
  | 'woken'
  | 'passed'
  | 'stop'
  | 'left';

/** Shard 1 is another's by now, 2 still mine, 3 was claimed by a claim whose answer was lost; the other one holds 0 and 1. */
const survey: Survey = {
  nodes: [node('me'), node('other')],
  shards: [row(0, 'other', 1), row(1, 'other', 6), row(2, 'me', 6), { ...row(3, 'me', 9), hadDied: true }],
};

const events: Record<Name, NodeEvent> = {
  start: { type: 'start' },
  joined: { type: 'joined', lease },
  renewed: { type: 'renewed', lease },
  refused: { type: 'refused', nodeId: 'me' },
  surveyed: { type: 'surveyed', nodeId: 'me', survey, lacks: [], askedAtMs: NOW },
  claimed: { type: 'claimed', nodeId: 'me', shards: [{ shard: 0, epoch: 2, hadDied: false }] },
  drained: { type: 'drained', shards: [{ shard: 1, epoch: 5 }] },
  released: { type: 'released', shards: [{ shard: 2, epoch: 6 }] },
  contradicted: {
    type: 'contradicted',
    shards: [
      { shard: 1, epoch: 5 },
      { shard: 2, epoch: 4 },
    ],
  },
  disowned: { type: 'disowned' },
  woken: { type: 'woken' },
  passed: { type: 'passed' },
  stop: { type: 'stop', graceMs: 10_000, leaves: true },
  left: { type: 'left' },
};

const SAME = 'as before';

/** kind, what is held (d: draining, r: releasing), what followers are told. */
const table: Record<Situation, Record<Name, string>> = {
  idle: {
    start: 'joining',
    joined: SAME,
    renewed: SAME,
    refused: SAME,
    surveyed: SAME,
    claimed: SAME,
    drained: SAME,
    released: SAME,
    contradicted: SAME,
    disowned: SAME,
    woken: SAME,
    passed: SAME,
    stop: SAME,
    left: SAME,
  },
  joining: {
    start: SAME,
    joined: 'owning []',
    renewed: SAME,
    refused: SAME,
    surveyed: SAME,
    claimed: SAME,
    drained: SAME,
    released: SAME,
    contradicted: SAME,
    disowned: SAME,
    woken: SAME,
    passed: SAME,
    stop: 'stopped',
    left: 'stopped',
  },
  owning: {
    start: SAME,
    joined: SAME,
    renewed: 'owning [1 2]',
    refused: 'fenced [1 2]: fenced',
    surveyed: 'owning [2 3]: lost 1, gained 3 after a death',
    claimed: 'owning [1 2 0]: gained 0',
    drained: SAME,
    released: 'owning [1]',
    contradicted: 'owning [2]: lost 1',
    disowned: 'owning [1 2]',
    woken: 'owning [1 2]',
    passed: SAME,
    stop: 'owning [1 2]',
    left: 'stopped: lost 1 2',
  },
  givingBack: {
    start: SAME,
    joined: SAME,
    renewed: 'owning [1d 2r]',
    refused: 'fenced [1d 2r]: fenced',
    surveyed: 'owning [2r 3]: lost 1, gained 3 after a death',
    claimed: 'owning [1d 2r 0]: gained 0',
    drained: 'owning [1r 2r]: lost 1',
    released: 'owning [1d]: released 2',
    contradicted: 'owning [2r]: lost 1',
    disowned: 'owning [1d 2r]',
    woken: 'owning [1d 2r]',
    passed: SAME,
    stop: 'owning [1d 2r]',
    left: 'stopped: lost 1',
  },
  draining: {
    start: SAME,
    joined: SAME,
    renewed: 'owning [1 2]',
    refused: 'fenced [1 2]: fenced',
    // The other one has its share of two; as long as it does not see me drain it takes no more.
    surveyed: 'owning [2 3]: lost 1, gained 3 after a death',
    claimed: 'owning [1 2 0]: gained 0',
    drained: SAME,
    released: 'owning [1]',
    contradicted: 'owning [2]: lost 1',
    disowned: 'owning [1 2]',
    woken: 'owning [1 2]',
    passed: SAME,
    stop: 'owning [1 2]',
    left: 'stopped: lost 1 2',
  },
  stopping: {
    start: SAME,
    joined: SAME,
    renewed: 'owning [1 2]',
    refused: 'stopped: fenced, lost 1 2',
    surveyed: 'owning [2 3]: lost 1, gained 3 after a death',
    claimed: 'owning [1 2 0]: gained 0',
    drained: SAME,
    released: 'owning [1]',
    contradicted: 'owning [2]: lost 1',
    disowned: 'owning [1 2]',
    woken: 'owning [1 2]',
    passed: SAME,
    stop: SAME,
    left: 'stopped: lost 1 2',
  },
  pastDeadline: {
    start: 'fenced [1 2]: fenced',
    joined: 'fenced [1 2]: fenced',
    renewed: 'fenced [1 2]: fenced',
    refused: 'fenced [1 2]: fenced',
    surveyed: 'fenced [1 2]: fenced',
    claimed: 'fenced [1 2]: fenced',
    drained: 'fenced [1 2]: fenced',
    released: 'fenced [1]: fenced',
    contradicted: 'fenced [2]: fenced, lost 1',
    disowned: 'fenced [1 2]: fenced',
    woken: 'fenced [1 2]: fenced',
    passed: 'fenced [1 2]: fenced',
    stop: 'fenced []: fenced, lost 1 2',
    left: 'stopped: fenced, lost 1 2',
  },
  fenced: {
    start: SAME,
    joined: SAME,
    renewed: 'fenced [1 2]',
    refused: 'fenced [1 2]',
    surveyed: SAME,
    claimed: SAME,
    drained: SAME,
    released: 'fenced [1]',
    contradicted: 'fenced [2]: lost 1',
    disowned: 'fenced [1 2]',
    woken: 'fenced [1 2]',
    passed: SAME,
    stop: 'fenced []: lost 1 2',
    left: 'stopped: lost 1 2',
  },
  fencedWithoutLease: {
    start: SAME,
    joined: 'fenced [1 2]',
    renewed: SAME,
    refused: SAME,
    surveyed: SAME,
    claimed: SAME,
    drained: SAME,
    released: 'fenced [1]',
    contradicted: 'fenced [2]: lost 1',
    disowned: 'fenced [1 2]',
    woken: 'fenced [1 2]',
    passed: SAME,
    stop: 'stopped: lost 1 2',
    left: 'stopped: lost 1 2',
  },
  fencedForLong: {
    start: 'fenced []: lost 1 2',
    joined: 'fenced []: lost 1 2',
    renewed: 'fenced []: lost 1 2',
    refused: 'fenced []: lost 1 2',
    surveyed: 'fenced []: lost 1 2',
    claimed: 'fenced []: lost 1 2',
    drained: 'fenced []: lost 1 2',
    released: 'fenced []: lost 1 2',
    contradicted: 'fenced []: lost 1 2',
    disowned: 'fenced []: lost 1 2',
    woken: 'fenced []: lost 1 2',
    passed: 'fenced []: lost 1 2',
    stop: 'stopped: lost 1 2',
    left: 'stopped: lost 1 2',
  },
  stopped: {
    start: SAME,
    joined: SAME,
    renewed: SAME,
    refused: SAME,
    surveyed: SAME,
    claimed: SAME,
    drained: SAME,
    released: SAME,
    contradicted: SAME,
    disowned: SAME,
    woken: SAME,
    passed: SAME,
    stop: SAME,
    left: SAME,
  },
};

describe('every situation of a node', () => {
  const cases = Object.entries(table).flatMap(([situation, row]) =>
    Object.entries(row).map(([name, expected]) => ({ situation, name, expected })),
  ) as { situation: Situation; name: Name; expected: string }[];

  it.each(cases)('$situation, $name: $expected', ({ situation, name, expected }) => {
    const before = situations[situation];
    const step = transition(before, events[name], env);
    expect(step.state === before ? SAME : show(step)).toBe(expected);
    if (step.state === before) expect(step.tells).toEqual([]);
  });
});

describe('a lease', () => {
  it('that was renewed in time ends a fence once the rows say what is still mine', () => {
    const renewed = run('fenced', [events.renewed]);
    const step = transition(renewed.state, events.surveyed, env);
    expect(show(step)).toBe('owning [2 3]: lost 1, resumed, gained 3 after a death');
  });

  it('of a new incarnation keeps the shards whose epochs are still theirs, and their sockets', () => {
    const mine = { ...survey, shards: [row(0, null, 1), row(1, 'me', 5), row(2, 'me', 6), row(3, 'other', 1)] };
    const joined = run('fencedWithoutLease', [events.joined]);
    const step = transition(
      joined.state,
      { type: 'surveyed', nodeId: 'me', survey: mine, lacks: [], askedAtMs: NOW },
      env,
    );
    expect(show(step)).toBe('owning [1 2]: resumed');
  });

  it('is asked for again under another name when its row is gone, with the shards of the last one', () => {
    expect(ask('fencedWithoutLease')).toEqual({
      kind: 'join',
      adopt: [
        { shard: 1, epoch: 5 },
        { shard: 2, epoch: 6 },
      ],
      publish: 'ready',
    });
  });

  it('that nobody renewed for a minute has no shards to take along', () => {
    const step = run('fencedForLong', [events.passed]);
    expect(nextQuery(step.state, env, { isSettled: true })).toEqual({ kind: 'join', adopt: [], publish: 'ready' });
  });

  it('is renewed before anything else is asked', () => {
    const state: NodeState = { kind: 'owning', lease: { ...lease, renewAtMs: NOW }, ...books, claims: [0] };
    expect(nextQuery(state, env, { isSettled: true })).toEqual({ kind: 'renew', publish: 'ready' });
  });

  it('of a node that has not seen yet whether it has every key asks for no planned move', () => {
    expect(ask('joining')).toEqual({ kind: 'join', adopt: [], publish: 'settling' });
    const { state } = run('joining', [{ type: 'joined', lease: { ...lease, published: 'settling' } }]);
    expect(nextQuery(state, env, { isSettled: true })).toEqual({ kind: 'survey' });
  });

  it('says at once that its node takes no planned moves while it connects', () => {
    expect(nextQuery(situations.owning, env, { isSettled: false })).toEqual({ kind: 'renew', publish: 'settling' });
  });

  it('ignores a survey that was read before it ran out', () => {
    expect(transition(situations.fenced, events.surveyed, env).state).toBe(situations.fenced);
  });

  it('whose row a survey does not show is over', () => {
    const gone = { ...survey, nodes: [node('other')] };
    const step = transition(
      situations.owning,
      { type: 'surveyed', nodeId: 'me', survey: gone, lacks: [], askedAtMs: NOW },
      env,
    );
    expect(show(step)).toBe('fenced [1 2]: fenced');
    expect(nextQuery(step.state, env, { isSettled: true })?.kind).toBe('join');
  });

  it('ignores what an earlier incarnation is told', () => {
    const old: NodeEvent[] = [
      { type: 'refused', nodeId: 'old' },
      { type: 'renewed', lease: { ...lease, nodeId: 'old' } },
      { type: 'surveyed', nodeId: 'old', survey, lacks: [], askedAtMs: NOW },
      { type: 'claimed', nodeId: 'old', shards: [{ shard: 0, epoch: 2, hadDied: false }] },
    ];
    for (const event of old) expect(transition(situations.owning, event, env).state).toBe(situations.owning);
  });
});

describe('rows that were taken back', () => {
  const surveyOf = (...shards: Survey['shards']): NodeEvent => ({
    type: 'surveyed',
    nodeId: 'me',
    survey: { ...survey, shards },
    lacks: [],
    askedAtMs: NOW + 1_000,
  });
  const others = [row(0, 'other', 1), row(3, 'other', 8)];

  it.each([
    ['lower', row(1, 'me', 4)],
    ['higher', row(1, 'me', 9)],
    ['lower, and nobody’s', row(1, null, 4)],
  ])('of what it holds, under an epoch that is %s: lost, and freed before anybody claims it', (_how, changed) => {
    const step = run('owning', [surveyOf(...others, changed, row(2, 'me', 6))]);
    expect(show(step)).toBe('owning [2]: lost 1');
    expect(next(step.state)).toEqual({ kind: 'disown', shards: [{ shard: 1, epoch: changed.epoch }] });
    expect(next(transition(step.state, { type: 'disowned' }, env).state)).toEqual({ kind: 'survey' });
  });

  it('of what it gave back, or let go because a write had met another epoch, are not taken for a claim whose answer was lost', () => {
    const again = surveyOf(...others, row(1, 'me', 5), row(2, 'me', 6));
    for (const situation of ['owning', 'givingBack'] as const) {
      const let1Go = run(situation, [events.contradicted, again]);
      expect(next(let1Go.state)).toEqual(
        situation === 'owning'
          ? { kind: 'disown', shards: [{ shard: 1, epoch: 5 }] }
          : { kind: 'release', shards: [{ shard: 2, epoch: 6 }] },
      );
    }
    const released = run('givingBack', [events.released, again]);
    expect(show(released)).toBe('owning [1d]');
    expect(next(released.state)).toEqual({ kind: 'disown', shards: [{ shard: 2, epoch: 6 }] });
  });

  it('of another node are that one’s to free', () => {
    const step = run('owning', [surveyOf(row(0, 'other', 0), row(1, 'me', 5), row(2, 'me', 6), row(3, 'other', 2))]);
    expect(show(step)).toBe('owning [1 2]');
    expect(next(step.state)).toBeUndefined();
  });

  it('are read once more at once when it was woken while it read them', () => {
    const woken = transition(situations.owning, events.woken, env);
    const asked = { ...surveyOf(...others, row(1, 'me', 5), row(2, 'me', 6)), askedAtMs: NOW - 1 };
    expect(next(transition(woken.state, asked as NodeEvent, env).state)).toEqual({ kind: 'survey' });
  });
});

describe('giving back', () => {
  it('lets go in the followers before the row says so, and names the epoch', () => {
    expect(show(run('givingBack', [events.drained]))).toContain('lost 1');
    const releasing = run('givingBack', [events.drained]).state;
    expect(nextQuery(releasing, env, { isSettled: true })).toEqual({
      kind: 'release',
      shards: [
        { shard: 1, epoch: 5 },
        { shard: 2, epoch: 6 },
      ],
    });
  });

  it('says that what it lets go is handed over when another node is there to take it, and only while its lease runs', () => {
    const kept = { ...survey, shards: [row(1, 'me', 5), row(2, 'me', 6)] };
    const seen: NodeEvent = { type: 'surveyed', nodeId: 'me', survey: kept, lacks: [], askedAtMs: NOW };
    const { state } = run('givingBack', [seen]);
    expect(show(transition(state, events.drained, env))).toBe('owning [1r 2r]: handed over 1');
    const late = transition(state, events.drained, { ...env, nowMs: lease.deadlineMs });
    expect(show(late)).toBe('fenced [1d 2r]: fenced');
    const nodes = [node('me'), node('x', { state: 'keyless' })];
    const alone: NodeEvent = { ...seen, survey: { ...kept, nodes } };
    expect(show(run('givingBack', [alone, events.drained]))).toBe('owning [1r 2r]: lost 1');
  });

  it('lets nothing go that was drained while the database was away, and goes on with the move when it is back', () => {
    const mine = { ...survey, shards: [row(0, 'other', 1), row(1, 'me', 5), row(2, 'me', 6), row(3, 'other', 1)] };
    const back: NodeEvent = { type: 'surveyed', nodeId: 'me', survey: mine, lacks: [], askedAtMs: NOW };
    const fenced = transition(situations.givingBack, events.drained, { ...env, nowMs: lease.deadlineMs });
    expect(fenced.tells).toEqual([{ kind: 'fenced' }]);
    const renewed = transition(fenced.state, events.renewed, env);
    const step = transition(renewed.state, back, env);
    expect(show(step)).toBe('owning [1r 2r]: resumed, handed over 1');
    expect(nextQuery(step.state, env, { isSettled: true })).toMatchObject({ kind: 'release', shards: both });
  });

  it('knows that what it gave is another’s when the answer of the release was lost', () => {
    const gone = { ...survey, shards: [row(1, 'other', 6), row(2, 'other', 7)] };
    const step = run('givingBack', [{ type: 'surveyed', nodeId: 'me', survey: gone, lacks: [], askedAtMs: NOW }]);
    expect(show(step)).toBe('owning []: lost 1, released 2');
  });

  it('says in the release which drain was none', () => {
    const failed: NodeEvent = { type: 'drained', shards: [{ shard: 1, epoch: 5, isUnclean: true }] };
    expect(nextQuery(run('givingBack', [failed]).state, env, { isSettled: true })).toEqual({
      kind: 'release',
      shards: [
        { shard: 1, epoch: 5, isUnclean: true },
        { shard: 2, epoch: 6 },
      ],
    });
  });

  it('ignores the end of a drain of an earlier reign', () => {
    const late: NodeEvent = { type: 'drained', shards: [{ shard: 1, epoch: 4 }] };
    expect(transition(situations.givingBack, late, env).state).toBe(situations.givingBack);
  });

  it('asks for the release again when its answer was lost', () => {
    const shards = [row(0, 'other', 1), row(1, 'me', 5), row(2, 'me', 6), row(3, 'other', 1)];
    const seen: NodeEvent = {
      type: 'surveyed',
      nodeId: 'me',
      survey: { ...survey, shards },
      lacks: [],
      askedAtMs: NOW,
    };
    const state = run('givingBack', [seen]).state;
    expect(nextQuery(state, env, { isSettled: true })).toEqual({ kind: 'release', shards: [{ shard: 2, epoch: 6 }] });
  });

  it('gives everything at once at the stop when nobody else is there, and leaves', () => {
    const alone: Survey = { nodes: [node('me')], shards: [0, 1, 2, 3].map((shard) => row(shard, 'me', shard + 4)) };
    const step = run('stopping', [{ type: 'surveyed', nodeId: 'me', survey: alone, lacks: [], askedAtMs: NOW }]);
    expect(show(step)).toBe('owning [1d 2d 0d 3d]: gained 0 3, drain 1 2 0 3 within 10000');
    const shards = [0, 1, 2, 3].map((shard) => ({ shard, epoch: shard + 4 }));
    const { state } = transition(step.state, { type: 'drained', shards }, env);
    const { state: empty } = transition(state, { type: 'released', shards }, env);
    const published = { ...(empty as Extract<NodeState, { kind: 'owning' }>) };
    expect(nextQuery(published, env, { isSettled: true })).toEqual({ kind: 'leave' });
  });

  it('keeps its lease after a drain, until it is stopped', () => {
    const drain: NodeEvent = { type: 'stop', graceMs: 0, leaves: false };
    const { state } = run('owning', [drain, { type: 'drained', shards: both }, { type: 'released', shards: both }]);
    const later = { ...env, nowMs: NOW + 5_000 };
    expect(show({ state, tells: [] })).toBe('owning []');
    expect(nextQuery(state, later, { isSettled: true })).toEqual({ kind: 'renew', publish: 'draining' });
    const stopped = transition(state, events.stop, env);
    expect(nextQuery(stopped.state, env, { isSettled: true })).toEqual({ kind: 'leave' });
  });

  it('gives the rest in the second half of the grace period', () => {
    const later = { ...env, nowMs: NOW + 5_000 };
    expect(show(transition(situations.stopping, events.passed, later))).toBe('owning [1d 2d]: drain 1 2 within 5000');
  });

  it('begins nothing at a stop without grace', () => {
    const step = transition(situations.owning, { type: 'stop', graceMs: 0, leaves: true }, env);
    expect(show(step)).toBe('owning [1d 2d]: drain 1 2 within 0');
  });
});

describe('what nobody took', () => {
  const others = [row(0, 'other', 1), row(1, 'me', 5), row(2, 'me', 6), row(3, 'me', 7)];
  const orphaned = others.map((one) => (one.shard === 3 ? row(3, null, 7) : one));
  const taken = others.map((one) => (one.shard === 3 ? row(3, 'other', 8) : one));
  const gave: NodeState = { kind: 'owning', lease, ...books, given: new Set([3]), holdings: books.holdings };
  const seen = (state: NodeState, shards: Survey['shards'], nowMs: number) => {
    const surveyed: NodeEvent = {
      type: 'surveyed',
      nodeId: 'me',
      survey: { ...survey, shards },
      lacks: [],
      askedAtMs: NOW,
    };
    const step = transition(state, surveyed, { ...env, nowMs });
    return { ...step, state: step.state as Extract<NodeState, { kind: 'owning' }> };
  };
  const waited = { orphanedSinceMs: new Map([[3, NOW - 2_000]]) };

  it('is taken back after 2 s, and the giver pauses for that long, twice as long the next time', () => {
    const first = seen({ ...gave, ...waited }, orphaned, NOW);
    expect(first.state.claims).toEqual([3]);
    expect(first.state).toMatchObject({ noGiveBeforeMs: NOW + 2_000, takenBack: 1 });
    const again = seen({ ...first.state, ...waited, given: new Set([3]) }, orphaned, NOW + 5_000);
    expect(again.state).toMatchObject({ noGiveBeforeMs: NOW + 9_000, takenBack: 2 });
    const often = seen({ ...first.state, ...waited, given: new Set([3]), takenBack: 20 }, orphaned, NOW);
    expect(often.state.noGiveBeforeMs).toBe(NOW + 30_000);
  });

  it('of another giver is claimed, and stops nothing here', () => {
    const step = seen({ ...gave, ...waited, given: new Set() }, orphaned, NOW);
    expect(step.state.claims).toEqual([3]);
    expect(step.state.noGiveBeforeMs).toBe(Number.NEGATIVE_INFINITY);
  });

  it('is no trouble any more once something was taken', () => {
    const step = seen({ ...gave, takenBack: 4 }, taken, NOW);
    expect(step.state).toMatchObject({ takenBack: 0 });
    expect(step.state.given.size).toBe(0);
  });
});

function ask(situation: Situation) {
  return next(situations[situation]);
}

function next(state: NodeState) {
  return nextQuery(state, env, { isSettled: true });
}

function run(situation: Situation, all: readonly NodeEvent[]): Step {
  let step: Step = { state: situations[situation], tells: [] };
  for (const event of all) step = transition(step.state, event, env);
  return step;
}

function node(nodeId: string, facts: Partial<NodeFact> = {}): NodeFact {
  return { nodeId, state: 'ready', isAskedToDrain: false, ...facts };
}

function row(shard: number, owner: string | null, epoch: number) {
  return { shard, owner, epoch, hadDied: false };
}

function show({ state, tells }: Step): string {
  const kind = 'holdings' in state ? `${state.kind} [${showHoldings(state.holdings)}]` : state.kind;
  return tells.length === 0 ? kind : `${kind}: ${tells.map(showTell).join(', ')}`;
}

function showHoldings(holdings: Books['holdings']): string {
  const marks = { held: '', draining: 'd', releasing: 'r' } as const;
  return [...holdings].map(([shard, { phase }]) => `${shard}${marks[phase]}`).join(' ');
}

function showTell(tell: Tell): string {
  if (tell.kind === 'fenced' || tell.kind === 'resumed') return tell.kind;
  if (tell.kind === 'released') return `released ${tell.shards.join(' ')}`;
  if (tell.kind === 'lost') return `${tell.isHandedOver ? 'handed over' : 'lost'} ${tell.shards.join(' ')}`;
  const shards = tell.shards.map(({ shard }) => shard).join(' ');
  if (tell.kind === 'drain') return `drain ${shards} within ${tell.limitMs}`;
  return `gained ${shards}${tell.shards.some(({ hadDied }) => hadDied) ? ' after a death' : ''}`;
}
