/**
 * Takes from Slack's events how a workspace is called and where it is found. The workspaces of an organization are listed anew instead
 * (organizations/), because its events need not say which one they are about.
 */
import { recordIn, textIn } from '../slack/delivery/body.ts';
import type { Installations } from '../team/installations.ts';
import { cutName } from './identify.ts';
import type { OrganizationEvent } from './organizations/organizations.ts';
import type { Roster } from './roster.ts';

export interface TeamNamesDeps {
  installations: Pick<Installations, 'setTeamIdentity'>;
  roster: Pick<Roster, 'team'>;
  log: { error(facts: object, message: string): void };
}

/** One per process. */
export class TeamNames {
  readonly #deps: TeamNamesDeps;
  readonly #writing = new Set<Promise<void>>();

  constructor(deps: TeamNamesDeps) {
    this.#deps = deps;
  }

  /** Takes an event; all but `team_rename` and `team_domain_change` say nothing about names. */
  note({ teamId, type, body = {} }: OrganizationEvent): void {
    if (type !== 'team_rename' && type !== 'team_domain_change') return;
    const entry = this.#deps.roster.team(teamId);
    if (!entry || entry.installation.isEnterprise) return;
    const { name, domain } = recordIn(body.event) ?? {};
    const identity = type === 'team_rename' ? { name: cutName(textIn(name)) } : { domain: cutName(textIn(domain)) };
    const writing = this.#deps.installations.setTeamIdentity(teamId, identity).catch((err: unknown) => {
      // The old name stays until the next install; nothing depends on it.
      this.#deps.log.error({ teamId, err }, 'name of a team not stored');
    });
    this.#writing.add(writing);
    void writing.finally(() => this.#writing.delete(writing));
  }

  /** Waits for what is being written. */
  async stop(): Promise<void> {
    await Promise.all(this.#writing);
  }
}
