/**
 * Carries out one refresh: asks Slack for the next pair, and when Slack refuses the refresh token asks it about the access
 * token, too. Says what came of it; stores and plans nothing.
 */

import type { ProbeAnswer } from '../slack/signal.ts';
import { classify, type VerdictOverrides } from '../slack/verdict.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import type { InstallationKey, Version } from '../team/installation.ts';
import type { GrantedToken } from '../team/installations.ts';
import type { PairOwner, PairStore, StoredPair } from '../team/token-pairs.ts';
import type { Clock } from '../time/clock.ts';
import { readRefreshed } from './refresh-answer.ts';

export interface RefreshAttemptDeps {
  pairs: Pick<PairStore, 'find'>;
  /** oauth.v2.access with `grant_type=refresh_token`. Never throws. */
  refresh(refreshToken: string, key: InstallationKey): Promise<SlackAnswer>;
  /** auth.test past the gate. Never throws. */
  probe(token: string): Promise<ProbeAnswer>;
  verdicts?: VerdictOverrides;
  clock: Clock;
}

/** What one refresh came to; `used` is the refresh token that was sent. */
export type RefreshOutcome =
  | { kind: 'granted'; used: string; granted: GrantedToken; sentAtMs: number }
  /** Gone from the rows, or does not rotate. */
  | { kind: 'nothing_to_refresh' }
  /** Another process or a re-install was faster; its row is on the way here. */
  | { kind: 'superseded'; expiresAtMs: number | null }
  /**
   * No usable answer, or one that passes; `isForOperator` when they have to look. `isUsable`: the token has ended, and Slack
   * takes it all the same.
   */
  | { kind: 'failed'; reason: string; isForOperator: boolean; isUsable?: boolean }
  /** Slack limits all refreshes of the app. */
  | { kind: 'limited'; retryAfterMs: number }
  /** The organization or an admin paused the app, says the code. */
  | { kind: 'suspended'; code: string; version: Version }
  /** Our own client id or secret is wrong: true for all teams. */
  | { kind: 'app_refused'; code: string; isUsable: boolean }
  /** The refresh token is used up, the access token lives. */
  | { kind: 'refused'; used: string; code: string; expiresAtMs: number | null }
  /** Slack refuses the access token as well, with this code. */
  | { kind: 'dead'; used: string; code: string; version: Version };

/** Codes that say that our own client id or secret is wrong. */
export const APP_CODES: ReadonlySet<string> = new Set([
  'bad_client_secret',
  'invalid_client_id',
  'invalid_client',
  'bad_client_id',
]);

/** What a stored pair is to whoever planned the refresh. */
export type Compare = (stored: StoredPair) => 'meant' | 'superseded' | 'unwanted';

/**
 * Refreshes the token of `owner` if the stored pair is still the one that is meant.
 * @throws BotServerError `sealed_value_unreadable`, or what the store throws
 */
export async function attemptRefresh(
  owner: PairOwner,
  compare: Compare,
  deps: RefreshAttemptDeps,
): Promise<RefreshOutcome> {
  const stored = await deps.pairs.find(owner);
  const relation = stored && compare(stored);
  if (!hasRefreshToken(stored) || relation === 'unwanted') return { kind: 'nothing_to_refresh' };
  if (relation === 'superseded') return { kind: 'superseded', expiresAtMs: stored.credential.expiresAtMs };
  const used = stored.refreshToken;
  const sentAtMs = deps.clock.now();
  const answer = await deps.refresh(used, owner.key);
  if (answer.kind === 'ok') {
    const granted = readRefreshed(answer.body, { owner, nowMs: sentAtMs });
    return granted ? { kind: 'granted', used, granted, sentAtMs } : failed('malformed_answer');
  }
  if (answer.kind === 'limited') return { kind: 'limited', retryAfterMs: answer.retryAfterMs };
  if (answer.kind !== 'error') return failed(answer.reason);
  if (APP_CODES.has(answer.code)) {
    return { kind: 'app_refused', code: answer.code, isUsable: await isUsable(stored.credential, deps) };
  }
  const verdict = classify(answer.code, 'refresh', deps.verdicts);
  const isRefused = verdict === 'terminal' || verdict === 'refreshable';
  if (isRefused) return await lookAtRefusal(owner, { stored, code: answer.code }, deps);
  if (verdict === 'suspended') return { kind: 'suspended', code: answer.code, version: stored.credential.version };
  const isForOperator = verdict === 'operator';
  return { kind: 'failed', reason: answer.code, isForOperator, isUsable: await isUsable(stored.credential, deps) };
}

/** Around its end Slack may take a token because its clock is not ours. */
const END_TOLERANCE_MS = 60_000;

/** Whether a token ended so long ago that Slack takes it on purpose, if it does. */
export function isLongEnded(expiresAtMs: number, clock: Pick<Clock, 'now'>): boolean {
  return expiresAtMs + END_TOLERANCE_MS <= clock.now();
}

/**
 * Whether a token that has ended is taken all the same, so that nothing needs to wait for a refresh that is refused. One that
 * has not ended is not asked about: it is used until then anyway.
 */
async function isUsable({ token, expiresAtMs }: StoredPair['credential'], deps: RefreshAttemptDeps): Promise<boolean> {
  if (expiresAtMs === null || !isLongEnded(expiresAtMs, deps.clock)) return false;
  return (await deps.probe(token)).kind === 'ok';
}

type RotatingPair = StoredPair & { refreshToken: string };

/** The refresh token is used up: by another process, by a crash between Slack and the store, or because the grant is gone. */
async function lookAtRefusal(
  owner: PairOwner,
  { stored, code }: { stored: RotatingPair; code: string },
  deps: RefreshAttemptDeps,
): Promise<RefreshOutcome> {
  const used = stored.refreshToken;
  const again = await deps.pairs.find(owner);
  if (again?.refreshToken !== used) return { kind: 'superseded', expiresAtMs: again?.credential.expiresAtMs ?? null };
  const { token, version, expiresAtMs } = stored.credential;
  const answer = await deps.probe(token);
  if (answer.kind === 'unanswered') return failed(answer.reason);
  const verdict = answer.kind === 'ok' ? 'call' : classify(answer.code, 'probe', deps.verdicts);
  const isAboutTheGrant = verdict === 'terminal' || verdict === 'refreshable' || verdict === 'suspended';
  if (answer.kind === 'error' && isAboutTheGrant) return { kind: 'dead', used, code: answer.code, version };
  return { kind: 'refused', used, code, expiresAtMs };
}

function hasRefreshToken(stored: StoredPair | undefined): stored is RotatingPair {
  return typeof stored?.refreshToken === 'string' && stored.refreshToken !== '';
}

function failed(reason: string): RefreshOutcome {
  return { kind: 'failed', reason, isForOperator: false };
}
