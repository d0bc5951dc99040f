/**
 * When to connect, when to wait, when to give up a socket. Pure; connection.ts does what it says. Invariants: SPEC.md.
 *
 *   idle ──start──▶ connecting ──hello──▶ open ──goodbye──▶ open + successor(connecting | waiting | paused)
 *    │               │    ▲                │ sampled            │ successor's hello: the old one is retired
 *    │               │    │                ▼                    │
 *    │               │    │     open + trial: trial-state.ts    │
 *    │pause    fails│    │due             │closed, silent,     │ closed: the successor is all there is
 *    │               │    │                │evicted             │ due when crowded: the old one goes, then it is asked
 *    ▼               ▼    │                ▼                    ▼
 *  paused ─start──▶ waiting ◀─────────────┴── (paused when in doubt)      stop: any ──▶ stopped, for good
 *
 * connecting, waiting and paused are a Pursuit, the same for a first socket and for a successor: see pursuit-state.ts.
 */
import { assertNever } from '../assert-never.ts';
import type {
  ConnectionEvent,
  ConnectionState,
  Effect,
  Open,
  Pursuit,
  Step,
  TransitionEnv,
  Trial,
} from './connection-model.ts';
import {
  abandonEffects,
  attemptAfter,
  beginAttempt,
  pursuitDueAtMs,
  stepPursuit,
  waitEvicted,
  waitFor,
} from './pursuit-state.ts';
import {
  beginTrial,
  isOnTrial,
  letGo,
  type OnTrial,
  promoted,
  stepTrial,
  type TrialEvent,
  voidVote,
} from './trial-state.ts';

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
  if (pursuit?.kind === 'trial') return pursuit.phase === 'queued' ? undefined : pursuit.deadlineMs;
  return pursuit ? pursuitDueAtMs(pursuit) : undefined;
}

/** The way to a socket that is under way: of the connection itself, or of its successor. */
export function pursuitOf(state: ConnectionState): Pursuit | Trial | null {
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
      return stopped(event.reason, [...letGo(state.successor), { type: 'close', id: state.id }]);
    case 'restart':
      return replace(state, env);
    case 'start':
      return state.isPaused ? withSuccessor({ ...state, isPaused: false }, event, env) : ignored(state);
    case 'pause':
      return state.isPaused ? ignored(state) : paused(state, event, env);
    case 'goodbye':
      return event.id === state.id ? planSuccessor(state, event.reason, env) : ignored(state);
    case 'refresh':
      return state.isPaused || state.successor ? ignored(state) : planSuccessor(state, event.reason, env);
    case 'evicted':
      return event.id === state.id ? evicted(state, event, env) : stepSuccessor(state, event, env);
    case 'closed':
      return event.id === state.id ? afterLoss(state, event.reason, env) : stepSuccessor(state, event, env);
    case 'cut':
      return cut(state, event.reason, env);
    case 'silent':
      if (event.id !== state.id) return ignored(state);
      return afterLoss(state, 'no_pong', env, [{ type: 'abandon', id: state.id }]);
    case 'sampled':
      if (event.id !== state.id || state.isPaused || state.successor) return ignored(state);
      return beginTrial(state, event.round, env);
    case 'pong':
      return isOnTrial(state) ? stepTrial(state, event, env) : ignored(state);
    case 'hello':
      return successorGreeted(state, event, env);
    case 'granted':
    case 'url':
    case 'refused':
    case 'limited':
    case 'failed':
    case 'rejected':
      return stepSuccessor(state, event, env);
    case 'due':
      return makeRoom(state, event, env) ?? stepSuccessor(state, event, env);
    default:
      return assertNever(event, 'connection event');
  }
}

function greeted(pursuit: Pursuit, id: number, env: TransitionEnv): Open | null {
  if (pursuit.kind !== 'connecting' || pursuit.id !== id || pursuit.phase !== 'dialing') return null;
  const { attempt } = pursuit;
  return { kind: 'open', id, attempt, helloAtMs: env.nowMs, isPaused: false, successor: null };
}

function successorGreeted(state: Open, event: Extract<ConnectionEvent, { type: 'hello' }>, env: TransitionEnv): Step {
  if (isOnTrial(state)) return stepTrial(state, event, env);
  const pursuit = successorOf(state);
  const opened = pursuit && greeted(pursuit, event.id, env);
  return opened ? { state: opened, effects: [{ type: 'retire', id: state.id }] } : ignored(state);
}

/** Another credential: the socket of the old one must not go on, not even until a successor says hello. */
function replace(state: Open, env: TransitionEnv): Step {
  const gone: Effect[] = [...letGo(state.successor), { type: 'close', id: state.id }];
  if (state.isPaused) return { state: { kind: 'paused', attempt: 1 }, effects: gone };
  const begun = beginAttempt(1, env);
  return { state: begun.state, effects: [...gone, ...begun.effects] };
}

function planSuccessor(state: Open, reason: string, env: TransitionEnv): Step {
  const attempt = attemptAfter(state, env);
  if (isOnTrial(state)) return planTrial(state, attempt, env);
  if (state.successor) return ignored(state);
  if (state.isPaused) return { state: { ...state, successor: { kind: 'paused', attempt } }, effects: [] };
  if (attempt > MAX_PROMPT_ATTEMPT)
    return { state: { ...state, successor: waitFor(attempt, reason, env) }, effects: [] };
  const begun = beginAttempt(attempt, env);
  return { state: { ...state, successor: begun.state }, effects: begun.effects };
}

/** The trial is under way already: now it is to replace the socket, whatever it would have shown. */
function planTrial(state: OnTrial, attempt: number, env: TransitionEnv): Step {
  const next = promoted(state, attempt, env);
  const vote = voidVote(state.successor);
  if (next.kind === 'open') return { state: next, effects: [vote, { type: 'retire', id: state.id }] };
  return { state: { ...state, successor: next }, effects: [vote] };
}

function afterLoss(state: Open, reason: string, env: TransitionEnv, effects: readonly Effect[] = []): Step {
  const attempt = attemptAfter(state, env);
  if (isOnTrial(state)) {
    return { state: promoted(state, attempt, env), effects: [...effects, voidVote(state.successor)] };
  }
  const pursuit = successorOf(state);
  if (pursuit) return { state: pursuit, effects };
  return { state: state.isPaused ? { kind: 'paused', attempt } : waitFor(attempt, reason, env), effects };
}

/** What ended by our own wish says nothing about the peer: when it may begin again it waits for no back-off. */
function cut(state: Open, reason: string, env: TransitionEnv): Step {
  const step = afterLoss(state, reason, env, [{ type: 'abandon', id: state.id }]);
  return state.isPaused && !state.successor ? { ...step, state: { kind: 'paused', attempt: 1 } } : step;
}

function paused(state: Open, event: ConnectionEvent, env: TransitionEnv): Step {
  if (!isOnTrial(state)) return withSuccessor({ ...state, isPaused: true }, event, env);
  return { state: { ...state, isPaused: true, successor: null }, effects: letGo(state.successor) };
}

/** Not even a successor that is under way may go on: the peer wants fewer sockets, or none. */
function evicted(state: Open, event: Eviction, env: TransitionEnv): Step {
  const gone: Effect[] = [...letGo(state.successor), { type: 'close', id: state.id }];
  const attempt = attemptAfter(state, env);
  if (state.isPaused) return { state: { kind: 'paused', attempt }, effects: gone };
  const waiting = waitEvicted(attempt, event, env);
  return { state: waiting.state, effects: [...gone, ...waiting.effects] };
}

/** The successor was one too many: the old socket, if the peer still has not closed it, must go before the next attempt. */
function makeRoom(state: Open, event: ConnectionEvent, env: TransitionEnv): Step | undefined {
  const pursuit = successorOf(state);
  if (pursuit?.kind !== 'waiting' || !pursuit.isCrowded || env.nowMs < pursuit.retryAtMs) return undefined;
  const step = stepPursuit(pursuit, event, env);
  return { state: step.state, effects: [{ type: 'close', id: state.id }, ...step.effects] };
}

function withSuccessor(state: Open, event: ConnectionEvent, env: TransitionEnv): Step {
  const pursuit = successorOf(state);
  if (!pursuit) return { state, effects: [] };
  const step = stepPursuit(pursuit, event, env);
  return { state: { ...state, successor: step.state }, effects: step.effects };
}

function stepSuccessor(state: Open, event: TrialEvent, env: TransitionEnv): Step {
  if (isOnTrial(state)) return stepTrial(state, event, env);
  const pursuit = successorOf(state);
  if (!pursuit) return ignored(state);
  const step = stepPursuit(pursuit, event, env);
  return step.state === pursuit
    ? ignored(state)
    : { state: { ...state, successor: step.state }, effects: step.effects };
}

/** The planned one. */
function successorOf({ successor }: Open): Pursuit | null {
  return successor?.kind === 'trial' ? null : successor;
}

function stopped(reason: string, effects: readonly Effect[]): Step {
  return { state: { kind: 'stopped', reason }, effects };
}

function ignored(state: ConnectionState): Step {
  return { state, effects: [] };
}
