/** What the judge is made of, and what can be set about it. */
import type { KeyOwnership } from '../ownership/key-ownership.ts';
import type { ProbeAnswer, Signal } from '../slack/signal.ts';
import type { VerdictOverrides } from '../slack/verdict.ts';
import type { Credential, InstallationKey } from '../team/installation.ts';
import type { Installations, InstallationView } from '../team/installations.ts';
import type { Clock } from '../time/clock.ts';
import type { DrawTurns } from '../time/shared-pace.ts';
import type { Hint } from './hint.ts';

export interface JudgeOptions {
  /** Time between the two probes that confirm an ambiguous answer (`invalid_auth`), in milliseconds. @defaultValue 30000 */
  confirmAfterMs?: number;
  /** First wait before an unanswered probe is sent again, in milliseconds; it doubles. @defaultValue 1000 */
  probeRetryMs?: number;
  /** Longest wait before an unanswered probe is sent again, in milliseconds. @defaultValue 300000 */
  maxProbeRetryMs?: number;
  /** How often a suspended installation is asked again, in milliseconds. @defaultValue 300000 */
  suspendedProbeMs?: number;
  /** Classes of codes that differ from the built-in table. */
  verdicts?: VerdictOverrides;
}

export const judgeDefaults = {
  confirmAfterMs: 30_000,
  probeRetryMs: 1_000,
  maxProbeRetryMs: 300_000,
  suspendedProbeMs: 300_000,
  verdicts: {},
} as const satisfies Required<JudgeOptions>;

export interface JudgeDeps {
  installations: Installations;
  /** Only the owner of an installation judges it. */
  owner: Pick<KeyOwnership, 'owns' | 'epochOf'>;
  /** Gives what this node learned of an installation to the node that judges it. Never throws. */
  passOn(key: InstallationKey, hint: Hint): void;
  /** Sends auth.test with the installation's current bot token, past the gate. Never throws for an answer of Slack. */
  probe(view: InstallationView): Promise<ProbeAnswer>;
  /** The same with the token of a person. */
  probePerson(credential: Credential): Promise<ProbeAnswer>;
  /**
   * A token has expired: true when its successor is on the way or there already, false when nothing can refresh it.
   * @defaultValue nothing can
   */
  renew?(expired: Pick<Signal, 'key' | 'kind' | 'userId' | 'version'>): Promise<boolean>;
  /** Where several nodes share the pace of probes. @defaultValue one process has it */
  draw?: DrawTurns | undefined;
  clock: Clock;
  random: () => number;
  log: { info(facts: object, message: string): void; error(facts: object, message: string): void };
  /** Called after a row was written, so that this node acts at once instead of at its next poll. */
  readonly wake: () => void;
  /** A verdict was written: what the installation is now, and the code that says why. @defaultValue nobody counts */
  onVerdict?: (status: string, code: string | null) => void;
  /** So many failed together that it is taken for an incident, or that is over. */
  readonly onIncident: (isOn: boolean) => void;
  options?: JudgeOptions;
}
