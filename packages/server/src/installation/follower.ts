/**
 * Makes this process agree with a row: credential, gate, connection, waiting events, probes and hooks of one installation.
 * Everything that decides writes rows; this is the only place that acts on them.
 */
import { BotServerError } from '../errors.ts';
import type { KeyOwnership } from '../ownership/key-ownership.ts';
import type { UnservedShards } from '../ownership/unserved-shards.ts';
import type { Credential, Installation, InstallationKey, TeamId } from '../team/installation.ts';
import type { Credentials, Installations, InstallationView } from '../team/installations.ts';
import type { Refresher } from './refresher.ts';
import type { Roster } from './roster.ts';
import type { TokenMap } from './token-map.ts';

/** The connections of teams, where each has one. */
export interface TeamConnections {
  /** `paused`: what is open stays, and nothing is connected meanwhile. */
  want(
    key: InstallationKey,
    wanted: {
      generation: string;
      mode: 'connected' | 'paused';
      unheardSinceMs?: number | undefined;
      untoldSinceMs?: number | undefined;
    },
  ): void;
  drop(key: InstallationKey, reason: string): void;
  /** Another node is to connect it: what is open stays until that may have happened, so that nothing is missed, and is then dropped. */
  linger(key: InstallationKey, reason: string): void;
  /** From now on another node may connect it. */
  released(key: InstallationKey): void;
  isLingering(key: InstallationKey): boolean;
  restart(key: InstallationKey, reason: string): void;
}

/** Times in which teams were not heard and of which no hook was told yet; see UntoldGaps. */
export interface GapsOfRows {
  take(view: InstallationView): number | undefined;
  close(view: InstallationView): void;
  forget(key: InstallationKey): void;
}

/** Who asks Slack about installations and decides. */
export interface JudgingOfRows {
  /** Plans the probes that the row of an installation of this node asks for. */
  observe(view: InstallationView): void;
  /** Looks at the row of any installation. */
  observeAny(view: InstallationView): void;
  /** Plans none any more: it is another node's to judge. */
  leave(key: InstallationKey): void;
  /** Takes what other nodes have learned of an installation of this node. */
  takeHints(key: InstallationKey): Promise<void>;
}

/** Who is told what is new in a row; see InstallationHooks. */
export interface RowHooks {
  read(view: InstallationView, credential: Credential | undefined): { emit(): void; emitDeactivated(): void };
  /** Another node tells from now on. */
  forget(key: InstallationKey): void;
}

export interface FollowerDeps {
  installations: Pick<Installations, 'clearRequest'>;
  roster: Pick<Roster, 'set' | 'remove' | 'view' | 'ofKey'>;
  /** Only the owner of an installation connects it, asks about it and carries out what somebody wishes of it. */
  owner: Pick<KeyOwnership, 'owns' | 'placeOf'>;
  tokens: Pick<TokenMap, 'learn' | 'observe'>;
  refresher: Pick<Refresher, 'observe' | 'leave'>;
  connections: TeamConnections;
  /** Since when another node, or nobody, had the installation; asked once after it came. */
  unserved: Pick<UnservedShards, 'take'>;
  gaps: GapsOfRows;
  hooks: RowHooks;
  /** How the team stands may be another now: its events may be due, or dropped. */
  changed(teamId: TeamId): void;
  /** Finds out who a team's bot is where nothing else does: on transports without a connect of each team. */
  identify?: (view: InstallationView) => void;
  judging: JudgingOfRows;
  /** Who removes what an operator wants removed. */
  remover: { observe(view: InstallationView): void };
  onProblem(id: InstallationKey | TeamId, error: BotServerError): void;
}

/** Follows the rows of all installations. */
export class Follower {
  readonly #deps: FollowerDeps;
  /** Teams that name an installation and are not its own, as they were told of last. */
  readonly #strays = new Map<InstallationKey, string>();

  constructor(deps: FollowerDeps) {
    this.#deps = deps;
  }

  /** Acts on a row that changed; `credentials` are of it or of a later one. */
  async follow(view: InstallationView, credentials: Credentials): Promise<void> {
    const { installation } = view;
    const { tokens, roster, owner, refresher, judging } = this.#deps;
    this.#tellOfStrays(view);
    const { bot: credential, users } = credentials;
    for (const error of credentials.unreadable) this.#deps.onProblem(installation.key, error);
    // Re-installed between the two reads: the newer row comes next, and the older one must not connect with its token.
    if (credential && credential.version.install !== installation.version.install) return;
    // The gate first: from here on nothing more is sent with a credential that the row has taken away.
    if (credential) tokens.learn(credential);
    for (const user of users) tokens.learn(user);
    tokens.observe(installation, users);
    const hookCalls = this.#deps.hooks.read(view, credential);
    roster.set(view, credential, users);
    refresher.observe(installation.key, credential ? [credential, ...users] : users);
    hookCalls.emit();
    const { connections } = this.#deps;
    const isLingering = owner.placeOf(installation.key) === 'elsewhere' && connections.isLingering(installation.key);
    this.#connect(view, { hasToken: credential !== undefined, isHandedOver: isLingering });
    // Before events are due: those of a bot that does not know itself wait.
    this.#deps.identify?.(view);
    for (const { teamId } of view.teams) this.#deps.changed(teamId);
    judging.observeAny(view);
    const isOwned = owner.owns(installation.key);
    if (isOwned) judging.observe(view);
    hookCalls.emitDeactivated();
    if (isOwned && installation.request === 'restart') await this.#carryOutRestart(installation);
    if (isOwned && installation.isToBeRemoved) this.#deps.remover.observe(view);
    if (isOwned && installation.hasHints) await judging.takeHints(installation.key);
  }

  /**
   * Who does the installation's work has changed: its connection goes on, pauses or is closed, and what another node does is
   * left to it. What a new owner has to begin the row says, which must be followed once more.
   * @param options `isHandedOver`: another node takes it at this moment, by plan
   */
  moved(key: InstallationKey, { isHandedOver } = { isHandedOver: false }): void {
    const { roster, owner, refresher, judging } = this.#deps;
    const view = roster.view(key);
    if (!view) return;
    this.#connect(view, { hasToken: roster.ofKey(key)?.token !== undefined, isHandedOver });
    if (owner.placeOf(key) !== 'elsewhere') return;
    refresher.leave(key);
    judging.leave(key);
    this.#deps.hooks.forget(key);
    this.#deps.gaps.forget(key);
  }

  /** What was handed over is free for another node: what lingers here ends soon. */
  released(key: InstallationKey): void {
    this.#deps.connections.released(key);
  }

  /**
   * Forgets an installation that is deleted, unless a later install than `install` was followed already. The gate goes on
   * refusing its tokens: a client that a listener kept must send nothing.
   */
  forget(key: InstallationKey, install: number): void {
    const { hooks, gaps, roster, connections } = this.#deps;
    if ((roster.view(key)?.installation.version.install ?? 0) > install) return;
    hooks.forget(key);
    gaps.forget(key);
    this.#strays.delete(key);
    roster.remove(key);
    connections.drop(key, 'purged');
  }

  #tellOfStrays({ installation: { key }, strays = [] }: InstallationView): void {
    const teamIds = strays.map(({ teamId }) => teamId).join(' ');
    const isTold = (this.#strays.get(key) ?? '') === teamIds;
    if (teamIds === '') this.#strays.delete(key);
    else this.#strays.set(key, teamIds);
    if (isTold) return;
    for (const { teamId } of strays) {
      const message = `The row of team ${teamId} names installation ${key}, to which it does not belong`;
      this.#deps.onProblem(teamId, new BotServerError('team_row_changed', message, { facts: { teamId, key } }));
    }
  }

  #connect(view: InstallationView, options: { hasToken: boolean; isHandedOver: boolean }): void {
    const { installation } = view;
    const { key, state, version, isEnterprise } = installation;
    const { connections, owner, unserved, gaps } = this.#deps;
    const place = owner.placeOf(key);
    const unheardSinceMs = place === 'owned' ? unserved.take(key, installation) : undefined;
    // RTM does not exist for org-wide installations: there is nothing to connect.
    if (state.kind !== 'active' || !options.hasToken || isEnterprise) {
      if (place === 'owned') gaps.close(view);
      connections.drop(key, state.kind === 'active' ? 'no_credential' : state.reason);
      return;
    }
    if (place === 'elsewhere') {
      return options.isHandedOver ? connections.linger(key, 'moved') : connections.drop(key, 'moved');
    }
    // Fenced, or about to be given back: another may connect it any moment, and what is open is all that this node may have.
    const mode = place === 'owned' && state.doubt.kind === 'none' ? 'connected' : 'paused';
    const untoldSinceMs = place === 'owned' ? gaps.take(view) : undefined;
    connections.want(key, { generation: String(version.install), mode, unheardSinceMs, untoldSinceMs });
  }

  async #carryOutRestart({ key, changedSeq }: Installation): Promise<void> {
    // Cleared first: a row that cannot be written comes again, and must not restart the connection each second.
    await this.#deps.installations.clearRequest(key, changedSeq);
    this.#deps.connections.restart(key, 'operator');
  }
}
