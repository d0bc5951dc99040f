/**
 * Whether what answers pings still hears: what the bot itself posts comes back as an event. Pure; ear.ts does what it says.
 *
 *   hearing ──enough posts unheard for too long──▶ checking ──they should have come back──▶ deaf ──an event──▶ hearing
 *      ▲                                              │ they could not                      │ again unheard: checking
 *      └──────────────────────────────────────────────┘ (back to where it was)              ▼ (after a back-off)
 *
 * A source is what events come on: a socket, or the request URL. Whatever is heard on all sources after a post takes the post
 * out of the count, so that only silence of everything else makes unheard posts a proof.
 */
import { assertNever } from '../assert-never.ts';

/** A post that should come back. */
export interface Post {
  /** Names it in the events that come back. */
  id: string;
  team: string;
  channel: string;
  /** Monotonic: when Slack's answer came. */
  atMs: number;
  /** What came first, where the clock does not tell: see Moment. */
  order: number;
}

/** When something was heard. `order` counts posts and events together, as two of them may be of one millisecond. */
export interface Moment {
  atMs: number;
  order: number;
}

/** How often in a row it was found deaf, on what, and when something may be done about it again. */
export interface Deafness {
  times: number;
  sources: readonly string[];
  notBeforeMs: number;
}

/** `posts` are those that did not come back yet, oldest first. */
export type HearingState =
  | { kind: 'hearing'; posts: readonly Post[] }
  /** Slack is asked whether they could have come back. */
  | { kind: 'checking'; id: number; posts: readonly Post[]; deafness: Deafness | null }
  | { kind: 'deaf'; posts: readonly Post[]; deafness: Deafness };

export type HearingEvent =
  | { type: 'posted'; post: Post }
  | { type: 'returned'; id: string }
  /** Any event came on the source. */
  | { type: 'heard'; source: string }
  /** A source was opened or closed: what was posted before may have gone to one that is no more. */
  | { type: 'changed' }
  /** Slack says that it dropped events of the team. */
  | { type: 'excused'; team: string }
  /** The moment named by dueAtMs() has come. */
  | { type: 'due' }
  /** The posts that should have come back: the bot is a member there. */
  | { type: 'checked'; id: number; returnable: ReadonlySet<string> };

/** What the driver does about it. */
export type HearingEffect =
  | { type: 'check'; id: number; posts: readonly Post[] }
  | { type: 'deaf'; sources: readonly string[]; posts: readonly Post[]; times: number }
  | { type: 'hears' };

export interface HearingOptions {
  /** So many posts of a team must stay unheard. */
  enough: number;
  /** How long the first of them, in milliseconds. Slack's events are at times some ten seconds late. */
  deadlineMs: number;
  /** How long the last of them, in milliseconds. */
  settleMs: number;
  /** Once deaf it is looked at again after so long, in milliseconds, doubled each time. */
  backoffMs: number;
  backoffMaxMs: number;
}

/** Together with a connect they keep it within a minute of the first unheard post. */
export const hearingDefaults = {
  enough: 3,
  deadlineMs: 45_000,
  settleMs: 5_000,
  backoffMs: 120_000,
  backoffMaxMs: 3_600_000,
} as const satisfies HearingOptions;

/** What a transition needs besides state and event. Times are monotonic, milliseconds. */
export interface HearingEnv {
  nowMs: number;
  /** When each open source was opened, or heard something last. */
  heard: ReadonlyMap<string, Moment>;
  /** When an event of another team came last, on any source. */
  othersHeard: (team: string) => Moment | undefined;
  /** Never given before. */
  newId: number;
  options: HearingOptions;
}

/** The next state and what to do. The same state reference back = ignored on purpose. */
export interface HearingStep {
  state: HearingState;
  effects: readonly HearingEffect[];
}

/** Posts that are waited for at once, of all teams; further ones prove no more than these. */
const MAX_POSTS = 12;

export const hearingAtFirst: HearingState = { kind: 'hearing', posts: [] };

/** Decides. */
export function transition(state: HearingState, event: HearingEvent, env: HearingEnv): HearingStep {
  switch (event.type) {
    case 'posted':
      return posted(state, event.post, env);
    case 'returned':
      return keepPosts(state, ({ id }) => id !== event.id);
    case 'excused':
      return keepPosts(state, ({ team }) => team !== event.team);
    case 'heard':
      return heard(state, event.source);
    case 'changed':
      return changed(state);
    case 'due':
      return due(state, env);
    case 'checked':
      return state.kind === 'checking' && state.id === event.id
        ? checked(state, event.returnable, env)
        : ignored(state);
    default:
      return assertNever(event, 'event of an ear');
  }
}

/** When to send `due`; undefined while nothing but an event helps. */
export function dueAtMs(state: HearingState, options: HearingOptions): number | undefined {
  if (state.kind === 'checking') return undefined;
  const [first] = state.posts;
  const last = state.posts[options.enough - 1];
  if (!first || !last) return undefined;
  const notBeforeMs = state.kind === 'deaf' ? state.deafness.notBeforeMs : 0;
  return Math.max(first.atMs + options.deadlineMs, last.atMs + options.settleMs, notBeforeMs);
}

function posted(state: HearingState, post: Post, env: HearingEnv): HearingStep {
  if (env.heard.size === 0) return ignored(state);
  const posts = state.posts.filter(isUnheard(env));
  const ofTeam = posts.filter(({ team }) => team === post.team).length;
  if (ofTeam >= env.options.enough || posts.length >= MAX_POSTS) return ignored(state);
  return { state: { ...state, posts: [...posts, post] }, effects: [] };
}

function heard(state: HearingState, source: string): HearingStep {
  const deafness = deafnessOf(state);
  if (!deafness?.sources.includes(source)) return ignored(state);
  return { state: { kind: 'hearing', posts: state.posts }, effects: [{ type: 'hears' }] };
}

function changed(state: HearingState): HearingStep {
  if (state.posts.length === 0 && state.kind !== 'checking') return ignored(state);
  return { state: settled([], deafnessOf(state)), effects: [] };
}

function due(state: HearingState, env: HearingEnv): HearingStep {
  if (!isOver(state, env)) return ignored(state);
  const posts = state.posts.filter(isUnheard(env));
  const deafness = deafnessOf(state);
  const left = settled(posts, deafness);
  if (!isOver(left, env)) return { state: left, effects: [] };
  // Other teams hear: whatever it is, it is not the source.
  if (!isProof(posts, env)) return { state: settled([], deafness), effects: [] };
  const id = env.newId;
  return { state: { kind: 'checking', id, posts, deafness }, effects: [{ type: 'check', id, posts }] };
}

function checked(
  state: HearingState & { kind: 'checking' },
  returnable: ReadonlySet<string>,
  env: HearingEnv,
): HearingStep {
  const posts = state.posts.filter(isUnheard(env)).filter(({ id }) => returnable.has(id));
  const left = settled(posts, state.deafness);
  const [first] = posts;
  // Those that made it due could not come back: the others may be of just now, and their time is not over.
  if (!first || !isProof(posts, env) || !isOver(settled(posts, null), env)) return { state: left, effects: [] };
  const sources = Array.from(env.heard).flatMap(([source, { order }]) => (order < first.order ? [source] : []));
  const times = (state.deafness?.times ?? 0) + 1;
  const { backoffMs, backoffMaxMs } = env.options;
  const notBeforeMs = env.nowMs + Math.min(backoffMaxMs, backoffMs * 2 ** (times - 1));
  return {
    state: { kind: 'deaf', posts: [], deafness: { times, sources, notBeforeMs } },
    effects: [{ type: 'deaf', sources, posts, times }],
  };
}

/** Nothing was heard since the post, on one source at least: it may be the one on which it should have come. */
function isUnheard({ heard: onSources }: HearingEnv): (post: Post) => boolean {
  let least = Infinity;
  for (const { order } of onSources.values()) least = Math.min(least, order);
  return ({ order }) => order > least;
}

/** Whether the moment named by dueAtMs() has come. */
function isOver(state: HearingState, { nowMs, options }: HearingEnv): boolean {
  const atMs = dueAtMs(state, options);
  return atMs !== undefined && nowMs >= atMs;
}

/** Enough of one team when no other was heard meanwhile, or of several. */
function isProof(posts: readonly Post[], { options, othersHeard }: HearingEnv): boolean {
  const [first] = posts;
  if (!first || posts.length < options.enough) return false;
  return posts.some(({ team }) => team !== first.team) || (othersHeard(first.team)?.order ?? 0) < first.order;
}

function keepPosts(state: HearingState, isKept: (post: Post) => boolean): HearingStep {
  const posts = state.posts.filter(isKept);
  return posts.length === state.posts.length ? ignored(state) : { state: { ...state, posts }, effects: [] };
}

function settled(posts: readonly Post[], deafness: Deafness | null): HearingState {
  return deafness ? { kind: 'deaf', posts, deafness } : { kind: 'hearing', posts };
}

function deafnessOf(state: HearingState): Deafness | null {
  return state.kind === 'hearing' ? null : state.deafness;
}

function ignored(state: HearingState): HearingStep {
  return { state, effects: [] };
}
