/** The hooks of a bot's author: their names, their payloads (ids and small facts), and what each may decide. Types only. */
import type { BotServerError } from './errors.ts';
import type { IncomingWebhook } from './team/incoming-webhook.ts';

/** What is known of a team that wants to register. Nothing of it is stored yet. */
export interface InstallingFacts {
  /** For an org-wide install the enterprise id: the same as `enterpriseId`. */
  teamId: string;
  teamName: string | null;
  enterpriseId: string | null;
  appId: string | null;
  botUserId: string | null;
  scopes: readonly string[];
  /** The person who pressed Allow. */
  userId: string | null;
  /** `install`: the team is not known; `reinstall`: it is active; `reactivate`: it is inactive or suspended. */
  intent: 'install' | 'reinstall' | 'reactivate';
  /** What the install link carried (`/slack/install?metadata=…`). Whoever makes a link chooses it: it proves nothing. */
  metadata?: string | undefined;
  /** Where the person lets the app post, of the scope `incoming-webhook`. Its URL is a secret. */
  incomingWebhook?: IncomingWebhook;
}

/**
 * Whom a hook is about: a workspace, or an organization in which the app was installed as a whole. That one is told of, too,
 * before its workspaces; its `teamId` is its enterprise id.
 */
export interface TeamFacts {
  teamId: string;
  /** The organization: of an org-wide install, and of a workspace as far as it is known. */
  enterpriseId: string | null;
}

/** A team that has registered, or that an organization let the app into. */
export interface InstalledFacts extends TeamFacts {
  teamName: string | null;
  /** What was granted to the bot, which may be less than was asked for. */
  scopes: readonly string[];
  /** As in InstallingFacts. */
  metadata?: string | undefined;
  /** As in InstallingFacts; later `server.incomingWebhook(teamId)`. */
  incomingWebhook?: IncomingWebhook;
}

/**
 * Every hook with its payload. All are told after the fact, except those ending in -ing. `node`: the id of the process that tells, for
 * what each process tells of itself; everything else is told once by all servers of a database.
 */
export interface BotServerEvents {
  /** A team wants to install the app. May veto: return `{ veto: 'why' }`. Throwing or timing out refuses, too. */
  installing: InstallingFacts;
  /** A team installed the app for the first time. */
  installed: InstalledFacts;
  /** A known team installed the app again; its data was kept. */
  reinstalled: InstalledFacts;
  /** The server is about to connect its teams. */
  booting: { node: string };
  /** Every stored team was looked at; connecting goes on in the background. */
  booted: { teams: number; node: string };
  /** A team's first connection is about to be made. */
  starting: { teamId: string };
  /** A team's connection answers for the first time since the server started or the team came back. */
  started: { teamId: string };
  /** A team's connection was lost and is made again. */
  reconnecting: { teamId: string; reason: string };
  /**
   * Between these times (epoch, milliseconds) there was no connection: of a team (RTM), where what was said then did not arrive;
   * or, with `teamId` null, of the app and so of all teams (Socket Mode), where commands and buttons failed and Slack tries
   * events again. The last connection that is lost begins it, the first one that answers ends it, on whichever node: when a team
   * moves, or its server is started again, the new owner tells it from when the last one let go, or (it died) from its last sign of life,
   * which is some seconds older. With reason `deaf` there was one that answered, but nothing came on it any more, not even the bot's own
   * posts; it was replaced, or (HTTP) events come again.
   */
  gap: { teamId: string | null; fromMs: number; toMs: number; reason?: 'deaf' };
  /** A team's connection is about to be closed for good. */
  stopping: { teamId: string; reason: string; node: string };
  /** A team's connection is closed for good. */
  stopped: { teamId: string; reason: string; node: string };
  /** Slack proved that the integration is gone, or the operator or the bot (`bot: …`) said so; the connection is about to be closed. */
  deactivating: TeamFacts & { reason: string };
  /** The team is inactive; nothing is sent for it any more. */
  deactivated: TeamFacts & { reason: string };
  /** The organisation or an admin paused the app; `team_access_revoked`: took it out of this workspace. */
  suspended: TeamFacts & { reason: string };
  /** A deactivated or suspended team answers again. */
  reactivated: TeamFacts;
  /**
   * The team has another name in Slack. Known by Slack's event `team_rename` (on RTM it always comes, else to an app that subscribes to it
   * and has the scope `team:read`), by a re-install, and of the workspaces of an organization by their daily list.
   */
  renamed: TeamFacts & { from: string; to: string };
  /**
   * A team is about to be deleted with all its data, because it has been inactive for `purgeAfterDays` (`by` is `age`) or an operator
   * removes it (`operator`; then it may still be active, with reason `operator`). A veto, throwing or timing out keep it; by age it is
   * asked about again a day later. `sinceMs`: inactive since then (epoch, milliseconds).
   */
  purging: { teamId: string; reason: string; sinceMs: number; by: 'age' | 'operator' };
  /** Everything that was stored about a team is deleted. When it installs the app again it is a new team. */
  purged: { teamId: string };
  /** Many installations failed at once (`isOn`): further ones are held, not deactivated, until Slack answers for them. */
  incident: { isOn: boolean };
  /** A listener, a job, a hook or a connection failed in a way that somebody should see. */
  error: { teamId: string | null; where: string; error: BotServerError };
}

export type BotServerEventName = keyof BotServerEvents;

/** What an `installing` or `purging` hook may return; nothing means yes. Of `installing` it is shown to the person who installs, of `purging` to the operator who removes. */
export interface Veto {
  veto: string;
}

/** The hooks that are asked before something is done. */
export type VetoableEventName = 'installing' | 'purging';

/** The answer to a question that hooks may veto. `message` is for the person who asked. */
export type Permission = { allowed: true } | { allowed: false; message: string | null };

/** A hook. Only `installing` and `purging` may return a veto. */
export type BotServerHook<Name extends BotServerEventName> = (
  payload: BotServerEvents[Name],
) => Name extends VetoableEventName ? Veto | undefined | void | Promise<Veto | undefined | void> : unknown;

/** What a feature needs of the hooks to tell them something; hooks.ts is it. */
export interface HookEmitter {
  /** Resolves when the hooks have settled. Never rejects. */
  emit<Name extends BotServerEventName>(name: Name, payload: BotServerEvents[Name]): Promise<void>;
}
