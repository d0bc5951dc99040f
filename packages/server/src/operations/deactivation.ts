/** The verdict that somebody wishes for an installation: the operator, by whichever operation, or the bot itself. */
import { BotServerError } from '../errors.ts';
import { type InstallationEvent, transition } from '../judge/installation-lifecycle.ts';
import { judgeDefaults } from '../judge/judge-options.ts';
import { isStorable } from '../store/storable-text.ts';
import { type Installation, type InstallationKey, statusOf } from '../team/installation.ts';
import type { OperationContext } from './operation-context.ts';
import { requireWhole } from './teams/find-team.ts';

/** What became of it; `changed` = something else was written at the same moment, and nothing by this. */
export type Deactivation = 'deactivated' | 'inactive_already' | 'changed';

export interface DeactivateOptions {
  /** Why, in a line for the operator and for the hook `deactivated`: 1 to 200 characters. @defaultValue none is given */
  reason?: string;
}

type Rows = Pick<OperationContext, 'installations'> & { clock: Pick<OperationContext['clock'], 'now'> };

/** Longest reason, in characters: a line that lists of teams show. */
const MAX_REASON_LENGTH = 200;
/** The row of one installation changes a few times a minute at most; this many at one moment mean something else is wrong. */
const MAX_ATTEMPTS = 10;

/** Deactivates with the reason `operator`, by compare-and-set on what was read: a re-install that came in between wins. */
export function deactivateAsOperator(
  rows: Rows,
  installation: Pick<Installation, 'key' | 'version' | 'state'>,
): Promise<Deactivation> {
  return deactivate(rows, installation, AS_OPERATOR);
}

/**
 * The same of one team by its id, as it was found last; what changed the row at the same moment is looked at again.
 * @throws BotServerError `invalid_input`, `installation_not_found`, `data_conflict`
 */
export async function deactivateNamed(
  rows: Rows,
  teamId: string,
): Promise<{ installation: Installation; isChanged: boolean }> {
  return await deactivateLookingAgain(rows, teamId, AS_OPERATOR);
}

/**
 * The bot deactivates a team of its own: false when it was inactive already. What changed the row at the same moment is looked at
 * again.
 * @throws BotServerError `invalid_input`, `installation_not_found`, `data_conflict`
 */
export async function deactivateAsBot(rows: Rows, teamId: string, reason: string | undefined): Promise<boolean> {
  const event = { type: 'bot_deactivated', reason: reasonOf(reason) } as const;
  return (await deactivateLookingAgain(rows, teamId, { event, why: 'bot' })).isChanged;
}

interface Verdict {
  event: InstallationEvent;
  why: string;
}

const AS_OPERATOR: Verdict = { event: { type: 'operator_deactivated' }, why: 'operator' };

/** Not after a re-install: who decides did so about the installation before. */
async function deactivateLookingAgain(
  rows: Rows,
  teamId: string,
  verdict: Verdict,
): Promise<{ installation: Installation; isChanged: boolean }> {
  const first = await requireWhole(rows, teamId);
  const { key, version } = first.installation;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { installation } = attempt === 1 ? first : await requireWhole(rows, teamId);
    if (installation.key !== key || installation.version.install !== version.install) break;
    const outcome = await deactivate(rows, installation, verdict);
    if (outcome !== 'changed') return { installation, isChanged: outcome === 'deactivated' };
  }
  throw registeredAgain(teamId, key);
}

async function deactivate(
  { installations, clock }: Rows,
  { key, version, state }: Pick<Installation, 'key' | 'version' | 'state'>,
  { event, why }: Verdict,
): Promise<Deactivation> {
  const env = { nowMs: clock.now(), confirmAfterMs: judgeDefaults.confirmAfterMs };
  const next = transition(state, event, env);
  if (next === state || next.kind !== 'inactive') return 'inactive_already';
  const facts = { from: statusOf(state), to: next.kind, code: 'reason' in event ? next.reason : null, why };
  const entry = { kind: 'verdict' as const, facts };
  const isWritten = await installations.compareAndSetState(key, { version, from: state.kind }, next, entry);
  return isWritten ? 'deactivated' : 'changed';
}

/** Told apart from Slack's codes and the operator, whatever the bot writes. */
function reasonOf(reason: string | undefined): string {
  if (reason === undefined) return 'bot';
  const isLine = typeof reason === 'string' && isStorable(reason) && !/\p{Cc}|[\u2028\u2029]/u.test(reason);
  if (isLine && reason.trim() !== '' && reason.length <= MAX_REASON_LENGTH) return `bot: ${reason.trim()}`;
  const got = typeof reason === 'string' ? `got ${reason.length} characters` : `got ${typeof reason}`;
  const message = `reason must be one line of 1 to ${MAX_REASON_LENGTH} characters; ${got}`;
  throw new BotServerError('invalid_input', message, { fix: 'Give a short word, for example `trial_ended`.' });
}

function registeredAgain(teamId: string, key: InstallationKey): BotServerError {
  const message = `Team ${teamId} installed the app again at the same moment, and stays active`;
  const fix = 'Look at the team as it is now, and deactivate it again if it still should be.';
  return new BotServerError('data_conflict', message, { facts: { teamId, installationKey: key }, fix });
}
