/**
 * What becomes of an installation: the only place where its state changes. Pure.
 *
 *   active ──proof──▶ inactive            active ──suspending answer──▶ suspended ──answer ok──▶ active
 *     │ ambiguous proof                                                    └──proof──▶ inactive
 *     ▼                                   inactive ──install, or operator's probe answered ok──▶ active
 *   active (confirming) ──second proof──▶ inactive ; ──answer ok──▶ active
 *
 * Only `installed`, a probe's answer, the start of a migration, the operator and the bot itself change anything: network faults, 5xx, 429 and unknown codes
 * arrive here as `probe_unanswered` and leave the state as it is.
 */
import { assertNever } from '../assert-never.ts';
import { isAmbiguous } from '../slack/verdict.ts';
import { type Doubt, type InstallationState, isHeld } from '../team/installation.ts';

/** What happened, already reduced to what matters: the version was compared before. */
export type InstallationEvent =
  | { type: 'installed' }
  /** An answer that is no probe itself raised doubt; a probe will be sent. */
  | { type: 'doubted'; code: string }
  | { type: 'probe_ok' }
  /** The answer to a probe that the operator asked for to bring an inactive installation back. */
  | { type: 'reactivation_ok' }
  | { type: 'probe_terminal'; code: string }
  | { type: 'probe_suspended'; code: string }
  /** Slack told of an uninstall, and a probe answered with the code: together they are proof, also of an ambiguous code. */
  | { type: 'uninstall_proved'; code: string }
  /** A held installation failed both proving probes of an incident. */
  | { type: 'incident_proved'; code: string }
  /** Slack moves the organization: nothing works for a while, and a probe that is answered well says that it is over. */
  | { type: 'migration_started' }
  | { type: 'probe_unanswered' }
  | { type: 'operator_deactivated' }
  /** The bot wants nothing more to be done for the team. */
  | { type: 'bot_deactivated'; reason: string };

/** Time and settings that a transition needs. */
export interface LifecycleEnv {
  nowMs: number;
  /** How long after the first ambiguous proof a second one counts, in milliseconds. */
  confirmAfterMs: number;
}

/** The next state; the same reference back means that the event changes nothing. */
export function transition(state: InstallationState, event: InstallationEvent, env: LifecycleEnv): InstallationState {
  switch (event.type) {
    case 'installed':
      return { kind: 'active', doubt: { kind: 'none' } };
    case 'operator_deactivated':
      return state.kind === 'inactive' ? state : { kind: 'inactive', reason: 'operator', sinceMs: env.nowMs };
    case 'bot_deactivated':
      return state.kind === 'inactive' ? state : { kind: 'inactive', reason: event.reason, sinceMs: env.nowMs };
    case 'doubted':
      if (state.kind !== 'active' || state.doubt.kind !== 'none') return state;
      return { kind: 'active', doubt: { kind: 'confirming', code: event.code, sinceMs: env.nowMs } };
    case 'probe_ok':
      // A late answer to a probe that was sent before the proof must not bring the installation back.
      return state.kind === 'inactive' || isUntroubled(state) ? state : { kind: 'active', doubt: { kind: 'none' } };
    case 'reactivation_ok':
      return isUntroubled(state) ? state : { kind: 'active', doubt: { kind: 'none' } };
    case 'probe_suspended':
      return suspend(state, event.code, env);
    case 'migration_started':
      return suspend(state, 'grid_migration_started', env);
    case 'probe_terminal':
      return proveTerminal(state, event.code, env);
    case 'uninstall_proved':
    case 'incident_proved':
      return state.kind === 'inactive' ? state : { kind: 'inactive', reason: event.code, sinceMs: env.nowMs };
    case 'probe_unanswered':
      return state;
    default:
      return assertNever(event, 'lifecycle event');
  }
}

function isUntroubled(state: InstallationState): boolean {
  return state.kind === 'active' && state.doubt.kind === 'none';
}

function suspend(state: InstallationState, code: string, env: LifecycleEnv): InstallationState {
  if (state.kind !== 'active') return state;
  return { kind: 'suspended', reason: code, sinceMs: env.nowMs };
}

function proveTerminal(state: InstallationState, code: string, env: LifecycleEnv): InstallationState {
  // What is held is held because such answers are not believed now.
  if (state.kind === 'inactive' || isHeld(state)) return state;
  if (!isAmbiguous(code) || isSecondProof(state, env)) return { kind: 'inactive', reason: code, sinceMs: env.nowMs };
  // A first proof of the future was dated by a clock that was ahead: it counts from now.
  if (isFirstProof(state) && state.doubt.sinceMs <= env.nowMs) return state;
  return { kind: 'active', doubt: { kind: 'confirming', code, sinceMs: env.nowMs } };
}

/** An ambiguous proof was seen at least `confirmAfterMs` ago and nothing answered well since. */
function isSecondProof(state: InstallationState, env: LifecycleEnv): boolean {
  return isFirstProof(state) && env.nowMs - state.doubt.sinceMs >= env.confirmAfterMs;
}

function isFirstProof(state: InstallationState): state is Confirming {
  return state.kind === 'active' && state.doubt.kind === 'confirming' && isAmbiguous(state.doubt.code);
}

type Confirming = { kind: 'active'; doubt: Doubt & { kind: 'confirming' } };
