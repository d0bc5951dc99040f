/**
 * What this process knows of every team right now: who may act, with which token. Fed from the rows, asked on every event
 * and every connect. Tokens stay in here; nothing of it is logged.
 */
import type { Shard } from '../ownership/ownership.ts';
import type { Actor } from '../team/actor.ts';
import {
  type Credential,
  type Installation,
  type InstallationKey,
  isNamedAfter,
  type Team,
  type TeamId,
  teamNamedIn,
} from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import { shardOf } from '../team/shard.ts';
import { standingOfRow } from './standing.ts';

/** A team with its installation's row and, while it is active, its bot's token and those of people. */
export interface RosterEntry {
  installation: Installation;
  team: Team;
  token: string | undefined;
  /** By user id. */
  userTokens: ReadonlyMap<string, string>;
}

/** Most teams have none: one map for all of them. */
const noUserTokens: ReadonlyMap<string, string> = new Map();

/** Teams by id and installations by key, as last seen. An org-wide installation is a team, too, by its enterprise id. */
export class Roster {
  readonly #byTeam = new Map<TeamId, RosterEntry>();
  readonly #byKey = new Map<InstallationKey, InstallationView>();
  /** Keys by what is owned together. */
  readonly #byShard = new Map<Shard, Set<InstallationKey>>();
  /** By the bot's id and by its user id. */
  readonly #byBot = new Map<string, InstallationKey>();

  /** Replaces what is known of an installation; `credential` (the bot's) is undefined while it is not active. */
  set(view: InstallationView, credential: Credential | undefined, users: readonly Credential[] = []): void {
    const { installation } = view;
    const token = credential?.token;
    const userTokens = users.length === 0 ? noUserTokens : new Map(users.map((user) => [user.userId, user.token]));
    this.#forgetBots(installation.key);
    if (!this.#byKey.has(installation.key)) this.#placed(installation.key).add(installation.key);
    this.#byKey.set(installation.key, view);
    for (const { botId, botUserId } of view.teams) {
      if (botId !== null) this.#byBot.set(botId, installation.key);
      if (botUserId !== null) this.#byBot.set(botUserId, installation.key);
    }
    // A team that is no longer in the view has moved: its new installation's row comes next and replaces the entry.
    for (const team of view.teams) {
      this.#byTeam.set(team.teamId, { installation, team, token, userTokens });
    }
  }

  /** Forgets an installation that is deleted. */
  remove(key: InstallationKey): void {
    this.#forgetBots(key);
    for (const team of this.#byKey.get(key)?.teams ?? []) {
      // The team may belong to another installation by now.
      if (this.#byTeam.get(team.teamId)?.installation.key === key) this.#byTeam.delete(team.teamId);
    }
    this.#byKey.delete(key);
    this.#placed(key).delete(key);
  }

  /** The installation whose bot has that id or user id. */
  keyOfBot(id: string): InstallationKey | undefined {
    return this.#byBot.get(id);
  }

  view(key: InstallationKey): InstallationView | undefined {
    return this.#byKey.get(key);
  }

  /** Of all installations that are known. */
  keys(): IterableIterator<InstallationKey> {
    return this.#byKey.keys();
  }

  /** Of the installations in these shards. */
  keysIn(shards: readonly Shard[]): InstallationKey[] {
    return shards.flatMap((shard) => Array.from(this.#byShard.get(shard) ?? []));
  }

  /** How many installations of each shard have a connection of their own, on transports where teams have one. */
  connectionsByShard(): ReadonlyMap<Shard, number> {
    const hasOne = (key: InstallationKey) => {
      const installation = this.#byKey.get(key)?.installation;
      return installation?.state.kind === 'active' && !installation.isEnterprise;
    };
    return new Map(Array.from(this.#byShard, ([shard, keys]) => [shard, Array.from(keys).filter(hasOne).length]));
  }

  team(teamId: TeamId): RosterEntry | undefined {
    return this.#byTeam.get(teamId);
  }

  /** The entry of the team that an installation is named after; RTM and imports know no others. */
  ofKey(key: InstallationKey): RosterEntry | undefined {
    const teams = this.#byKey.get(key)?.teams;
    const team = teams?.find(({ teamId }) => isNamedAfter(key, teamId)) ?? teams?.[0];
    return team && this.#byTeam.get(team.teamId);
  }

  /**
   * With what a listener acts for a team or an organization; undefined when nothing may be sent for it.
   * @param through The workspace through which an organization received an event, although it has no row.
   */
  actorOf(teamId: TeamId, { through }: { through?: string | undefined } = {}): Actor | undefined {
    const entry = this.#byTeam.get(teamId);
    if (!entry || standingOfRow(entry).kind !== 'acting' || entry.token === undefined) return undefined;
    const { installation, token, userTokens } = entry;
    const isOrganization = installation.isEnterprise && isNamedAfter(installation.key, teamId);
    const { botId, botUserId } = this.#botOf(entry);
    return {
      teamId: isOrganization ? (through ?? null) : teamId,
      enterpriseId: installation.enterpriseId,
      botToken: token,
      botId,
      botUserId,
      userTokens,
      versionKey: `${installation.version.install}.${installation.version.refresh}`,
    };
  }

  /** How many installations are in each state. */
  counts(): { active: number; suspended: number; inactive: number } {
    const counts = { active: 0, suspended: 0, inactive: 0 };
    for (const { installation } of this.#byKey.values()) counts[installation.state.kind]++;
    return counts;
  }

  /** The same with the doubt about those that are active. */
  countsByDoubt(): { status: string; doubt: string; count: number }[] {
    const counts = new Map<string, { status: string; doubt: string; count: number }>();
    for (const { installation } of this.#byKey.values()) {
      const { state } = installation;
      const doubt = state.kind === 'active' ? state.doubt.kind : 'none';
      const key = `${state.kind} ${doubt}`;
      const known = counts.get(key);
      if (known) known.count++;
      else counts.set(key, { status: state.kind, doubt, count: 1 });
    }
    return Array.from(counts.values());
  }

  #placed(key: InstallationKey): Set<InstallationKey> {
    const shard = shardOf(key);
    const keys = this.#byShard.get(shard) ?? new Set();
    this.#byShard.set(shard, keys);
    return keys;
  }

  #forgetBots(key: InstallationKey): void {
    for (const { botId, botUserId } of this.#byKey.get(key)?.teams ?? []) {
      for (const id of [botId, botUserId]) if (id !== null && this.#byBot.get(id) === key) this.#byBot.delete(id);
    }
  }

  /** An organization has one bot, which its own row knows first. */
  #botOf({ installation, team }: RosterEntry): Pick<Team, 'botId' | 'botUserId'> {
    const organization = installation.isEnterprise ? this.#byTeam.get(teamNamedIn(installation.key))?.team : undefined;
    return {
      botId: organization?.botId ?? team.botId,
      botUserId: organization?.botUserId ?? team.botUserId,
    };
  }
}
