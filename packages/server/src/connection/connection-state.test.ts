/** The rules of one connection as a table: every situation against every event. Written from SPEC.md and the design, not from the code. */
import { describe, expect, it } from 'vitest';
import type { VerdictClass } from '../slack/verdict.ts';
import {
  type ConnectionEvent,
  type ConnectionState,
  connectionTimingDefaults,
  type Effect,
  type Pursuit,
  type Step,
  type Trial,
} from './connection-model.ts';
import { dueAtMs, transition } from './connection-state.ts';

type EventType = ConnectionEvent['type'];
type Situation =
  | 'idle'
  | 'queued'
  | 'asking'
  | 'dialing'
  | 'waiting'
  | 'paused'
  | 'open'
  | 'openPaused'
  | 'openAndDialing'
  | 'openAndWaiting'
  | 'openAndCrowded'
  | 'openAndPaused'
  | 'openOnTrial'
  | 'openOnTrialGreeted'
  | 'stopped';

const NOW = 1_000_000;
const env = { nowMs: NOW, random: 0.5, newId: 9, options: connectionTimingDefaults };

/** Socket 1 said hello ten seconds ago; attempt 2 is on its way; the next attempt takes id 9. */
const open = { kind: 'open', id: 1, attempt: 1, helloAtMs: NOW - 10_000, isPaused: false, successor: null } as const;
const dialing = { kind: 'connecting', id: 2, attempt: 2, phase: 'dialing', deadlineMs: NOW } as const;
const waiting = { kind: 'waiting', attempt: 3, retryAtMs: NOW, reason: 'closed_1006', isCrowded: false } as const;
const trial = { kind: 'trial', id: 2, phase: 'dialing', deadlineMs: NOW, round: 7 } as const;
const situations: Record<Situation, ConnectionState> = {
  idle: { kind: 'idle' },
  queued: { ...dialing, phase: 'queued', deadlineMs: Number.POSITIVE_INFINITY },
  asking: { ...dialing, phase: 'asking' },
  dialing,
  waiting,
  paused: { kind: 'paused', attempt: 3 },
  open,
  openPaused: { ...open, isPaused: true },
  openAndDialing: { ...open, successor: dialing },
  openAndWaiting: { ...open, successor: waiting },
  openAndCrowded: { ...open, successor: { ...waiting, isCrowded: true } },
  openAndPaused: { ...open, isPaused: true, successor: { kind: 'paused', attempt: 3 } },
  openOnTrial: { ...open, successor: trial },
  openOnTrialGreeted: { ...open, successor: { ...trial, phase: 'greeted' } },
  stopped: { kind: 'stopped', reason: 'removed' },
};

/** What the newest id of the situation (2 where an attempt is under way, otherwise 1) may be told. */
function anEvent(type: EventType, id: number): ConnectionEvent {
  const events: Record<EventType, ConnectionEvent> = {
    start: { type: 'start' },
    pause: { type: 'pause' },
    restart: { type: 'restart', reason: 'new_credential' },
    refresh: { type: 'refresh', reason: 'staggered' },
    cut: { type: 'cut', reason: 'fenced' },
    stop: { type: 'stop', reason: 'removed' },
    due: { type: 'due' },
    granted: { type: 'granted', id },
    url: { type: 'url', id, url: 'wss://peer.test/?ticket=1' },
    refused: { type: 'refused', id, code: 'missing_scope', class: 'operator' },
    limited: { type: 'limited', id, retryAfterMs: 60_000 },
    failed: { type: 'failed', id, reason: 'econnrefused' },
    hello: { type: 'hello', id },
    rejected: { type: 'rejected', id, reason: 'error_frame' },
    evicted: { type: 'evicted', id, reason: 'link_disabled', cause: 'disabled' },
    goodbye: { type: 'goodbye', id, reason: 'goodbye' },
    closed: { type: 'closed', id, reason: 'closed_1006' },
    silent: { type: 'silent', id },
    sampled: { type: 'sampled', id, round: 7 },
    pong: { type: 'pong', id, isOldSilent: true },
  };
  return events[type];
}

/** `kind#id(attempt)`, a successor after `+`, effects after `:`. */
type Expected = string;
const no: Expected = 'ignored';

const table: Record<Situation, Record<EventType, Expected>> = {
  idle: {
    start: 'queued#9(1): ask 9',
    pause: 'paused(1)',
    restart: no,
    refresh: no,
    cut: no,
    stop: 'stopped',
    due: no,
    granted: no,
    url: no,
    refused: no,
    limited: no,
    failed: no,
    hello: no,
    rejected: no,
    evicted: no,
    goodbye: no,
    closed: no,
    silent: no,
    sampled: no,
    pong: no,
  },
  queued: {
    start: no,
    pause: 'paused(2): abandon 2',
    restart: 'queued#9(1): abandon 2, ask 9',
    refresh: no,
    cut: no,
    stop: 'stopped: abandon 2',
    due: no,
    granted: 'asking#2(2)',
    url: no,
    refused: 'waiting(3): report missing_scope',
    limited: 'waiting(3)',
    failed: 'waiting(3)',
    hello: no,
    rejected: 'waiting(3): abandon 2',
    evicted: 'waiting(3): abandon 2, report link_disabled',
    goodbye: no,
    closed: 'waiting(3)',
    silent: no,
    sampled: no,
    pong: no,
  },
  asking: {
    start: no,
    pause: 'paused(2): abandon 2',
    restart: 'queued#9(1): abandon 2, ask 9',
    refresh: no,
    cut: no,
    stop: 'stopped: abandon 2',
    due: 'waiting(3): abandon 2',
    granted: no,
    url: 'dialing#2(2): dial 2',
    refused: 'waiting(3): report missing_scope',
    limited: 'waiting(3)',
    failed: 'waiting(3)',
    hello: no,
    rejected: 'waiting(3): abandon 2',
    evicted: 'waiting(3): abandon 2, report link_disabled',
    goodbye: no,
    closed: 'waiting(3)',
    silent: no,
    sampled: no,
    pong: no,
  },
  dialing: {
    start: no,
    pause: 'paused(2): abandon 2',
    restart: 'queued#9(1): abandon 2, ask 9',
    refresh: no,
    cut: no,
    stop: 'stopped: abandon 2',
    due: 'waiting(3): abandon 2',
    granted: no,
    url: no,
    refused: 'waiting(3): report missing_scope',
    limited: 'waiting(3)',
    failed: 'waiting(3)',
    hello: 'open#2(2)',
    rejected: 'waiting(3): abandon 2',
    evicted: 'waiting(3): abandon 2, report link_disabled',
    goodbye: no,
    closed: 'waiting(3)',
    silent: no,
    sampled: no,
    pong: no,
  },
  waiting: {
    start: no,
    pause: 'paused(3)',
    restart: 'queued#9(1): ask 9',
    refresh: no,
    cut: no,
    stop: 'stopped',
    due: 'queued#9(3): ask 9',
    granted: no,
    url: no,
    refused: no,
    limited: no,
    failed: no,
    hello: no,
    rejected: no,
    evicted: no,
    goodbye: no,
    closed: no,
    silent: no,
    sampled: no,
    pong: no,
  },
  paused: {
    // After failures a release still waits, or refusal, doubt and release would chase each other.
    start: 'waiting(3)',
    pause: no,
    restart: 'paused(1)',
    refresh: no,
    cut: no,
    stop: 'stopped',
    due: no,
    granted: no,
    url: no,
    refused: no,
    limited: no,
    failed: no,
    hello: no,
    rejected: no,
    evicted: no,
    goodbye: no,
    closed: no,
    silent: no,
    sampled: no,
    pong: no,
  },
  open: {
    start: no,
    pause: 'open#1(1) paused',
    restart: 'queued#9(1): close 1, ask 9',
    refresh: 'open#1(1) + queued#9(2): ask 9',
    cut: 'waiting(2): abandon 1',
    stop: 'stopped: close 1',
    due: no,
    granted: no,
    url: no,
    refused: no,
    limited: no,
    failed: no,
    hello: no,
    rejected: no,
    evicted: 'waiting(2): close 1, report link_disabled',
    goodbye: 'open#1(1) + queued#9(2): ask 9',
    closed: 'waiting(2)',
    silent: 'waiting(2): abandon 1',
    sampled: 'open#1(1) + trial queued#9: ask 9',
    pong: no,
  },
  openPaused: {
    start: 'open#1(1)',
    pause: no,
    restart: 'paused(1): close 1',
    refresh: no,
    cut: 'paused(1): abandon 1',
    stop: 'stopped: close 1',
    due: no,
    granted: no,
    url: no,
    refused: no,
    limited: no,
    failed: no,
    hello: no,
    rejected: no,
    evicted: 'paused(2): close 1',
    goodbye: 'open#1(1) paused + paused(2)',
    closed: 'paused(2)',
    silent: 'paused(2): abandon 1',
    sampled: no,
    pong: no,
  },
  openAndDialing: {
    start: no,
    pause: 'open#1(1) paused + paused(2): abandon 2',
    restart: 'queued#9(1): abandon 2, close 1, ask 9',
    refresh: no,
    cut: 'dialing#2(2): abandon 1',
    stop: 'stopped: abandon 2, close 1',
    due: 'open#1(1) + waiting(3): abandon 2',
    granted: no,
    url: no,
    refused: 'open#1(1) + waiting(3): report missing_scope',
    limited: 'open#1(1) + waiting(3)',
    failed: 'open#1(1) + waiting(3)',
    hello: 'open#2(2): retire 1',
    rejected: 'open#1(1) + waiting(3): abandon 2',
    evicted: 'open#1(1) + waiting(3): abandon 2, report link_disabled',
    goodbye: no,
    closed: 'open#1(1) + waiting(3)',
    silent: no,
    sampled: no,
    pong: no,
  },
  openAndWaiting: {
    start: no,
    pause: 'open#1(1) paused + paused(3)',
    restart: 'queued#9(1): close 1, ask 9',
    refresh: no,
    cut: 'waiting(3): abandon 1',
    stop: 'stopped: close 1',
    due: 'open#1(1) + queued#9(3): ask 9',
    granted: no,
    url: no,
    refused: no,
    limited: no,
    failed: no,
    hello: no,
    rejected: no,
    evicted: 'waiting(2): close 1, report link_disabled',
    goodbye: no,
    closed: 'waiting(3)',
    silent: 'waiting(3): abandon 1',
    sampled: no,
    pong: no,
  },
  openAndCrowded: {
    start: no,
    pause: 'open#1(1) paused + paused(3)',
    restart: 'queued#9(1): close 1, ask 9',
    refresh: no,
    cut: 'waiting(3) crowded: abandon 1',
    stop: 'stopped: close 1',
    // Never two at once: the old one goes first.
    due: 'queued#9(3): close 1, ask 9',
    granted: no,
    url: no,
    refused: no,
    limited: no,
    failed: no,
    hello: no,
    rejected: no,
    evicted: 'waiting(2): close 1, report link_disabled',
    goodbye: no,
    closed: 'waiting(3) crowded',
    silent: 'waiting(3) crowded: abandon 1',
    sampled: no,
    pong: no,
  },
  openAndPaused: {
    start: 'open#1(1) + waiting(3)',
    pause: no,
    restart: 'paused(1): close 1',
    refresh: no,
    cut: 'paused(3): abandon 1',
    stop: 'stopped: close 1',
    due: no,
    granted: no,
    url: no,
    refused: no,
    limited: no,
    failed: no,
    hello: no,
    rejected: no,
    evicted: 'paused(2): close 1',
    goodbye: no,
    closed: 'paused(3)',
    silent: 'paused(3): abandon 1',
    sampled: no,
    pong: no,
  },
  openOnTrial: {
    start: no,
    pause: 'open#1(1) paused: abandon 2, vote void',
    restart: 'queued#9(1): abandon 2, vote void, close 1, ask 9',
    refresh: no,
    cut: 'dialing#2(2): abandon 1, vote void',
    stop: 'stopped: abandon 2, vote void, close 1',
    due: 'open#1(1): abandon 2, vote failed',
    granted: no,
    url: no,
    refused: 'open#1(1): report missing_scope, vote void',
    limited: 'open#1(1): vote failed',
    failed: 'open#1(1): vote failed',
    // Not enough: the old one stays until the new one has answered.
    hello: 'open#1(1) + trial greeted#2: ping 2',
    rejected: 'open#1(1): abandon 2, vote failed',
    evicted: 'open#1(1): abandon 2, report link_disabled, vote void',
    goodbye: no,
    closed: 'open#1(1): vote failed',
    silent: no,
    sampled: no,
    pong: no,
  },
  openOnTrialGreeted: {
    start: no,
    pause: 'open#1(1) paused: abandon 2, vote void',
    restart: 'queued#9(1): abandon 2, vote void, close 1, ask 9',
    refresh: no,
    cut: 'open#2(2): abandon 1, vote void',
    stop: 'stopped: abandon 2, vote void, close 1',
    due: 'open#1(1): abandon 2, vote failed',
    granted: no,
    url: no,
    refused: 'open#1(1): report missing_scope, vote void',
    limited: 'open#1(1): vote failed',
    failed: 'open#1(1): vote failed',
    hello: no,
    rejected: 'open#1(1): abandon 2, vote failed',
    evicted: 'open#1(1): abandon 2, report link_disabled, vote void',
    goodbye: no,
    closed: 'open#1(1): vote failed',
    silent: no,
    sampled: no,
    pong: 'open#2(2): abandon 1, vote answered',
  },
  stopped: {
    start: no,
    pause: no,
    restart: no,
    refresh: no,
    cut: no,
    stop: no,
    due: no,
    granted: no,
    url: no,
    refused: no,
    limited: no,
    failed: no,
    hello: no,
    rejected: no,
    evicted: no,
    goodbye: no,
    closed: no,
    silent: no,
    sampled: no,
    pong: no,
  },
};

/** What the old socket may be told while its successor is dialing; the table above is about the successor. */
const oldSocket: Partial<Record<EventType, Expected>> = {
  goodbye: no,
  closed: 'dialing#2(2)',
  silent: 'dialing#2(2): abandon 1',
  hello: no,
  rejected: no,
  // Nor may the successor go on: the peer wants no socket at all.
  evicted: 'waiting(2): abandon 2, close 1, report link_disabled',
};

/** The same while its successor is on trial, dialing or greeted. */
const oldSocketOnTrial: Partial<Record<EventType, [dialing: Expected, greeted: Expected]>> = {
  goodbye: ['open#1(1) + dialing#2(2): vote void', 'open#2(2): vote void, retire 1'],
  closed: ['dialing#2(2): vote void', 'open#2(2): vote void'],
  silent: ['dialing#2(2): abandon 1, vote void', 'open#2(2): abandon 1, vote void'],
  hello: [no, no],
  rejected: [no, no],
  sampled: [no, no],
  pong: [no, no],
  evicted: [
    'waiting(2): abandon 2, vote void, close 1, report link_disabled',
    'waiting(2): abandon 2, vote void, close 1, report link_disabled',
  ],
};

function newestId(situation: Situation): number {
  const withTwo = ['queued', 'asking', 'dialing', 'openAndDialing', 'openOnTrial', 'openOnTrialGreeted'];
  return withTwo.includes(situation) ? 2 : 1;
}

function stateText(state: ConnectionState): string {
  switch (state.kind) {
    case 'idle':
    case 'stopped':
      return state.kind;
    case 'connecting':
      return `${state.phase}#${state.id}(${state.attempt})`;
    case 'waiting':
      return `waiting(${state.attempt})${state.isCrowded ? ' crowded' : ''}`;
    case 'paused':
      return `paused(${state.attempt})`;
    case 'open': {
      const successor = state.successor ? ` + ${successorText(state.successor)}` : '';
      return `open#${state.id}(${state.attempt})${state.isPaused ? ' paused' : ''}${successor}`;
    }
  }
}

function successorText(successor: Pursuit | Trial): string {
  return successor.kind === 'trial' ? `trial ${successor.phase}#${successor.id}` : stateText(successor);
}

function effectText(effect: Effect): string {
  if (effect.type === 'vote') return `vote ${effect.outcome}`;
  return effect.type === 'report' ? `report ${effect.code}` : `${effect.type} ${effect.id}`;
}

function stepText(before: ConnectionState, step: Step): Expected {
  const effects = step.effects.map(effectText).join(', ');
  if (step.state === before) return effects === '' ? 'ignored' : `ignored, but ${effects}`;
  return effects === '' ? stateText(step.state) : `${stateText(step.state)}: ${effects}`;
}

function apply(situation: Situation, event: ConnectionEvent): Expected {
  return stepText(situations[situation], transition(situations[situation], event, env));
}

const cells = Object.entries(table).flatMap(([situation, row]) =>
  Object.entries(row).map(([event, expected]) => [situation as Situation, event as EventType, expected] as const),
);
const idEvents = [
  'granted',
  'url',
  'refused',
  'limited',
  'failed',
  'hello',
  'rejected',
  'evicted',
  'goodbye',
  'closed',
  'silent',
  'sampled',
  'pong',
];

describe('the connection table', () => {
  it.each(cells)('%s, %s: %s', (situation, event, expected) => {
    expect(apply(situation, anEvent(event, newestId(situation)))).toBe(expected);
  });

  it.each(Object.entries(oldSocket))('the old socket, while its successor dials, %s: %s', (event, expected) => {
    expect(apply('openAndDialing', anEvent(event as EventType, 1))).toBe(expected);
  });

  it.each(Object.entries(oldSocketOnTrial))(
    'the old socket, while its successor is on trial, %s: %s',
    (event, expected) => {
      const both = ['openOnTrial', 'openOnTrialGreeted'] as const;
      expect(both.map((situation) => apply(situation, anEvent(event as EventType, 1)))).toEqual(expected);
    },
  );

  it.each(Object.keys(table))('C3 drops what an older socket says when %s', (situation) => {
    const said = idEvents.map((event) => apply(situation as Situation, anEvent(event as EventType, 77)));
    expect(new Set(said)).toEqual(new Set(['ignored']));
  });
});

describe('when a connection tries again', () => {
  const retryIn = (state: ConnectionState, event: ConnectionEvent, random = 0.5): number | undefined => {
    const next = transition(state, event, { ...env, random }).state;
    return next.kind === 'waiting' ? next.retryAtMs - NOW : undefined;
  };
  const closed: ConnectionEvent = { type: 'closed', id: 1, reason: 'closed_1006' };
  const stable = { ...open, attempt: 7, helloAtMs: NOW - 60_000 };

  it('C6 C7 waits up to a second after a stable socket closed, and counts from one again', () => {
    expect(retryIn(stable, closed, 0.999)).toBe(999);
    expect(transition(stable, closed, env).state).toMatchObject({ attempt: 1 });
  });

  it('C6 counts on when a socket closes a moment before it is stable', () => {
    const almost = { ...stable, helloAtMs: NOW - 59_999 };
    expect(transition(almost, closed, env).state).toMatchObject({ kind: 'waiting', attempt: 8 });
  });

  it('C7 doubles the ceiling up to five minutes', () => {
    const failing = (attempt: number) => retryIn({ ...dialing, attempt }, { type: 'failed', id: 2, reason: 'x' }, 1);
    expect([1, 2, 3, 8, 9, 10, 2_000].map(failing)).toEqual([2e3, 4e3, 8e3, 256e3, 300e3, 300e3, 300e3]);
  });

  it('C7 honours Retry-After as a floor with jitter on top, but not for longer than five minutes', () => {
    const limited = (retryAfterMs: number): ConnectionEvent => ({ type: 'limited', id: 2, retryAfterMs });
    expect(retryIn(dialing, limited(30_000), 0)).toBe(30_000);
    expect(retryIn(dialing, limited(30_000), 0.5)).toBe(32_000);
    expect(retryIn(dialing, limited(1e12), 0)).toBe(300_000);
    expect(retryIn(dialing, limited(0), 0.5)).toBe(2_000);
  });

  it.each(['terminal', 'refreshable', 'suspended'] as const)(
    'C8 tries again only at the cap after a refusal that is %s',
    (verdict) => {
      const refused: ConnectionEvent = { type: 'refused', id: 2, code: 'some_code', class: verdict };
      expect(retryIn(dialing, refused, 0)).toBe(240_000);
      expect(retryIn(dialing, refused, 1)).toBe(300_000);
      expect(transition(dialing, refused, env).effects).toEqual([]);
    },
  );

  it.each(['operator', 'call'] as const)(
    'C8 reports a refusal that is %s and backs off as after any failure, at the cap from the ninth on',
    (verdict) => {
      const refused: ConnectionEvent = { type: 'refused', id: 2, code: 'some_code', class: verdict };
      const after = (attempt: number, random: number) => retryIn({ ...dialing, attempt }, refused, random);
      expect([1, 2, 8].map((attempt) => after(attempt, 1))).toEqual([2_000, 4_000, 256_000]);
      expect([1, 2, 8].map((attempt) => after(attempt, 0))).toEqual([0, 0, 0]);
      expect([after(9, 0), after(9, 1)]).toEqual([240_000, 300_000]);
      expect(transition(dialing, refused, env).effects).toEqual([{ type: 'report', code: 'some_code' }]);
    },
  );

  it('C8 treats a transient refusal like any failure', () => {
    const refused: ConnectionEvent = { type: 'refused', id: 2, code: 'migration_in_progress', class: 'transient' };
    expect(retryIn(dialing, refused, 1)).toBe(4_000);
  });

  it('C10 gives an attempt ten seconds from its slot', () => {
    const asking = transition(situations.queued, { type: 'granted', id: 2 }, env).state;
    expect(asking).toMatchObject({ phase: 'asking', deadlineMs: NOW + 10_000 });
    expect(transition(asking, { type: 'due' }, { ...env, nowMs: NOW + 9_999 }).state).toBe(asking);
  });

  it('begins no third successor at once when a peer says goodbye right after each hello', () => {
    const second = transition({ ...open, attempt: 2 }, { type: 'goodbye', id: 1, reason: 'goodbye' }, env);
    expect(stepText(open, second)).toBe('open#1(2) + waiting(3)');
  });

  const crowded = (id: number): ConnectionEvent => ({
    type: 'evicted',
    id,
    reason: 'too_many_websockets',
    cause: 'crowded',
  });

  it('C14 closes its own socket and waits at least half a minute when the peer has too many', () => {
    const step = transition(stable, crowded(1), env);
    expect(stepText(stable, step)).toBe('waiting(1) crowded: close 1');
    expect(retryIn(stable, crowded(1), 0)).toBe(30_000);
    expect(retryIn(stable, crowded(1), 0.5)).toBe(30_500);
  });

  it('C14 keeps the old socket when only the successor is one too many, but not beside the next attempt', () => {
    const step = transition(situations.openAndDialing, crowded(2), env);
    expect(stepText(situations.openAndDialing, step)).toBe('open#1(1) + waiting(3) crowded: abandon 2');
    const early = transition(step.state, { type: 'due' }, { ...env, nowMs: NOW + 29_999 });
    expect(early.state).toBe(step.state);
    const due = transition(step.state, { type: 'due' }, { ...env, nowMs: NOW + 32_000 });
    expect(stepText(step.state, due)).toBe('queued#9(3): close 1, ask 9');
  });

  it('C15 backs off as after any failure when the peer was told to take no sockets, and later at the cap', () => {
    const disabled: ConnectionEvent = { type: 'evicted', id: 1, reason: 'link_disabled', cause: 'disabled' };
    expect(retryIn(stable, disabled, 1)).toBe(1_000);
    expect(retryIn({ ...open, attempt: 9 }, disabled, 0)).toBe(240_000);
  });

  it('C15 tries again only at the cap after a socket of another app', () => {
    const foreign: ConnectionEvent = { type: 'evicted', id: 1, reason: 'app_mismatch', cause: 'foreign' };
    expect(retryIn(stable, foreign, 0)).toBe(240_000);
    expect(retryIn(stable, foreign, 1)).toBe(300_000);
  });

  it('connects at once when doubt ends before anything has failed', () => {
    expect(stepText({ kind: 'idle' }, transition({ kind: 'paused', attempt: 1 }, { type: 'start' }, env))).toBe(
      'queued#9(1): ask 9',
    );
  });
});

describe('a trial', () => {
  const trialIn = (state: ConnectionState) => (state.kind === 'open' ? state.successor : null);
  const queued: ConnectionState = {
    ...open,
    successor: { ...trial, phase: 'queued', deadlineMs: Number.POSITIVE_INFINITY },
  };

  it('C10 has ten seconds from its slot to its pong, and no limit before', () => {
    expect(dueAtMs(queued)).toBeUndefined();
    const asking = transition(queued, { type: 'granted', id: 2 }, env).state;
    expect(trialIn(asking)).toMatchObject({ phase: 'asking', deadlineMs: NOW + 10_000 });
    expect(dueAtMs(asking)).toBe(NOW + 10_000);
    const dialed = transition(asking, { type: 'url', id: 2, url: 'wss://peer.test/?ticket=1' }, env);
    expect(stepText(asking, dialed)).toBe('open#1(1) + trial dialing#2: dial 2');
    expect(transition(dialed.state, { type: 'due' }, { ...env, nowMs: NOW + 9_999 }).state).toBe(dialed.state);
  });

  it('C19 goes when the old socket has answered meanwhile', () => {
    const pong: ConnectionEvent = { type: 'pong', id: 2, isOldSilent: false };
    expect(apply('openOnTrialGreeted', pong)).toBe('open#1(1): abandon 2, vote failed');
  });

  it('says nothing about the network when it is refused for a reason of its own team', () => {
    const refused = (verdict: VerdictClass): ConnectionEvent => ({ type: 'refused', id: 2, code: 'x', class: verdict });
    expect(apply('openOnTrial', refused('terminal'))).toBe('open#1(1): vote void');
    expect(apply('openOnTrial', refused('transient'))).toBe('open#1(1): vote failed');
  });

  it('is begun neither in doubt nor beside a planned successor', () => {
    const sampled: ConnectionEvent = { type: 'sampled', id: 1, round: 7 };
    expect(apply('openPaused', sampled)).toBe('ignored');
    expect(apply('openAndDialing', sampled)).toBe('ignored');
  });
});
