/**
 * A successor on trial, as connection-state.ts uses it while many sockets are silent together. Pure.
 *
 *   queued ──granted──▶ asking ──url──▶ dialing ──hello──▶ greeted ──pong──▶ it replaces its socket, if that is silent still
 *      └───────────────────┴───────────────┴──────────────────┴── fails, or the old one answers: it goes, the old one stays
 *
 * Hello alone proves nothing: a Slack in trouble has greeted and then said no more. Only a pong lets the old socket go, because
 * in an outage that it survives it must not be dropped for nothing. Each trial votes exactly once.
 */
import { assertNever } from '../assert-never.ts';
import type {
  ConnectionEvent,
  Effect,
  Open,
  Pursuit,
  Step,
  TransitionEnv,
  Trial,
  TrialOutcome,
} from './connection-model.ts';
import { abandonEffects, attemptAfter, waitEvicted } from './pursuit-state.ts';

/** An open socket whose successor is on trial. */
export type OnTrial = Open & { successor: Trial };

/** What happens to an attempt, and time. */
export type TrialEvent = Exclude<
  ConnectionEvent,
  { type: 'start' | 'pause' | 'restart' | 'refresh' | 'cut' | 'stop' | 'goodbye' | 'silent' | 'sampled' }
>;

export function beginTrial(state: Open, round: number, env: TransitionEnv): Step {
  const id = env.newId;
  const successor: Trial = { kind: 'trial', id, phase: 'queued', deadlineMs: Number.POSITIVE_INFINITY, round };
  // In the lane of first attempts: thousands may wait for what it shows.
  return { state: { ...state, successor }, effects: [{ type: 'ask', id, attempt: 1 }] };
}

export function isOnTrial(state: Open): state is OnTrial {
  return state.successor?.kind === 'trial';
}

/** What happens to the trial itself; of another id nothing. */
export function stepTrial(state: OnTrial, event: TrialEvent, env: TransitionEnv): Step {
  const trial = state.successor;
  if (event.type === 'due')
    return env.nowMs < trial.deadlineMs ? { state, effects: [] } : failed(state, [abandon(trial)]);
  if (event.id !== trial.id) return { state, effects: [] };
  switch (event.type) {
    case 'granted':
      return inPhase(state, 'queued', {
        ...trial,
        phase: 'asking',
        deadlineMs: env.nowMs + env.options.connectTimeoutMs,
      });
    case 'url':
      return inPhase(state, 'asking', { ...trial, phase: 'dialing' }, { type: 'dial', id: trial.id, url: event.url });
    case 'hello':
      return inPhase(state, 'dialing', { ...trial, phase: 'greeted' }, { type: 'ping', id: trial.id });
    case 'pong':
      return answered(state, event.isOldSilent, env);
    case 'refused':
      return event.class === 'transient' ? failed(state) : over(state, 'void', reportOf(event));
    case 'evicted':
      return over(state, 'void', [abandon(trial), ...waitEvicted(1, event, env).effects]);
    case 'rejected':
      return failed(state, [abandon(trial)]);
    case 'limited':
    case 'failed':
    case 'closed':
      return failed(state);
    default:
      return assertNever(event, 'trial event');
  }
}

/** What must be let go with an open socket's successor, whatever it is. */
export function letGo(successor: Pursuit | Trial | null): readonly Effect[] {
  return successor?.kind === 'trial' ? [abandon(successor), voidVote(successor)] : abandonEffects(successor);
}

/** The old socket is gone, or says that it will be: what is under way is no trial any more. */
export function promoted({ successor: trial }: OnTrial, attempt: number, env: TransitionEnv): Open | Pursuit {
  const { id, phase, deadlineMs } = trial;
  if (phase === 'greeted') return { kind: 'open', id, attempt, helloAtMs: env.nowMs, isPaused: false, successor: null };
  return { kind: 'connecting', id, attempt, phase, deadlineMs };
}

export function voidVote({ round }: Trial): Effect {
  return { type: 'vote', round, outcome: 'void' };
}

/** The old one may have answered meanwhile; then it is as good, and everything it was told comes on it. */
function answered(state: OnTrial, isOldSilent: boolean, env: TransitionEnv): Step {
  const { id, phase, round } = state.successor;
  if (phase !== 'greeted') return { state, effects: [] };
  if (!isOldSilent) return failed(state, [abandon(state.successor)]);
  const attempt = attemptAfter(state, env);
  return {
    state: { kind: 'open', id, attempt, helloAtMs: env.nowMs, isPaused: state.isPaused, successor: null },
    effects: [
      { type: 'abandon', id: state.id },
      { type: 'vote', round, outcome: 'answered' },
    ],
  };
}

function inPhase(state: OnTrial, phase: Trial['phase'], next: Trial, ...effects: Effect[]): Step {
  return state.successor.phase === phase ? { state: { ...state, successor: next }, effects } : { state, effects: [] };
}

function failed(state: OnTrial, effects: readonly Effect[] = []): Step {
  return over(state, 'failed', effects);
}

function over(state: OnTrial, outcome: TrialOutcome, effects: readonly Effect[]): Step {
  const vote: Effect = { type: 'vote', round: state.successor.round, outcome };
  return { state: { ...state, successor: null }, effects: [...effects, vote] };
}

function abandon({ id }: Trial): Effect {
  return { type: 'abandon', id };
}

function reportOf({ code, class: verdict }: Extract<ConnectionEvent, { type: 'refused' }>): readonly Effect[] {
  return verdict === 'operator' || verdict === 'call' ? [{ type: 'report', code }] : [];
}
