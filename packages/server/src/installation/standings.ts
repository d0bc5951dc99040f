/** How teams stand at this moment, by everything that this process knows. What that means for whom is standing.ts. */
import type { InstallationKey, TeamId } from '../team/installation.ts';
import type { Installations } from '../team/installations.ts';
import { AskTogether } from '../time/ask-together.ts';
import type { Roster } from './roster.ts';
import { AWAITING, CONTESTED, maySend, type Standing, standingOfRow } from './standing.ts';

export interface StandingsDeps {
  installations: Pick<Installations, 'activeAmong'>;
  roster: Pick<Roster, 'team'>;
  /** Whether every row was read: before that nobody can be said to be gone. */
  isBooted(): boolean;
  /** Whether this process may act for any team now; see Ownership. @defaultValue always */
  holdsLease?(): boolean;
  /** Whether an organization is about to take over a workspace whose own installation may have ended. */
  isContested(teamId: TeamId): boolean;
  /** Whether the bot's token has ended and its successor is on the way. */
  isTokenAwaited(key: InstallationKey): boolean;
  /** Whether it is asked who the bot is: until it knows itself it would answer its own messages. */
  isIdentityAwaited(key: InstallationKey): boolean;
  /** Resolves when this process has seen every change of a row that was written before. */
  caughtUp(): Promise<void>;
}

/** One per process. */
export class Standings {
  readonly #deps: StandingsDeps;
  /** By rows. A team that is gone may still be sent thousands of events a second, each of which asks. */
  readonly #active: AskTogether<TeamId>;

  constructor(deps: StandingsDeps) {
    this.#deps = deps;
    this.#active = new AskTogether((teamIds) => deps.installations.activeAmong(teamIds));
  }

  /** How the team, or the organization of that id, stands now. */
  of(teamId: TeamId): Standing {
    const deps = this.#deps;
    if (deps.holdsLease?.() === false) return AWAITING.lease;
    const entry = deps.roster.team(teamId);
    const standing = standingOfRow(entry);
    if (standing.kind === 'gone') {
      if (deps.isContested(teamId)) return CONTESTED;
      return deps.isBooted() ? standing : AWAITING.boot;
    }
    // A token that has ended raises a doubt, which its successor ends.
    if (!entry || !maySend(standing)) return standing;
    const { key } = entry.installation;
    if (deps.isTokenAwaited(key)) return AWAITING.token;
    return standing.kind === 'acting' && deps.isIdentityAwaited(key) ? AWAITING.identity : standing;
  }

  /** The same by the rows themselves: this process may not have seen yet that the team came back. */
  async recheck(teamId: TeamId): Promise<Standing> {
    if (await this.#active.isAmong(teamId)) await this.#deps.caughtUp();
    return this.of(teamId);
  }
}
