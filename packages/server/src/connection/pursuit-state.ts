/**
 * The way to one socket, as connection-state.ts uses it for the first socket and for a planned successor. Pure.
 *
 *   connecting(queued) ──granted──▶ connecting(asking) ──url──▶ connecting(dialing) ──hello──▶ (open: connection-state.ts)
 *        ▲   ▲                          │ refused, limited, failed      │ closed, rejected       due after the deadline: both
 *   start│   │due                       ▼                               ▼
 *    paused  └───────────────────── waiting ◀───────────────────────────┘
 *
 * pause: any ──▶ paused · restart: any but paused ──▶ connecting
 */
import { assertNever } from '../assert-never.ts';
import type { VerdictClass } from '../slack/verdict.ts';
import { backoffMs, parkedMs } from '../time/backoff.ts';
import type { AttemptEvent, ConnectionEvent, Effect, Open, Pursuit, TransitionEnv } from './connection-model.ts';

type Connecting = Extract<Pursuit, { kind: 'connecting' }>;
type Waiting = Extract<Pursuit, { kind: 'waiting' }>;

type Eviction = Pick<Extract<AttemptEvent, { type: 'evicted' }>, 'reason' | 'cause'>;

/** The same reference back = ignored on purpose. */
export interface PursuitStep {
  state: Pursuit;
  effects: readonly Effect[];
}

/** Asks at once. */
export function beginAttempt(attempt: number, env: TransitionEnv): PursuitStep {
  const id = env.newId;
  return {
    state: { kind: 'connecting', id, attempt, phase: 'queued', deadlineMs: Number.POSITIVE_INFINITY },
    effects: [{ type: 'ask', id, attempt }],
  };
}

/**
 * So many refusals in a row that the operator should look at are answered by ordinary back-off, about four minutes in all:
 * Slack has given such answers for seconds, to everybody. From then on it is tried at the cap.
 */
const REFUSALS_BEFORE_PARKING = 8;

/** Slack counts sockets for a while after they are gone. (slack-protocol: back off at least 30 s, never overlap) */
const CROWDED_FLOOR_MS = 30_000;

/** Waits a jittered while, on top of `floorMs`, before the attempt of that number. */
export function waitFor(attempt: number, reason: string, env: TransitionEnv, floorMs = 0): Waiting {
  return waitUntil(attempt, reason, env.nowMs + floorMs + backoffMs(attempt, env.random, env.options));
}

/** Waits after the peer turned the socket out: for the operator, or until it has forgotten sockets of ours. */
export function waitEvicted(attempt: number, { reason, cause }: Eviction, env: TransitionEnv): PursuitStep {
  if (cause === 'crowded') {
    return settled({ ...waitFor(attempt, reason, env, CROWDED_FLOOR_MS), isCrowded: true });
  }
  // A socket of another app takes that app's events while it is open: that is not tried again soon.
  const state = cause === 'foreign' ? park(attempt, reason, env) : waitForOperator(attempt, reason, env);
  return { state, effects: [{ type: 'report', code: reason }] };
}

function waitForOperator(next: number, reason: string, env: TransitionEnv): Waiting {
  return next - 1 <= REFUSALS_BEFORE_PARKING ? waitFor(next, reason, env) : park(next, reason, env);
}

function park(next: number, reason: string, env: TransitionEnv): Waiting {
  return waitUntil(next, reason, env.nowMs + parkedMs(env.random, env.options));
}

/** Being accepted proves nothing, staying does: otherwise an accepted-then-closed socket would loop. */
export function attemptAfter({ attempt, helloAtMs }: Open, { nowMs, options }: TransitionEnv): number {
  return nowMs - helloAtMs >= options.stableMs ? 1 : attempt + 1;
}

/** What must be let go when this pursuit is given up. */
export function abandonEffects(pursuit: Pursuit | null): readonly Effect[] {
  return pursuit?.kind === 'connecting' ? [{ type: 'abandon', id: pursuit.id }] : [];
}

/** When `due` must be sent at the latest; undefined while nothing but an event helps. */
export function pursuitDueAtMs(pursuit: Pursuit): number | undefined {
  if (pursuit.kind === 'waiting') return pursuit.retryAtMs;
  if (pursuit.kind === 'connecting' && pursuit.phase !== 'queued') return pursuit.deadlineMs;
  return undefined;
}

/** Everything but hello and stop, which change more than the pursuit. */
export function stepPursuit(pursuit: Pursuit, event: ConnectionEvent, env: TransitionEnv): PursuitStep {
  switch (event.type) {
    case 'start':
      return pursuit.kind === 'paused' ? resume(pursuit.attempt, env) : ignored(pursuit);
    case 'pause':
      return pause(pursuit);
    case 'restart':
      return restart(pursuit, env);
    case 'due':
      return due(pursuit, env);
    case 'stop':
    case 'refresh':
    case 'cut':
    case 'hello':
    case 'goodbye':
    case 'silent':
    case 'sampled':
    case 'pong':
      return ignored(pursuit);
    case 'granted':
    case 'url':
    case 'refused':
    case 'limited':
    case 'failed':
    case 'rejected':
    case 'evicted':
    case 'closed':
      if (pursuit.kind !== 'connecting' || pursuit.id !== event.id) return ignored(pursuit);
      return stepAttempt(pursuit, event, env);
    default:
      return assertNever(event, 'attempt event');
  }
}

/** Doubt is over. After failures it still waits, or connect, refusal, doubt and release would chase each other. */
function resume(attempt: number, env: TransitionEnv): PursuitStep {
  if (attempt === 1) return beginAttempt(1, env);
  return { state: waitFor(attempt, 'released', env), effects: [] };
}

function pause(pursuit: Pursuit): PursuitStep {
  if (pursuit.kind === 'paused') return ignored(pursuit);
  return { state: { kind: 'paused', attempt: pursuit.attempt }, effects: abandonEffects(pursuit) };
}

function restart(pursuit: Pursuit, env: TransitionEnv): PursuitStep {
  if (pursuit.kind === 'paused')
    return pursuit.attempt === 1 ? ignored(pursuit) : settled({ kind: 'paused', attempt: 1 });
  const begun = beginAttempt(1, env);
  return { state: begun.state, effects: [...abandonEffects(pursuit), ...begun.effects] };
}

function due(pursuit: Pursuit, env: TransitionEnv): PursuitStep {
  const dueAtMs = pursuitDueAtMs(pursuit);
  if (dueAtMs === undefined || env.nowMs < dueAtMs) return ignored(pursuit);
  if (pursuit.kind === 'waiting') return beginAttempt(pursuit.attempt, env);
  return { state: waitFor(pursuit.attempt + 1, 'connect_timeout', env), effects: abandonEffects(pursuit) };
}

function stepAttempt(
  pursuit: Connecting,
  event: Exclude<AttemptEvent, { type: 'hello' | 'goodbye' | 'silent' | 'sampled' | 'pong' }>,
  env: TransitionEnv,
): PursuitStep {
  const next = pursuit.attempt + 1;
  switch (event.type) {
    case 'granted':
      if (pursuit.phase !== 'queued') return ignored(pursuit);
      return settled({ ...pursuit, phase: 'asking', deadlineMs: env.nowMs + env.options.connectTimeoutMs });
    case 'url':
      if (pursuit.phase !== 'asking') return ignored(pursuit);
      return { state: { ...pursuit, phase: 'dialing' }, effects: [{ type: 'dial', id: pursuit.id, url: event.url }] };
    case 'refused':
      return refused(next, event.code, event.class, env);
    case 'limited': {
      const floorMs = Math.min(event.retryAfterMs, env.options.retryAfterMaxMs);
      return settled(waitFor(next, 'ratelimited', env, floorMs));
    }
    case 'failed':
    case 'closed':
      return settled(waitFor(next, event.reason, env));
    case 'rejected':
      return { state: waitFor(next, event.reason, env), effects: abandonEffects(pursuit) };
    case 'evicted': {
      const waiting = waitEvicted(next, event, env);
      return { state: waiting.state, effects: [...abandonEffects(pursuit), ...waiting.effects] };
    }
    default:
      return assertNever(event, 'attempt event');
  }
}

/** About a dead or paused grant the rows decide, and until then it is tried rarely. */
function refused(next: number, code: string, verdict: VerdictClass, env: TransitionEnv): PursuitStep {
  if (verdict === 'transient') return settled(waitFor(next, code, env));
  const isOperators = verdict === 'operator' || verdict === 'call';
  if (!isOperators) return settled(park(next, code, env));
  return { state: waitForOperator(next, code, env), effects: [{ type: 'report', code }] };
}

function waitUntil(attempt: number, reason: string, retryAtMs: number): Waiting {
  return { kind: 'waiting', attempt, retryAtMs, reason, isCrowded: false };
}

function settled(state: Pursuit): PursuitStep {
  return { state, effects: [] };
}

function ignored(state: Pursuit): PursuitStep {
  return { state, effects: [] };
}
