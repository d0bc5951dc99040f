/** What a bot file and its operator's code may set and call: the types of the server. What is behind them is server.ts. */
import type { App } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { ConfigInput } from './config/config.ts';
import type { TeamData } from './data/team-data.ts';
import type { DispatcherOptions } from './dispatch/dispatcher-options.ts';
import type { InteractionsOptions } from './dispatch/interactions/interactions.ts';
import type { ListenerContext } from './dispatch/listener-context.ts';
import type { EventsOptions } from './dispatch/own-messages.ts';
import type { ConnectionsOptions } from './engine-deps.ts';
import type { BotServerEventName, BotServerHook } from './events.ts';
import type { HooksOptions } from './hooks/hooks.ts';
import type { PageTemplate } from './http/bot-pages.ts';
import type { RouteHandler, RouteOptions } from './http/bot-routes.ts';
import type { InstallLinkOptions } from './http/install-link.ts';
import type { PageKind } from './http/public-page.ts';
import type { RefresherOptions } from './installation/refresher-options.ts';
import type { JobOptions, TeamJobOptions } from './jobs/jobs.ts';
import type { JobInterval, JobSchedule } from './jobs/schedule.ts';
import type { JobContext } from './jobs/scheduled-job.ts';
import type { JudgeOptions } from './judge/judge-options.ts';
import type { PeriodicCheckOptions } from './judge/periodic-check.ts';
import type { Logger } from './observability/logger.ts';
import type { MetricsAnswer } from './observability/metrics/metrics-page.ts';
import type { DeactivateOptions } from './operations/deactivation.ts';
import type { SlackFetchOptions } from './slack/slack-fetch.ts';
import type { IncomingWebhook } from './team/incoming-webhook.ts';
import type { Clock } from './time/clock.ts';
import type { TeamJobContext } from './wiring/create-jobs.ts';

/** Settings (see config.ts) and what only code can give. */
export interface ServerOptions extends ConfigInput {
  /** Where time comes from. @defaultValue the machine's clock */
  clock?: Clock;
  /** Numbers from 0 to 1 for jitter. @defaultValue Math.random */
  random?: () => number;
  /** Where the log goes. @defaultValue standard output, as LOG_LEVEL and LOG_FORMAT say */
  logger?: Logger;
  /** How long doubts last. What a code means is a setting: `slackVerdicts`. */
  judge?: Omit<JudgeOptions, 'verdicts'>;
  periodicCheck?: PeriodicCheckOptions;
  /** For apps whose tokens rotate. */
  refresher?: RefresherOptions;
  hooks?: HooksOptions;
  dispatcher?: DispatcherOptions;
  /** Which events listeners get. */
  events?: EventsOptions;
  /** For commands, buttons, shortcuts, modals and option queries. */
  interactions?: InteractionsOptions;
  slackFetch?: SlackFetchOptions;
  connections?: ConnectionsOptions;
  /** Answers only what is for and from this machine (or the host of PUBLIC_URL), as `dev` does. @defaultValue false */
  loopbackOnly?: boolean;
  /**
   * Begins with an empty SQLite database although the key file beside it says that there was one; `start --new`.
   * @defaultValue false: the start is refused, because that database was lost
   */
  newDatabase?: boolean;
}

/** What a bot file gets: the Bolt app for its listeners, and the server for its teams. */
export interface BotServer {
  /** A Bolt App; the `context` of its listeners has more: see ListenerContext. */
  bot: App<ListenerContext>;
  server: Server;
}

/** What a bot file exports as default: it adds the listeners, hooks and jobs of the bot. It may be asynchronous. */
export type BotFile = (context: BotServer) => unknown;

/** How many teams there are, and how many of their connections answer. */
export interface ServerStatus {
  active: number;
  suspended: number;
  inactive: number;
  /** Teams with an open connection of their own (RTM). */
  connected: number;
  /** Open Socket Mode connections, which all teams share. */
  sockets: number;
  /**
   * What Slack delivered since the start and fits no installation here: events, and interactions (commands, buttons and the
   * like). Anything but 0 means a database that lost teams, or one of another app.
   */
  unrouted: { events: number; interactions: number };
}

/** Keeps one bot alive in every workspace that installed it. */
export interface Server {
  /** Adds a hook; the returned function removes it. */
  on<Name extends BotServerEventName>(name: Name, hook: BotServerHook<Name>): () => void;
  /**
   * A client with the team's current token. Ask anew for each piece of work: a kept one is refused after a re-install.
   * It names the team (`team_id`) in each call, as tokens of org-wide installations need; of an organization's enterprise id
   * it is the organization's own, and calls that need a `team_id` must be given one.
   * When the token has ended while no server ran, it waits up to 10 s for the next one.
   * @throws BotServerError `installation_not_found`, `installation_not_active`; `token_expired` when that did not come
   */
  client(teamId: string): Promise<WebClient>;
  /**
   * What a team granted to the bot, which is less than was asked for where scopes are optional.
   * @throws BotServerError `installation_not_found`, `installation_not_active`
   */
  scopes(teamId: string): Promise<readonly string[]>;
  /**
   * The incoming webhook that the person who installed gave (scope `incoming-webhook`); null without one. Post to its `url`.
   * @throws BotServerError `installation_not_found`, `installation_not_active`
   */
  incomingWebhook(teamId: string): Promise<IncomingWebhook | null>;
  /**
   * A link for a person who is to install the bot, or to grant what is missing: it asks for all of SLACK_SCOPES again.
   * @throws BotServerError `invalid_input` for metadata that no link can carry; `server_stopped` without PUBLIC_URL before the start
   */
  installUrl(link?: InstallLinkOptions): string;
  /**
   * The address under which others reach a path of this server: of a route, for a picture or a page that the bot shows.
   * @param path With its slash, as `route` has it
   * @throws BotServerError `usage` for a path without one; `server_stopped` without PUBLIC_URL before the start
   * @example
   * const image_url = server.publicUrl(`/pictures/${id}.png`);
   */
  publicUrl(path: string): string;
  /**
   * The time in milliseconds since the epoch, by the server's clock. A bot that asks here, and not `Date.now()`, can be tested with the
   * moved time of `slack-bot-server/testing`.
   */
  now(): number;
  /**
   * Does nothing more for a team, from any node: its connection is closed and nothing is sent for it. Operators see the reason, and
   * the hooks are told `bot: …`. It comes back, with its data, when somebody there installs the app again.
   * When it resolves this process sends nothing more for the team, also when it is called in a listener of it.
   * @returns false when it was inactive already, for whatever reason
   * @throws BotServerError `installation_not_found` (never registered, or purged); `invalid_input` for a reason of no or several
   * lines, and for one workspace of an org-wide installation; `data_conflict` when it registered again at the same moment;
   * `server_stopped`
   * @example
   * await server.deactivate(teamId, { reason: 'trial_ended' });
   */
  deactivate(teamId: string, options?: DeactivateOptions): Promise<boolean>;
  /** The bot's own documents of a team; they stay when the team is deactivated. */
  data(teamId: string): TeamData;
  /**
   * Answers requests to a path of the bot's own on the public port: billing webhooks, pictures. Before or after the start. `GET` answers
   * HEAD, and OPTIONS says what there is; what throws is a 500 for the client and the hook `error`. Whoever sends there proves nothing:
   * check signatures on `await request.text()`, which is the body as it came.
   * @param name A method and a path, with `:name` for a part and `*` for the rest. It cannot begin like a path of the server
   * @returns what removes it
   * @throws BotServerError `usage`
   * @example
   * server.route('POST /billing/:plan', async (request, { params }) => {
   *   if (!isSigned(request.headers, await request.text())) return new Response(null, { status: 401 });
   *   return Response.json({ plan: params.plan });
   * });
   */
  route(name: string, handler: RouteHandler, options?: RouteOptions): () => void;
  /**
   * Makes the public pages of a kind look and read as the bot wants: `landing`, `installed`, `waiting`, `failed`, `status`. Before or after
   * the start. Its name, text, colour and picture are settings (`APP_NAME`, …) and need no template. What throws or takes longer than 2 s
   * leaves the standard page and is told as `error`.
   * @param template Gets what the page says, and `html`, which escapes whatever is put in
   * @returns what removes it
   * @throws BotServerError `usage`
   * @example
   * server.page('installed', (page, { html, standard }) => html`${standard}<p>New to ${page.bot.name}? Write <code>help</code> to it.</p>`);
   */
  page(kind: PageKind, template: PageTemplate): () => void;
  status(): ServerStatus;
  /**
   * What Prometheus reads of this process, as `GET /metrics` answers it: for a bot that serves it itself. See docs/monitor.md.
   * It takes a second at most to ask the database, and never rejects because of it.
   */
  metrics(): Promise<MetricsAnswer>;
  /**
   * Runs a job at each planned time: at least once, also when the server was killed meanwhile, and never twice at a time.
   * What was missed while no server ran is made up for by one run. A failure is logged and told as `error`.
   * @returns what removes the job
   * @throws BotServerError `usage` for a schedule that never occurs or a name that is taken; `server_stopped`
   * @example
   * server.every({ cron: '0 9 * * 1', timezone: 'Europe/Berlin' }, async ({ signal }) => { … }, { name: 'weekly report' });
   */
  every(schedule: JobSchedule, job: (context: JobContext) => unknown, options?: JobOptions): () => void;
  /** The same, and once at each start of a server that finds no other one on its database. */
  onceAndEvery(schedule: JobSchedule, job: (context: JobContext) => unknown, options?: JobOptions): () => void;
  /**
   * Runs a job for each active team once per interval, spread over it by the team, a few teams at a time. A team that is
   * away meanwhile gets its run when it is back.
   * @returns what removes the job
   * @throws BotServerError `usage`, `server_stopped`
   */
  everyTeam(interval: JobInterval, job: (context: TeamJobContext) => unknown, options?: TeamJobOptions): () => void;
  /** Takes a rejection that nobody handled (see `process.on('unhandledRejection')`): it is logged and told as `error`. */
  reportFloating(reason: unknown): void;
  /** Logs an exception that nobody caught, without secrets. The state of the process is unknown then: end it, with code 1. */
  reportUncaught(error: unknown): void;
  /**
   * Opens the store, listens and begins to connect; resolves when every stored team was looked at.
   * @throws BotServerError `store_locked`, `store_unavailable`, `invalid_configuration`, `server_stopped` and others; nothing is
   * left running
   */
  start(): Promise<{ url: string }>;
  /** Takes nothing more, lets running work end within `graceMs` (default 10000 ms), closes everything. */
  stop(options?: { graceMs?: number }): Promise<{ unfinished: number }>;
}
