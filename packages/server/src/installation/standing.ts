/**
 * May this team act now? The one answer from which all others are read: whether its events are handed out, its people answered,
 * its jobs run, and whether what carries its token is sent. Pure; what is known of a team at a moment is standings.ts.
 *
 *   unknown ──install──▶ acting ◀──▶ awaiting (its next token, who its bot is, the lease of this process)
 *                          ▲ ▼
 *                        paused (in doubt, suspended, outside of its organization) ──proof──▶ gone ──install──▶ acting
 */
import { assertNever } from '../assert-never.ts';
import { type InstallationState, isAnswering, type Team } from '../team/installation.ts';

export type Standing =
  /** It has a token, and nothing speaks against using it. */
  | { readonly kind: 'acting' }
  /** It acts in a moment: what is awaited is on its way. */
  | { readonly kind: 'awaiting'; readonly what: 'boot' | 'token' | 'identity' | 'lease' }
  /** Not now. It may come back without anybody's doing here, so what can wait is kept. */
  | {
      readonly kind: 'paused';
      /**
       * `no_access`: its organization has not let the app into this workspace. `no_token`: none that can be opened.
       * `contested`: its own installation has ended, and that of its organization is about to take it over.
       */
      readonly why: 'in_doubt' | 'suspended' | 'no_access' | 'no_token' | 'contested';
    }
  /** Nothing is done for it until it registers again. */
  | { readonly kind: 'gone'; readonly why: 'inactive' | 'unknown' };

/** What the rows say of a team. */
export interface StandingRow {
  installation: { state: InstallationState };
  team: Pick<Team, 'access'>;
  token: string | undefined;
}

// One object for each: an event asks several times, and none of these answers has data of its own.
export const ACTING: Standing = { kind: 'acting' };
export const AWAITING = {
  boot: { kind: 'awaiting', what: 'boot' },
  token: { kind: 'awaiting', what: 'token' },
  identity: { kind: 'awaiting', what: 'identity' },
  /** The process is fenced: another one may act for its teams by now. */
  lease: { kind: 'awaiting', what: 'lease' },
} as const satisfies Record<string, Standing>;
export const CONTESTED: Standing = { kind: 'paused', why: 'contested' };
const IN_DOUBT: Standing = { kind: 'paused', why: 'in_doubt' };
const SUSPENDED: Standing = { kind: 'paused', why: 'suspended' };
const NO_ACCESS: Standing = { kind: 'paused', why: 'no_access' };
const NO_TOKEN: Standing = { kind: 'paused', why: 'no_token' };
const INACTIVE: Standing = { kind: 'gone', why: 'inactive' };
const UNKNOWN: Standing = { kind: 'gone', why: 'unknown' };

/** What the state of an installation says of all its teams. */
export function standingOfState(state: InstallationState): Standing {
  if (state.kind === 'inactive') return INACTIVE;
  if (state.kind === 'suspended') return SUSPENDED;
  return isAnswering(state) ? ACTING : IN_DOUBT;
}

/** What the rows say; undefined = there is none. */
export function standingOfRow(row: StandingRow | undefined): Standing {
  if (!row) return UNKNOWN;
  const standing = standingOfState(row.installation.state);
  if (standing.kind === 'gone') return standing;
  if (row.team.access === 'revoked') return NO_ACCESS;
  return standing === ACTING && row.token === undefined ? NO_TOKEN : standing;
}

/** What becomes of its events: they go to the listeners, stay in the inbox, or are dropped. */
export function eventHandlingOf({ kind }: Standing): 'hand_out' | 'keep' | 'drop' {
  if (kind === 'acting') return 'hand_out';
  return kind === 'gone' ? 'drop' : 'keep';
}

/** What a person meets who uses the app there. */
export function availabilityOf(standing: Standing): 'available' | 'starting' | 'paused' | 'no_access' | 'gone' {
  switch (standing.kind) {
    case 'acting':
      return 'available';
    case 'awaiting':
      return 'starting';
    case 'paused':
      return standing.why === 'no_access' ? 'no_access' : 'paused';
    case 'gone':
      return 'gone';
    default:
      return assertNever(standing, 'standing');
  }
}

/** Whether its jobs run. They need a token and no more: not who the bot is. */
export function mayRunJobs(standing: Standing): boolean {
  return standing.kind === 'acting' || (standing.kind === 'awaiting' && standing.what === 'identity');
}

/** Whether the gate lets its token pass: in doubt it does, and Slack's answer is one more word about the doubt. */
export function maySend(standing: Standing): boolean {
  return standing.kind === 'acting' || (standing.kind === 'paused' && standing.why === 'in_doubt');
}
