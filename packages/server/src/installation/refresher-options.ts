/** What the refresher is made of, and what can be set about it. */
import type { BotServerError } from '../errors.ts';
import type { KeyOwnership } from '../ownership/key-ownership.ts';
import type { Signal } from '../slack/signal.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { PairStore } from '../team/token-pairs.ts';
import type { DrawTurns } from '../time/shared-pace.ts';
import type { RefreshAttemptDeps, RefreshOutcome } from './refresh-attempt.ts';
import type { RefreshLanesOptions } from './refresh-schedule.ts';

export interface RefresherOptions extends RefreshLanesOptions {
  /** How long before its end a token is replaced, in milliseconds; Slack's own SDKs say 2 h. @defaultValue 7200000 */
  leadMs?: number;
  /** Refreshes that are due together are spread over so long before that, in milliseconds. @defaultValue 300000 */
  spreadMs?: number;
  /** First wait after a failure, in milliseconds; it doubles. @defaultValue 1000 */
  retryMs?: number;
  /** Longest wait after a failure, in milliseconds. @defaultValue 300000 */
  maxRetryMs?: number;
}

export const refresherDefaults = {
  leadMs: 7_200_000,
  spreadMs: 300_000,
  retryMs: 1_000,
  maxRetryMs: 300_000,
} as const satisfies RefresherOptions;

export interface RefresherDeps extends RefreshAttemptDeps {
  pairs: PairStore;
  /** Only the owner of an installation refreshes: a refresh token is good once. Others see the new pair in the row. */
  owner: Pick<KeyOwnership, 'owns'>;
  /** To the judge: what a probe proved after Slack had refused the refresh token, and that a team seems to be paused. */
  report(signal: Signal): void;
  /** The operator has to look. Told once per reason. */
  onProblem(key: InstallationKey, error: BotServerError): void;
  /** Rows were written: act on them at once. */
  wake(): void;
  /** Whether the token may be used has changed without a change of the row. */
  onReleased(key: InstallationKey): void;
  /** What a refresh came to, in a word. @defaultValue nobody counts */
  onOutcome?: ((result: RefreshOutcome['kind']) => void) | undefined;
  /** Where several nodes share the pace of refreshes. @defaultValue one process has it */
  draw?: DrawTurns | undefined;
  random: () => number;
  log: { info(facts: object, message: string): void; warn(facts: object, message: string): void };
  options?: RefresherOptions;
}
