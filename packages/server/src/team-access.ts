/** What the author's code can ask and do of a team outside of a listener: a client with its current token, what was granted with it, its end. */
import { WebClient } from '@slack/web-api';
import { webClientOptions } from './dispatch/bolt.ts';
import { BotServerError } from './errors.ts';
import type { Roster } from './installation/roster.ts';
import type { Standing } from './installation/standing.ts';
import { type DeactivateOptions, deactivateAsBot } from './operations/deactivation.ts';
import type { IncomingWebhook } from './team/incoming-webhook.ts';
import type { Credential, InstallationKey } from './team/installation.ts';
import type { Installations, InstallationView } from './team/installations.ts';
import type { Clock } from './time/clock.ts';

/** How long a client waits for the next token of its team, in milliseconds. */
const CLIENT_WAIT_MS = 10_000;

export interface TeamAccessDeps {
  roster: Pick<Roster, 'actorOf' | 'team'>;
  client: Parameters<typeof webClientOptions>[0];
  /** @throws BotServerError `server_stopped` */
  installations(): Installations;
  standingOf(teamId: string): Standing;
  /** Resolves when the bot's token may be used, or after `limitMs`. */
  tokenSettled(key: InstallationKey, limitMs: number): Promise<void>;
  /** Resolves when this process acts on every row that is written now. */
  caughtUp(): Promise<void>;
  /** Takes secrets out of a text that is stored. */
  readonly redact: (text: string) => string;
  clock: Pick<Clock, 'now'>;
}

/** One per server. */
export class TeamAccess {
  readonly #deps: TeamAccessDeps;

  constructor(deps: TeamAccessDeps) {
    this.#deps = deps;
  }

  /** See Server.client. */
  async client(teamId: string): Promise<WebClient> {
    await this.#freshToken(teamId);
    const actor = this.#deps.roster.actorOf(teamId);
    if (actor) {
      const ofTeam = actor.teamId === null ? {} : { teamId: actor.teamId };
      return new WebClient(actor.botToken, { ...webClientOptions(this.#deps.client, actor.botToken), ...ofTeam });
    }
    throw whyNone(teamId, await this.#viewOf(teamId));
  }

  /** See Server.scopes. */
  async scopes(teamId: string): Promise<readonly string[]> {
    return (await this.#botCredential(teamId))?.scopes ?? [];
  }

  /** See Server.incomingWebhook. */
  async incomingWebhook(teamId: string): Promise<IncomingWebhook | null> {
    return (await this.#botCredential(teamId))?.incomingWebhook ?? null;
  }

  /** See Server.deactivate. */
  async deactivate(teamId: string, { reason }: DeactivateOptions = {}): Promise<boolean> {
    const { clock, redact } = this.#deps;
    const rows = { installations: this.#deps.installations(), clock };
    const isDone = await deactivateAsBot(rows, teamId, typeof reason === 'string' ? redact(reason) : reason);
    await this.#deps.caughtUp();
    return isDone;
  }

  /** Undefined when the bot was granted no token. @throws BotServerError `installation_not_found`, `installation_not_active` */
  async #botCredential(teamId: string): Promise<Credential | undefined> {
    const { key, state } = (await this.#viewOf(teamId)).installation;
    if (state.kind !== 'active') throw notActive(teamId, `The installation of team ${teamId} is ${state.kind}`);
    return await this.#deps.installations().botCredential(key);
  }

  async #viewOf(teamId: string): Promise<InstallationView> {
    const view = await this.#deps.installations().findByTeam(teamId);
    if (view) return view;
    throw new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts: { teamId } });
  }

  async #freshToken(teamId: string): Promise<void> {
    if (!this.#isTokenAwaited(teamId)) return;
    const key = this.#deps.roster.team(teamId)?.installation.key;
    if (key !== undefined) await this.#deps.tokenSettled(key, CLIENT_WAIT_MS);
    if (!this.#isTokenAwaited(teamId)) return;
    const message = `The token of team ${teamId} has expired, and the next one did not come within ${CLIENT_WAIT_MS} ms`;
    throw new BotServerError('token_expired', message, { facts: { teamId } });
  }

  #isTokenAwaited(teamId: string): boolean {
    const standing = this.#deps.standingOf(teamId);
    return standing.kind === 'awaiting' && standing.what === 'token';
  }
}

function whyNone(teamId: string, view: InstallationView): BotServerError {
  if (view.strays?.some((team) => team.teamId === teamId)) {
    const message = `The row of team ${teamId} was changed in the database`;
    return new BotServerError('team_row_changed', message, { facts: { teamId } });
  }
  const { kind } = view.installation.state;
  const isOut = view.teams.some((team) => team.teamId === teamId && team.access === 'revoked');
  if (kind !== 'active' || !isOut) return notActive(teamId, `The installation of team ${teamId} is ${kind}`);
  return notActive(teamId, `The organization ${view.installation.key} has not let the app into team ${teamId}`);
}

function notActive(teamId: string, message: string): BotServerError {
  return new BotServerError('installation_not_active', message, { facts: { teamId } });
}
