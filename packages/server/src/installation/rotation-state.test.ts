/** Every state of a rotation with every event, and what is read from them. The expectations are written by hand. */
import { describe, expect, it } from 'vitest';
import {
  expiredVersion,
  isAwaited,
  isForgettable,
  newRotationState,
  type RotationEvent,
  type RotationState,
  type TokenUse,
  transition,
  unsavedPair,
} from './rotation-state.ts';

const VERSION = { install: 1, refresh: 4 };
const pair = { used: 'xoxe-1-test-used', granted: { token: 'xoxe.xoxb-test-next' } } as never;

type Kind = RotationState['kind'];
type Use = TokenUse['kind'];
type Kept = `${Exclude<Kind, 'dropped'>}/${Use}`;
type Name = Kept | `dropped ${Kept}`;

const uses: Record<Use, TokenUse> = {
  until_end: { kind: 'until_end' },
  expired: { kind: 'expired', version: VERSION },
  past_end: { kind: 'past_end' },
};

const events: Record<RotationEvent['type'], RotationEvent> = {
  listed: { type: 'listed' },
  seen: { type: 'seen' },
  dropped: { type: 'dropped' },
  expired: { type: 'expired', version: VERSION },
  granted: { type: 'granted', pair },
  stored: { type: 'stored' },
  superseded: { type: 'superseded' },
  released: { type: 'released' },
  refused: { type: 'refused' },
  outlived: { type: 'outlived' },
  dead: { type: 'dead' },
};

/** `=`: the state stays as it is. */
const table: Record<Kept, Record<RotationEvent['type'], Name | '='>> = {
  'current/until_end': {
    listed: '=',
    seen: '=',
    dropped: 'dropped current/until_end',
    expired: 'current/expired',
    granted: 'unsaved/until_end',
    stored: 'replaced/until_end',
    superseded: 'replaced/until_end',
    released: 'dropped current/until_end',
    refused: '=',
    outlived: 'current/past_end',
    dead: '=',
  },
  'current/expired': {
    listed: '=',
    seen: '=',
    dropped: 'dropped current/expired',
    expired: '=',
    granted: 'unsaved/expired',
    stored: 'replaced/expired',
    superseded: 'replaced/until_end',
    released: 'dropped current/until_end',
    refused: 'current/until_end',
    outlived: 'current/past_end',
    dead: 'current/until_end',
  },
  'current/past_end': {
    listed: '=',
    seen: 'current/until_end',
    dropped: 'dropped current/past_end',
    expired: 'current/expired',
    granted: 'unsaved/past_end',
    stored: 'replaced/past_end',
    superseded: 'replaced/past_end',
    released: 'dropped current/past_end',
    refused: '=',
    outlived: '=',
    dead: 'current/until_end',
  },
  'unsaved/until_end': {
    listed: '=',
    seen: '=',
    dropped: 'dropped unsaved/until_end',
    expired: 'unsaved/expired',
    granted: '=',
    stored: 'replaced/until_end',
    superseded: 'replaced/until_end',
    released: 'dropped unsaved/until_end',
    refused: '=',
    outlived: 'unsaved/past_end',
    dead: '=',
  },
  'unsaved/expired': {
    listed: '=',
    seen: '=',
    dropped: 'dropped unsaved/expired',
    expired: '=',
    granted: '=',
    stored: 'replaced/expired',
    superseded: 'replaced/until_end',
    released: 'dropped unsaved/until_end',
    refused: 'unsaved/until_end',
    outlived: 'unsaved/past_end',
    dead: 'unsaved/until_end',
  },
  'unsaved/past_end': {
    listed: '=',
    seen: 'unsaved/until_end',
    dropped: 'dropped unsaved/past_end',
    expired: 'unsaved/expired',
    granted: '=',
    stored: 'replaced/past_end',
    superseded: 'replaced/past_end',
    released: 'dropped unsaved/past_end',
    refused: '=',
    outlived: '=',
    dead: 'unsaved/until_end',
  },
  'replaced/until_end': {
    listed: '=',
    seen: 'current/until_end',
    dropped: 'dropped replaced/until_end',
    expired: 'replaced/expired',
    granted: 'unsaved/until_end',
    stored: '=',
    superseded: '=',
    released: 'dropped replaced/until_end',
    refused: '=',
    outlived: 'replaced/past_end',
    dead: '=',
  },
  'replaced/expired': {
    listed: '=',
    seen: 'current/until_end',
    dropped: 'dropped replaced/expired',
    expired: '=',
    granted: 'unsaved/expired',
    stored: '=',
    superseded: 'replaced/until_end',
    released: 'dropped replaced/until_end',
    refused: 'replaced/until_end',
    outlived: 'replaced/past_end',
    dead: 'replaced/until_end',
  },
  'replaced/past_end': {
    listed: '=',
    seen: 'current/until_end',
    dropped: 'dropped replaced/past_end',
    expired: 'replaced/expired',
    granted: 'unsaved/past_end',
    stored: '=',
    superseded: '=',
    released: 'dropped replaced/past_end',
    refused: '=',
    outlived: '=',
    dead: 'replaced/until_end',
  },
};

const rows = Object.entries(table).flatMap(([from, byEvent]) =>
  Object.entries(byEvent).map(([type, to]) => ({ from: from as Kept, type: type as RotationEvent['type'], to })),
);

describe('a rotation', () => {
  it.each(rows)('$from: $type → $to', ({ from, type, to }) => {
    expect(nameOf(transition(stateOf(from), events[type]))).toBe(to === '=' ? from : to);
  });

  it.each(rows.filter(({ type }) => type !== 'listed'))(
    'that is dropped stays so: $from: $type → $to',
    ({ from, type, to }) => {
      const after = to === '=' ? from : to.replace('dropped ', '');
      expect(nameOf(transition(stateOf(`dropped ${from}`), events[type]))).toBe(`dropped ${after}`);
    },
  );

  it.each(Object.keys(table) as Kept[])('that was dropped as %s comes back as that', (kept) => {
    expect(nameOf(transition(stateOf(`dropped ${kept}`), events.listed))).toBe(kept);
  });

  it('begins as the rows say', () => {
    expect(nameOf(newRotationState)).toBe('current/until_end');
  });
});

describe('the successor of a token', () => {
  it.each<[Kept, { before: boolean; after: boolean }]>([
    ['current/until_end', { before: false, after: true }],
    ['current/expired', { before: true, after: true }],
    ['current/past_end', { before: false, after: false }],
    ['unsaved/until_end', { before: false, after: true }],
    ['unsaved/expired', { before: true, after: true }],
    ['unsaved/past_end', { before: false, after: false }],
    ['replaced/until_end', { before: false, after: true }],
    ['replaced/expired', { before: true, after: true }],
    ['replaced/past_end', { before: false, after: false }],
  ])('in %s is awaited before and after its end: %j', (name, { before, after }) => {
    expect(isAwaited(stateOf(name), { hasEnded: false })).toBe(before);
    expect(isAwaited(stateOf(name), { hasEnded: true })).toBe(after);
  });

  it.each(Object.keys(table) as Kept[])('is not awaited where the rows have no credential any more (%s)', (kept) => {
    expect(isAwaited(stateOf(`dropped ${kept}`), { hasEnded: true })).toBe(false);
  });
});

it.each<[Name, boolean]>([
  ['current/until_end', false],
  ['current/expired', false],
  ['replaced/until_end', false],
  ['dropped current/until_end', true],
  ['dropped current/past_end', true],
  ['dropped current/expired', false],
  ['dropped unsaved/until_end', false],
  ['dropped unsaved/expired', false],
  ['dropped replaced/until_end', true],
  ['dropped replaced/expired', true],
])('%s may be forgotten: %s', (name, expected) => {
  expect(isForgettable(stateOf(name))).toBe(expected);
});

it('knows the version that Slack called expired, and the pair that is not stored, also of one that is dropped', () => {
  for (const name of ['unsaved/expired', 'dropped unsaved/expired'] as const) {
    expect(expiredVersion(stateOf(name))).toEqual(VERSION);
    expect(unsavedPair(stateOf(name))).toBe(pair);
  }
  expect(expiredVersion(stateOf('current/past_end'))).toBeUndefined();
  expect(unsavedPair(stateOf('replaced/expired'))).toBeUndefined();
});

function stateOf(name: Name): RotationState {
  if (name.startsWith('dropped ')) return { kind: 'dropped', before: stateOf(name.slice(8) as Kept) as never };
  const [kind, use] = name.split('/') as [Exclude<Kind, 'dropped'>, Use];
  return kind === 'unsaved' ? { kind, use: uses[use], pair } : { kind, use: uses[use] };
}

function nameOf(state: RotationState): Name {
  if (state.kind === 'dropped') return `dropped ${nameOf(state.before) as Kept}`;
  return `${state.kind}/${state.use.kind}`;
}
