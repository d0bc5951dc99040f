/**
 * Makes this process agree with a row: credential, gate, connection, waiting events, probes and hooks of one installation.
 * Everything that decides writes rows; this is the only place that acts on them.
 */
import type { Supervisor } from '../connection/supervisor.ts';
import { BotServerError } from '../errors.ts';
import type { Refresher } from '../installation/refresher.ts';
import type { Roster } from '../installation/roster.ts';
import type { TokenMap } from '../installation/token-map.ts';
import type { Intake } from '../dispatch/intake.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { Credential, Installation, InstallationKey } from '../team/installation.ts';
import type { Credentials, Installations, InstallationView } from '../team/installations.ts';
import type { Judge } from '../judge/judge.ts';
import { accessIn, type Before, type Telling, tellingsOf, toldState } from '../hooks/state-hooks.ts';

export interface FollowerDeps {
  installations: Installations;
  roster: Roster;
  tokens: TokenMap;
  supervisor: Pick<Supervisor, 'want' | 'drop' | 'restart'>;
  intake: Intake;
  judge: Pick<Judge, 'observe'>;
  refresher: Pick<Refresher, 'observe'>;
  hooks: Hooks;
  /** Finds out who a team's bot is where nothing else does: on transports without a connect of each team. */
  identify?: (view: InstallationView) => void;
  onProblem(key: InstallationKey, error: BotServerError): void;
}

const noCredentials: Credentials = { bot: undefined, users: [], unreadable: [] };

/** Follows the rows of all installations. */
export class Follower {
  readonly #deps: FollowerDeps;
  readonly #before = new Map<InstallationKey, NonNullable<Before> & Pick<Installation, 'createdAtMs'>>();
  /** Teams that name an installation and are not its own, as they were told of last. */
  readonly #strays = new Map<InstallationKey, string>();
  /** Rows that were there when the process started are no news for the hooks. */
  #isBooting = true;

  constructor(deps: FollowerDeps) {
    this.#deps = deps;
  }

  /** Every row was read once: from now on a row that was not known is a new team. */
  booted(): void {
    this.#isBooting = false;
  }

  /** Acts on a row that changed. */
  async follow(view: InstallationView): Promise<void> {
    const { installation } = view;
    this.#tellOfStrays(view);
    const { bot: credential, users } = await this.#openCredentials(installation);
    // Re-installed between the two reads: the newer row comes next, and the older one must not connect with its token.
    if (credential && credential.version.install !== installation.version.install) return;
    // The gate first: from here on nothing more is sent with a credential that the row has taken away.
    if (credential) this.#deps.tokens.learn(credential);
    for (const user of users) this.#deps.tokens.learn(user);
    this.#deps.tokens.observe(installation, users);
    const tellings = this.#tellings(view, credential);
    this.#deps.roster.set(view, credential, users);
    this.#deps.refresher.observe(installation.key, credential ? [credential, ...users] : users);
    this.#tell(tellings.filter(({ name }) => name !== 'deactivated'));
    this.#connect(view, credential);
    // Before events are due: those of a bot that does not know itself wait.
    this.#deps.identify?.(view);
    for (const { teamId } of view.teams) this.#deps.intake.changed(teamId);
    this.#deps.judge.observe(view);
    this.#tell(tellings.filter(({ name }) => name === 'deactivated'));
    if (installation.request === 'restart') await this.#carryOutRestart(installation);
  }

  /**
   * Forgets an installation that is deleted, unless a later install than `install` was followed already. The gate goes on
   * refusing its tokens: a client that a listener kept must send nothing.
   */
  forget(key: InstallationKey, install: number): void {
    if ((this.#before.get(key)?.version.install ?? 0) > install) return;
    this.#before.delete(key);
    this.#strays.delete(key);
    this.#deps.roster.remove(key);
    this.#deps.supervisor.drop(key, 'purged');
  }

  async #openCredentials({ key, state }: Installation): Promise<Credentials> {
    if (state.kind !== 'active') return noCredentials;
    const found = await this.#deps.installations.credentials(key);
    for (const error of found.unreadable) this.#deps.onProblem(key, error);
    return found;
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

  #connect({ installation }: InstallationView, credential: Credential | undefined): void {
    const { key, state, version, isEnterprise } = installation;
    const { supervisor } = this.#deps;
    // RTM does not exist for org-wide installations: there is nothing to connect.
    if (state.kind !== 'active' || !credential || isEnterprise) {
      supervisor.drop(key, state.kind === 'active' ? 'no_credential' : state.reason);
      return;
    }
    const mode = state.doubt.kind === 'none' ? 'connected' : 'held';
    supervisor.want(key, { generation: String(version.install), mode });
  }

  async #carryOutRestart({ key, changedSeq }: Installation): Promise<void> {
    // Cleared first: a row that cannot be written comes again, and must not restart the connection each second.
    await this.#deps.installations.clearRequest(key, changedSeq);
    this.#deps.supervisor.restart(key, 'operator');
  }

  #tellings(view: InstallationView, credential: Credential | undefined): Telling[] {
    const { scopes = [], incomingWebhook } = credential ?? {};
    const { key, version, state, createdAtMs } = view.installation;
    const known = this.#before.get(key);
    // Another time of birth: the row was purged and made anew, and this process may have seen neither.
    const before = known?.createdAtMs === createdAtMs ? known : undefined;
    this.#before.set(key, { version, state: toldState(before, state), createdAtMs, access: accessIn(view) });
    return this.#isBooting && !before
      ? []
      : tellingsOf(before, view, { scopes, incomingWebhook, formerly: this.#formerlyElsewhere(key) });
  }

  /** The roster has not learned of the row yet: there a team still belongs to where it comes from. */
  #formerlyElsewhere(key: InstallationKey) {
    return (teamId: string) => {
      const entry = this.#deps.roster.team(teamId);
      if (!entry || entry.installation.key === key) return undefined;
      return { state: entry.installation.state, access: entry.team.access };
    };
  }

  #tell(tellings: readonly Telling[]): void {
    for (const { name, payload } of tellings) void this.#deps.hooks.emit(name, payload);
  }
}
