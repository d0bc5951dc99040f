/**
 * When to connect, when to wait, when to give up a socket. Pure; connection.ts does what it says. Invariants: SPEC.md.
 *
 *   idle ──start──▶ connecting ──hello──▶ open ──goodbye──▶ open + successor(connecting | waiting | paused)
 *    │               │    ▲                │                    │ successor's hello: the old one is retired
 *    │pause    fails│    │due             │closed, silent,     │ closed: the successor is all there is
 *    │               │    │                │evicted             │ due when crowded: the old one goes, then it is asked
 *    ▼               ▼    │                ▼                    ▼
 *  paused ─start──▶ waiting ◀─────────────┴── (paused when in doubt)      stop: any ──▶ stopped, for good
 *
 * connecting, waiting and paused are a Pursuit, the same for a first socket and for a successor: see pursuit-state.ts.
 */
import { assertNever } from '../assert-never.ts';
import type { ConnectionEvent, ConnectionState, Effect, Open, Pursuit, TransitionEnv } from './connection-model.ts';
import { abandonEffects, beginAttempt, pursuitDueAtMs, stepPursuit, waitEvicted, waitFor } from './pursuit-state.ts';

/** The next state and what to do, in order. The same state reference back = ignored on purpose, no effects. */
export interface Step {
  state: ConnectionState;
  effects: readonly Effect[];
}

type Eviction = Extract<ConnectionEvent, { type: 'evicted' }>;

/** A successor is begun at once up to this attempt number; beyond it the peer says goodbye too often. */
const MAX_PROMPT_ATTEMPT = 2;

/** Decides. */
export function transition(state: ConnectionState, event: ConnectionEvent, env: TransitionEnv): Step {
  switch (state.kind) {
    case 'idle':
      return fromIdle(state, event, env);
    case 'connecting':
    case 'waiting':
    case 'paused':
      return fromPursuit(state, event, env);
    case 'open':
      return fromOpen(state, event, env);
    case 'stopped':
      return ignored(state);
    default:
      return assertNever(state, 'connection state');
  }
}

/** When to send `due`; undefined while nothing but an event helps. */
export function dueAtMs(state: ConnectionState): number | undefined {
  const pursuit = pursuitOf(state);
  return pursuit ? pursuitDueAtMs(pursuit) : undefined;
}

/** The way to a socket that is under way: of the connection itself, or of its successor. */
export function pursuitOf(state: ConnectionState): Pursuit | null {
  if (state.kind === 'open') return state.successor;
  return state.kind === 'idle' || state.kind === 'stopped' ? null : state;
}

function fromIdle(state: ConnectionState, event: ConnectionEvent, env: TransitionEnv): Step {
  if (event.type === 'start') return beginAttempt(1, env);
  if (event.type === 'pause') return { state: { kind: 'paused', attempt: 1 }, effects: [] };
  if (event.type === 'stop') return stopped(event.reason, []);
  return ignored(state);
}

function fromPursuit(state: Pursuit, event: ConnectionEvent, env: TransitionEnv): Step {
  if (event.type === 'stop') return stopped(event.reason, abandonEffects(state));
  if (event.type === 'hello') {
    const opened = greeted(state, event.id, env);
    return opened ? { state: opened, effects: [] } : ignored(state);
  }
  return stepPursuit(state, event, env);
}

function fromOpen(state: Open, event: ConnectionEvent, env: TransitionEnv): Step {
  switch (event.type) {
    case 'stop':
      return stopped(event.reason, [...abandonEffects(state.successor), { type: 'close', id: state.id }]);
    case 'restart':
      return replace(state, env);
    case 'start':
      return state.isPaused ? withSuccessor({ ...state, isPaused: false }, event, env) : ignored(state);
    case 'pause':
      return state.isPaused ? ignored(state) : withSuccessor({ ...state, isPaused: true }, event, env);
    case 'goodbye':
      return event.id === state.id && !state.successor ? planSuccessor(state, event.reason, env) : ignored(state);
    case 'refresh':
      return state.isPaused || state.successor ? ignored(state) : planSuccessor(state, event.reason, env);
    case 'evicted':
      return event.id === state.id ? evicted(state, event, env) : stepSuccessor(state, event, env);
    case 'closed':
      if (event.id === state.id) return { state: afterLoss(state, event.reason, env), effects: [] };
      return stepSuccessor(state, event, env);
    case 'silent':
      if (event.id !== state.id) return ignored(state);
      return { state: afterLoss(state, 'no_pong', env), effects: [{ type: 'abandon', id: state.id }] };
    case 'hello': {
      const opened = state.successor && greeted(state.successor, event.id, env);
      return opened ? { state: opened, effects: [{ type: 'retire', id: state.id }] } : ignored(state);
    }
    case 'granted':
    case 'url':
    case 'refused':
    case 'limited':
    case 'failed':
    case 'rejected':
      return stepSuccessor(state, event, env);
    case 'due':
      return state.successor && mustGoFirst(state.successor, env)
        ? makeRoom(state, event, env)
        : stepSuccessor(state, event, env);
    default:
      return assertNever(event, 'connection event');
  }
}

function greeted(pursuit: Pursuit, id: number, env: TransitionEnv): Open | null {
  if (pursuit.kind !== 'connecting' || pursuit.id !== id || pursuit.phase !== 'dialing') return null;
  const { attempt } = pursuit;
  return { kind: 'open', id, attempt, helloAtMs: env.nowMs, isPaused: false, successor: null };
}

/** Another credential: the socket of the old one must not go on, not even until a successor says hello. */
function replace(state: Open, env: TransitionEnv): Step {
  const gone: Effect[] = [...abandonEffects(state.successor), { type: 'close', id: state.id }];
  if (state.isPaused) return { state: { kind: 'paused', attempt: 1 }, effects: gone };
  const begun = beginAttempt(1, env);
  return { state: begun.state, effects: [...gone, ...begun.effects] };
}

function planSuccessor(state: Open, reason: string, env: TransitionEnv): Step {
  const attempt = attemptAfter(state, env);
  if (state.isPaused) return { state: { ...state, successor: { kind: 'paused', attempt } }, effects: [] };
  if (attempt > MAX_PROMPT_ATTEMPT)
    return { state: { ...state, successor: waitFor(attempt, reason, env) }, effects: [] };
  const begun = beginAttempt(attempt, env);
  return { state: { ...state, successor: begun.state }, effects: begun.effects };
}

function afterLoss(state: Open, reason: string, env: TransitionEnv): Pursuit {
  if (state.successor) return state.successor;
  const attempt = attemptAfter(state, env);
  return state.isPaused ? { kind: 'paused', attempt } : waitFor(attempt, reason, env);
}

/** Not even a successor that is under way may go on: the peer wants fewer sockets, or none. */
function evicted(state: Open, event: Eviction, env: TransitionEnv): Step {
  const gone: Effect[] = [...abandonEffects(state.successor), { type: 'close', id: state.id }];
  const attempt = attemptAfter(state, env);
  if (state.isPaused) return { state: { kind: 'paused', attempt }, effects: gone };
  const waiting = waitEvicted(attempt, event, env);
  return { state: waiting.state, effects: [...gone, ...waiting.effects] };
}

function mustGoFirst(successor: Pursuit, env: TransitionEnv): boolean {
  return successor.kind === 'waiting' && successor.isCrowded && env.nowMs >= successor.retryAtMs;
}

/** The successor was one too many: the old socket, if the peer still has not closed it, must go before the next attempt. */
function makeRoom(state: Open, event: ConnectionEvent, env: TransitionEnv): Step {
  const step = stepPursuit(state.successor as Pursuit, event, env);
  return { state: step.state, effects: [{ type: 'close', id: state.id }, ...step.effects] };
}

/** Being accepted proves nothing, staying does: otherwise an accepted-then-closed socket would loop. */
function attemptAfter(state: Open, env: TransitionEnv): number {
  return env.nowMs - state.helloAtMs >= env.options.stableMs ? 1 : state.attempt + 1;
}

function withSuccessor(state: Open, event: ConnectionEvent, env: TransitionEnv): Step {
  if (!state.successor) return { state, effects: [] };
  const step = stepPursuit(state.successor, event, env);
  return { state: { ...state, successor: step.state }, effects: step.effects };
}

function stepSuccessor(state: Open, event: ConnectionEvent, env: TransitionEnv): Step {
  if (!state.successor) return ignored(state);
  const step = stepPursuit(state.successor, event, env);
  return step.state === state.successor
    ? ignored(state)
    : { state: { ...state, successor: step.state }, effects: step.effects };
}

function stopped(reason: string, effects: readonly Effect[]): Step {
  return { state: { kind: 'stopped', reason }, effects };
}

function ignored(state: ConnectionState): Step {
  return { state, effects: [] };
}
