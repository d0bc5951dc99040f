/** What becomes of a team's events now: more than its row says, as its token, its bot or its organization may be in question. */
import type { Refresher } from '../installation/refresher.ts';
import type { Roster } from '../installation/roster.ts';
import type { Delivery } from '../dispatch/intake.ts';
import type { Installations } from '../team/installations.ts';
import type { TeamIdentifier } from '../installation/identify-teams.ts';
import type { Organizations } from '../installation/organizations/organizations.ts';

export interface TeamDeliveriesDeps {
  installations: Pick<Installations, 'findByTeam'>;
  roster: Pick<Roster, 'deliveryOf' | 'team'>;
  organizations: Pick<Organizations, 'isContested'>;
  refresher: Pick<Refresher, 'isAwaited'>;
  identifier: Pick<TeamIdentifier, 'isAwaited'>;
  /** Resolves when this process has seen every change of a row that was written before. */
  caughtUp(): Promise<void>;
}

/** One per process. */
export class TeamDeliveries {
  readonly #deps: TeamDeliveriesDeps;

  constructor(deps: TeamDeliveriesDeps) {
    this.#deps = deps;
  }

  /**
   * A bot whose token has ended cannot answer yet, and one that does not know itself must not: their events wait for the next
   * token, for another installation, or for the answer.
   */
  of(teamId: string): Delivery {
    const { roster, organizations, refresher, identifier } = this.#deps;
    const delivery = roster.deliveryOf(teamId);
    if (delivery === 'inactive' && organizations.isContested(teamId)) return 'held';
    const key = delivery === 'answering' ? roster.team(teamId)?.installation.key : undefined;
    if (key === undefined) return delivery;
    return refresher.isAwaited(key) || identifier.isAwaited(key) ? 'held' : delivery;
  }

  /** Asks the rows: this process may not have seen yet that the team came back. */
  async recheck(teamId: string): Promise<Delivery> {
    const view = await this.#deps.installations.findByTeam(teamId);
    if (view?.installation.state.kind !== 'active') return this.of(teamId);
    await this.#deps.caughtUp();
    return this.of(teamId);
  }
}
