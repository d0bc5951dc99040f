/**
 * Where one credential that rotates stands, as far as memory knows it. Pure; refresher.ts does what it says.
 *
 *   current ──granted──▶ unsaved ──stored──▶ replaced ──seen──▶ current        each of them: ──dropped──▶ dropped ──listed──▶ back
 *      │                                         ▲                              (what is under way goes on meanwhile)
 *      └──────────────superseded─────────────────┘
 *
 * Beside that runs what becomes of the token that is used until then:
 *
 *   until_end ──expired──▶ expired (nothing is sent with it) ──refused, superseded, dead, released──▶ until_end
 *      └──outlived──▶ past_end ──seen, expired, dead──▶ as named
 */
import { assertNever } from '../assert-never.ts';
import type { Version } from '../team/installation.ts';
import type { GrantedToken } from '../team/installations.ts';

/** What is done with the token that its successor will replace. */
export type TokenUse =
  /** Used until it ends; from then on its successor is awaited. */
  | { readonly kind: 'until_end' }
  /** Slack called the token of this version expired: refreshed although it is not due, and awaited meanwhile. */
  | { readonly kind: 'expired'; readonly version: Version }
  /** It has ended, its refresh is refused, and Slack takes it all the same. */
  | { readonly kind: 'past_end' };

/** A pair that Slack gave for the refresh token `used`, which may be used up: it must not be lost. */
export interface UnsavedPair {
  readonly used: string;
  readonly granted: GrantedToken;
}

type Kept =
  /** What is known here is what the rows say. */
  | { readonly kind: 'current'; readonly use: TokenUse }
  /** The next pair came and could not be stored yet. */
  | { readonly kind: 'unsaved'; readonly use: TokenUse; readonly pair: UnsavedPair }
  /** A newer pair is stored: what is known here is of the older one until the row is seen. */
  | { readonly kind: 'replaced'; readonly use: TokenUse };

export type RotationState =
  | Kept
  /** Gone from the rows. What is under way ends by itself, and what the judge asked for goes on: its next probe decides. */
  | { readonly kind: 'dropped'; readonly before: Kept };

export type RotationEvent =
  /** The rows have it. */
  | { readonly type: 'listed' }
  /** A row with another end, or the one that was awaited, was read. */
  | { readonly type: 'seen' }
  /** The rows have it no more. */
  | { readonly type: 'dropped' }
  /** Slack says that the token of that version has expired. */
  | { readonly type: 'expired'; readonly version: Version }
  | { readonly type: 'granted'; readonly pair: UnsavedPair }
  | { readonly type: 'stored' }
  /** Another process or a re-install was faster. */
  | { readonly type: 'superseded' }
  /** There is nothing to refresh. */
  | { readonly type: 'released' }
  /** The refresh token is used up, the access token lives. */
  | { readonly type: 'refused' }
  /** The same, and the token has ended long ago. */
  | { readonly type: 'outlived' }
  /** Slack refuses both tokens. */
  | { readonly type: 'dead' };

const UNTIL_END: TokenUse = { kind: 'until_end' };
const PAST_END: TokenUse = { kind: 'past_end' };

/** Of a credential that was just learned of. */
export const newRotationState: RotationState = { kind: 'current', use: UNTIL_END };

/** The next state. */
export function transition(state: RotationState, event: RotationEvent): RotationState {
  if (event.type === 'listed') return state.kind === 'dropped' ? state.before : state;
  if (event.type === 'dropped') return dropped(state);
  // Nobody waits for what cannot be refreshed.
  if (event.type === 'released') return dropped({ ...keptOf(state), use: unlessExpired(keptOf(state).use) });
  return state.kind === 'dropped' ? dropped(step(state.before, event)) : step(state, event);
}

type StepEvent = Exclude<RotationEvent, { type: 'listed' | 'dropped' | 'released' }>;

function step(state: Kept, event: StepEvent): Kept {
  switch (event.type) {
    case 'seen':
      return seen(state);
    case 'expired':
      return { ...state, use: { kind: 'expired', version: event.version } };
    case 'granted':
      return { kind: 'unsaved', use: state.use, pair: event.pair };
    case 'stored':
      // Awaited or not, it stays so until the row is seen: before that nobody here has the new token.
      return { kind: 'replaced', use: state.use };
    case 'superseded':
      return { kind: 'replaced', use: unlessExpired(state.use) };
    case 'refused':
      return { ...state, use: unlessExpired(state.use) };
    case 'outlived':
      return { ...state, use: PAST_END };
    case 'dead':
      return { ...state, use: UNTIL_END };
    default:
      return assertNever(event, 'event of a rotation');
  }
}

/** What was asked for stays so when the row of another write comes: the next attempt compares it with what is stored. */
function seen(state: Kept): Kept {
  if (state.kind === 'replaced') return { kind: 'current', use: UNTIL_END };
  return state.use.kind === 'past_end' ? { ...state, use: UNTIL_END } : state;
}

/** Whether the token has to wait for its successor; `hasEnded`: its time is over. */
export function isAwaited(state: RotationState, { hasEnded }: { hasEnded: boolean }): boolean {
  if (state.kind === 'dropped') return false;
  switch (state.use.kind) {
    case 'expired':
      return true;
    case 'past_end':
      return false;
    case 'until_end':
      return hasEnded;
    default:
      return assertNever(state.use, 'use of a token');
  }
}

/** The version that is to be refreshed although it is not due; undefined = only what is due. */
export function expiredVersion(state: RotationState): Version | undefined {
  const { use } = keptOf(state);
  return use.kind === 'expired' ? use.version : undefined;
}

/** What is to be stored before anything else is done. */
export function unsavedPair(state: RotationState): UnsavedPair | undefined {
  const kept = keptOf(state);
  return kept.kind === 'unsaved' ? kept.pair : undefined;
}

/** Whether nothing is lost when it is forgotten, provided that nothing of it is under way. */
export function isForgettable(state: RotationState): boolean {
  if (state.kind !== 'dropped') return false;
  return state.before.kind === 'replaced' || (state.before.kind === 'current' && state.before.use.kind !== 'expired');
}

function keptOf(state: RotationState): Kept {
  return state.kind === 'dropped' ? state.before : state;
}

function dropped(state: RotationState): RotationState {
  return { kind: 'dropped', before: keptOf(state) };
}

function unlessExpired(use: TokenUse): TokenUse {
  return use.kind === 'expired' ? UNTIL_END : use;
}
