/**
 * What it means that many sockets are silent together: are they dead, or is Slack in trouble that they will survive? Pure;
 * heartbeat.ts does what it says. A few successors are dialed and pinged at hello (trial-state.ts): if they answer while the old
 * ones stay silent, these are dead. If they fare no better, nothing would be won by dropping what may come back.
 *
 *   calm ──many──▶ sampling ──most of the sample answered──▶ replacing ──the time of a ping and a pong──▶ calm, or sampling
 *    ▲              ▲    │                                   (the usual limit for all)
 *    │           due│    ▼ no better, or nothing to try
 *    └──few──────── keeping                                  (sampling, too, ends when few are silent)
 */
import { assertNever } from '../assert-never.ts';
import type { TrialOutcome } from './connection-model.ts';

/** `keptFromMs`: when a sample fared no better last. */
export type MassSilenceState =
  | { kind: 'calm'; round: number }
  | {
      kind: 'sampling';
      round: number;
      tried: number;
      answered: number;
      failed: number;
      void: number;
      keptFromMs: number;
    }
  | { kind: 'keeping'; round: number; sampleAtMs: number; keptFromMs: number }
  | { kind: 'replacing'; round: number; untilMs: number };

export type MassSilenceEvent =
  /** Whether many are silent now. */
  | { type: 'tick'; isMany: boolean }
  /** So many successors are tried. */
  | { type: 'sampled'; tried: number }
  | { type: 'vote'; round: number; outcome: TrialOutcome };

/** In milliseconds; see HeartbeatOptions. */
export interface MassSilenceLimits {
  pingIntervalMs: number;
  pongTimeoutMs: number;
  incidentPongTimeoutMs: number;
}

export interface MassSilenceEnv {
  /** Monotonic, without the time in which the event loop did not run. */
  nowMs: number;
  limits: MassSilenceLimits;
}

/** The same state reference back = ignored on purpose. */
export interface MassSilenceStep {
  state: MassSilenceState;
  mustSample: boolean;
}

type Sampling = Extract<MassSilenceState, { kind: 'sampling' }>;

/** After a sample that fared no better: five connects per ten seconds cost a Slack in trouble nothing. */
const SAMPLE_AGAIN_MS = 10_000;
/** A peer that takes no second socket fails every sample; its dead ones must go some time. */
const LONGEST_KEPT_MS = 600_000;

/** Decides. */
export function transition(state: MassSilenceState, event: MassSilenceEvent, env: MassSilenceEnv): MassSilenceStep {
  switch (event.type) {
    case 'tick':
      return ticked(state, event.isMany, env);
    case 'sampled':
      if (state.kind !== 'sampling' || Number.isFinite(state.tried)) return ignored(state);
      return settle({ ...state, tried: event.tried }, env);
    case 'vote':
      if (state.kind !== 'sampling' || state.round !== event.round) return ignored(state);
      return settle({ ...state, [event.outcome]: state[event.outcome] + 1 }, env);
    default:
      return assertNever(event, 'mass silence event');
  }
}

/** When a socket is given up whose ping of that moment was not answered. */
export function giveUpAtMs(state: MassSilenceState, pingedAtMs: number, limits: MassSilenceLimits): number {
  if (state.kind === 'calm' || state.kind === 'replacing') return pingedAtMs + limits.pongTimeoutMs;
  const keptUntilMs = Math.max(pingedAtMs, state.keptFromMs) + limits.incidentPongTimeoutMs;
  return Math.min(keptUntilMs, pingedAtMs + Math.max(LONGEST_KEPT_MS, limits.incidentPongTimeoutMs));
}

function ticked(state: MassSilenceState, isMany: boolean, { nowMs }: MassSilenceEnv): MassSilenceStep {
  switch (state.kind) {
    case 'calm':
      return isMany ? sample(state, Number.NEGATIVE_INFINITY) : ignored(state);
    case 'sampling':
      return isMany ? ignored(state) : calm(state);
    case 'keeping':
      if (!isMany) return calm(state);
      return nowMs >= state.sampleAtMs ? sample(state, state.keptFromMs) : ignored(state);
    case 'replacing':
      if (nowMs < state.untilMs) return ignored(state);
      return isMany ? sample(state, Number.NEGATIVE_INFINITY) : calm(state);
    default:
      return assertNever(state, 'mass silence state');
  }
}

/** Decides as soon as nothing that is still awaited can change it. */
function settle(state: Sampling, { nowMs, limits }: MassSilenceEnv): MassSilenceStep {
  const { round, tried, answered, failed } = state;
  const isOver = answered + failed + state.void === tried;
  if (answered * 2 > tried || (isOver && answered > failed)) {
    // So long it takes until the last of the old ones was pinged and has not answered.
    const untilMs = nowMs + limits.pingIntervalMs + limits.pongTimeoutMs;
    return { state: { kind: 'replacing', round, untilMs }, mustSample: false };
  }
  if (!isOver) return { state, mustSample: false };
  const keptFromMs = failed > 0 ? nowMs : state.keptFromMs;
  return { state: { kind: 'keeping', round, sampleAtMs: nowMs + SAMPLE_AGAIN_MS, keptFromMs }, mustSample: false };
}

function sample({ round }: MassSilenceState, keptFromMs: number): MassSilenceStep {
  const none = { tried: Number.POSITIVE_INFINITY, answered: 0, failed: 0, void: 0 };
  return { state: { kind: 'sampling', round: round + 1, ...none, keptFromMs }, mustSample: true };
}

function calm({ round }: MassSilenceState): MassSilenceStep {
  return { state: { kind: 'calm', round }, mustSample: false };
}

function ignored(state: MassSilenceState): MassSilenceStep {
  return { state, mustSample: false };
}
