/**
 * Joins org-wide installations with Slack, the judge and what comes in: which row a delivery belongs to, which workspaces
 * an organization has let the app into, and when a migration of an organization pauses its installations.
 */

import type { KeyOwnership } from '../../ownership/key-ownership.ts';
import { type Body, recordIn, textIn, textsIn } from '../../slack/delivery/body.ts';
import { isOrganizationId, type Owner, ownerIdOf, type Route } from '../../slack/delivery/route.ts';
import type { Signal } from '../../slack/signal.ts';
import { classify, type VerdictOverrides } from '../../slack/verdict.ts';
import type { CallSlack } from '../../slack/web-api.ts';
import { type InstallationKey, keyNamedAfter, type TeamId } from '../../team/installation.ts';
import type { Installations, InstallationView } from '../../team/installations.ts';
import type { Clock } from '../../time/clock.ts';
import { within } from '../../time/within.ts';
import type { Roster } from '../roster.ts';
import { OrgAccess, type WorkspacesAnswer } from './org-access.ts';
import { listWorkspaces } from './workspaces.ts';

/** What the judge is told of; see its methods of these names. */
export interface OrganizationJudge {
  noteUninstall(
    key: InstallationKey,
    event: { type: string; bot: boolean; users: 'all' | readonly string[]; receivedAtMs: number },
  ): void;
  noteMigration(key: InstallationKey, stage: 'started' | 'finished'): void;
}

/** An event about installations. After a restart its body may be gone. */
export interface OrganizationEvent {
  teamId: TeamId;
  type: string;
  body?: Body;
}

export interface OrganizationsDeps {
  installations: Installations;
  roster: Roster;
  owner: Pick<KeyOwnership, 'owns'>;
  callSlack: CallSlack;
  judge: OrganizationJudge;
  wake(): void;
  clock: Clock;
  random: () => number;
  log: {
    info(facts: object, message: string): void;
    warn(facts: object, message: string): void;
    error(facts: object, message: string): void;
  };
  verdicts: VerdictOverrides;
}

/** How long a person who waits may wait for auth.teams.list, in milliseconds; Slack gives up after 3 s. */
const ASK_MS = 1_500;

const NOT_GRANTED = 'team_access_not_granted';

/** One per process. */
export class Organizations {
  readonly #deps: OrganizationsDeps;
  readonly #access: OrgAccess;
  readonly #background = new Set<Promise<void>>();

  constructor(deps: OrganizationsDeps) {
    this.#deps = deps;
    this.#access = new OrgAccess({
      ...deps,
      list: (view) => this.#list(view),
      onContested: (teamIds) => this.#askOwn(teamIds),
    });
  }

  /** At which of our rows a delivery is. A workspace that its organization has not told us of leads to a question. */
  ownerOf(route: Route): Owner {
    const owner = this.#owner(route, (id) => this.#keyOf(id));
    if (owner.isUnsure) void this.#access.doubt(keyNamedAfter(owner.teamId));
    return owner;
  }

  /** The same by the rows, and by what Slack says now of the workspaces of an organization. Takes 1.5 s at most but for the store. */
  async locate(route: Route): Promise<Owner> {
    const owner = await this.#ownerByRows(route);
    if (!owner.isUnsure) return owner;
    const doubted = this.#access.doubt(keyNamedAfter(owner.teamId));
    const isAnswered = await within(doubted, { clock: this.#deps.clock, limitMs: ASK_MS, late: () => false });
    const after = await this.#ownerByRows(route);
    // Slack knows it as none of the organization's: a call that names it would be refused. A body that says otherwise wins.
    const isForeign = after.isUnsure && isAnswered && route.throughEnterpriseId !== after.teamId;
    return { ...after, through: isForeign ? undefined : after.through };
  }

  /** Takes an event that is about installations themselves. */
  noteEvent({ teamId, type, body = {} }: OrganizationEvent): void {
    const key = this.#deps.roster.team(teamId)?.installation.key;
    const event = recordIn(body.event);
    switch (type) {
      case 'team_access_granted':
      case 'team_access_revoked': {
        const access = type === 'team_access_granted' ? 'granted' : 'revoked';
        if (key !== undefined) this.#access.note(key, { access, teamIds: textsIn(event?.team_ids), by: type });
        return;
      }
      case 'grid_migration_started':
      case 'grid_migration_finished': {
        const stage = type === 'grid_migration_started' ? 'started' : 'finished';
        this.#inBackground(this.#noteMigration(stage, { key, enterpriseId: textIn(event?.enterprise_id) }));
        return;
      }
      default:
        // One workspace of an organization may have removed the app, or has another name.
        if (key !== undefined) this.check(key);
    }
  }

  /** Whether an answer of Slack is about one workspace of an organization; then the judge has nothing to do with it. */
  takes({ key, code, source, teamId }: Signal): boolean {
    if (code !== NOT_GRANTED || !this.#isOrganization(key)) return false;
    if (classify(code, source, this.#deps.verdicts) !== 'suspended') return false;
    void this.#access.doubt(key, teamId);
    return true;
  }

  /** A row that changed. */
  observe(view: InstallationView): void {
    this.#access.observe(view);
  }

  /** Asks for the workspaces of an organization; does nothing for any other installation. */
  check(key: InstallationKey): void {
    if (this.#isOrganization(key)) this.#access.check(key);
  }

  /** Whether an organization is about to take a workspace over whose own installation may have ended. Until it has ended itself. */
  isContested(teamId: TeamId): boolean {
    const { roster } = this.#deps;
    const rival = roster.team(teamId)?.team.contestedBy;
    const kind = rival === undefined ? undefined : roster.view(rival)?.installation.state.kind;
    return kind === 'active' || kind === 'suspended';
  }

  /** Asks nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    await Promise.all([this.#access.stop(), ...this.#background]);
  }

  #keyOf(id: string): InstallationKey | undefined {
    return this.#deps.roster.team(id)?.installation.key;
  }

  async #ownerByRows(route: Route): Promise<Owner> {
    const { installations } = this.#deps;
    const unknown = new Set([...route.ids, route.enterpriseId].filter((id) => id !== undefined && !this.#keyOf(id)));
    const found = new Map<string, InstallationKey>();
    for (const id of unknown as Set<string>) {
      const view = await installations.findByTeam(id);
      if (view) found.set(id, view.installation.key);
    }
    return this.#owner(route, (id) => this.#keyOf(id) ?? found.get(id));
  }

  #owner(route: Route, keyOf: (id: string) => InstallationKey | undefined): Owner {
    const teamId = ownerIdOf(route, keyOf);
    const { through, throughEnterpriseId } = route;
    if (keyOf(teamId) === undefined) return { teamId, isKnown: false };
    const isOrganization = keyOf(teamId) === teamId && (isOrganizationId(teamId) || this.#isOrganization(teamId));
    const isNamed = isOrganization && through !== undefined && through !== teamId && keyOf(through) === undefined;
    if (!isNamed || (throughEnterpriseId ?? teamId) !== teamId) return { teamId, isKnown: true };
    return { teamId, through, isKnown: true, isUnsure: true };
  }

  #isOrganization(key: InstallationKey): boolean {
    return this.#deps.roster.view(key)?.installation.isEnterprise ?? false;
  }

  async #list(view: InstallationView): Promise<WorkspacesAnswer> {
    const { installations, callSlack } = this.#deps;
    const { key } = view.installation;
    const credential = await installations.botCredential(key);
    if (!credential) return { kind: 'unanswered', reason: 'no_credential', retryAfterMs: 0 };
    return await listWorkspaces(callSlack, credential.token);
  }

  /** Slack ends the own tokens of a workspace that joins the installation of its organization: with its list that is proof. */
  #askOwn(teamIds: readonly TeamId[]): void {
    const { roster, judge, clock } = this.#deps;
    for (const teamId of teamIds) {
      const key = roster.team(teamId)?.installation.key;
      const event = { type: 'team_access_granted', bot: true, users: 'all' as const, receivedAtMs: clock.now() };
      if (key !== undefined) judge.noteUninstall(key, event);
    }
  }

  /** It concerns the installation that was told, and all others that are known to be of that organization. */
  async #noteMigration(
    stage: 'started' | 'finished',
    { key, enterpriseId }: { key: InstallationKey | undefined; enterpriseId: string | undefined },
  ): Promise<void> {
    const keys = new Set(key === undefined ? [] : [key]);
    if (enterpriseId !== undefined) {
      for (const other of await this.#deps.installations.ofEnterprise(enterpriseId)) keys.add(other);
    }
    for (const one of keys) this.#deps.judge.noteMigration(one, stage);
  }

  #inBackground(work: Promise<void>): void {
    const done = work.catch((error: unknown) => {
      // What is not paused now is when Slack refuses its calls.
      this.#deps.log.error({ err: error }, 'migration of an organization not stored');
    });
    this.#background.add(done);
    void done.finally(() => this.#background.delete(done));
  }
}
