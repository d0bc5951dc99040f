/** When an installation is probed next, by its row and by what was left unanswered. Pure; the judge holds the timers. */

import type { ProbeAnswer, Signal } from '../slack/signal.ts';
import { isAmbiguous } from '../slack/verdict.ts';
import { nextIncidentProbeMs } from '../team/breaker.ts';
import { isSameVersion } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import { steadyBackoffMs } from '../time/backoff.ts';
import type { LanesOptions } from '../time/lanes.ts';

/** What earlier probes of an installation came to. */
export interface Unanswered {
  /** How many in a row. */
  unanswered: number;
  /** Slack asked not to be probed before this moment (Retry-After); monotonic. */
  notBeforeMs: number;
}

/** All of them in milliseconds; see JudgeOptions. */
export interface ProbePatience {
  confirmAfterMs: number;
  probeRetryMs: number;
  maxProbeRetryMs: number;
  suspendedProbeMs: number;
}

export interface ProbeEnv {
  nowMs: number;
  monotonicMs: number;
  /** From 0 to 1. */
  random: number;
  patience: ProbePatience;
}

/**
 * The probes that thousands of installations may want at the same moment wait for their turn, in each process. Slack publishes
 * no number for auth.test ("special", with hundreds a minute per workspace): 600 a minute is what it allows an app elsewhere
 * (oauth.v2.access). Twenty at once keep most of that pace while every probe runs into its limit of three seconds.
 */
export const PROBE_LANES = { atOnce: 20, perSecond: 10 } as const satisfies LanesOptions;

/** Whether the probe that the row asks for waits for its turn; what concerns one installation alone is asked at once. */
export function isPaced({ installation: { state, request, incident } }: InstallationView): boolean {
  if (incident) return true;
  return state.kind === 'suspended' && request !== 'probe';
}

/** How long until the probe that the row's state or request asks for; undefined when it asks for none. */
export function waitBeforeProbe(
  { installation: { state, request, incident } }: InstallationView,
  before: Unanswered | undefined,
  env: ProbeEnv,
): number | undefined {
  const retryMs = before ? retryWaitMs(before, env) : 0;
  const { confirmAfterMs, suspendedProbeMs } = env.patience;
  if (request === 'probe') return retryMs;
  if (incident) return Math.max(nextIncidentProbeMs(clampToNow(incident, env.nowMs)) - env.nowMs, retryMs);
  if (state.kind === 'suspended') return Math.max(suspendedProbeMs, retryMs);
  if (state.kind !== 'active' || state.doubt.kind !== 'confirming') return undefined;
  if (!isAmbiguous(state.doubt.code)) return retryMs;
  return Math.max(clampToNow(state.doubt, env.nowMs).sinceMs + confirmAfterMs - env.nowMs, retryMs);
}

/** What a clock that was ahead has dated into the future counts from now. */
export function clampToNow<T extends { sinceMs: number }>(dated: T, nowMs: number): T {
  return dated.sinceMs > nowMs ? { ...dated, sinceMs: nowMs } : dated;
}

/** How long until what was not answered is asked again: doubling, with jitter, and not before Slack allows it. */
export function retryWaitMs({ unanswered, notBeforeMs }: Unanswered, env: Omit<ProbeEnv, 'nowMs'>): number {
  if (unanswered === 0) return 0;
  const { probeRetryMs, maxProbeRetryMs } = env.patience;
  const backoffMs = steadyBackoffMs(unanswered, env.random, { initialMs: probeRetryMs, maxMs: maxProbeRetryMs });
  return Math.max(0, notBeforeMs - env.monotonicMs) + backoffMs;
}

/** Until when Slack asks for silence. A broken Retry-After must not silence the judge for years. */
export function silenceAfter(
  answer: ProbeAnswer,
  { monotonicMs, patience }: Pick<ProbeEnv, 'monotonicMs' | 'patience'>,
): number {
  const floorMs = answer.kind === 'unanswered' ? Math.min(answer.retryAfterMs, patience.maxProbeRetryMs) : 0;
  return monotonicMs + floorMs;
}

/** Whether the row, or a signal about its version, still asks for a probe. */
export function isProbeWanted({ installation }: InstallationView, signal: Signal | undefined): boolean {
  const { state, request, version, incident } = installation;
  if (request === 'probe' || incident) return true;
  if (state.kind === 'suspended') return true;
  if (state.kind !== 'active') return false;
  return state.doubt.kind === 'confirming' || (signal !== undefined && isSameVersion(signal.version, version));
}
