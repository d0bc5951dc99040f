/** createServer: joins the features. What each of them does is in its folder; what a change of a row leads to is follower.ts. */
import type { App } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { type Config, type ConfigInput, parseConfig } from './config.ts';
import type { TeamData } from './data/team-data.ts';
import { BotServerError } from './errors.ts';
import type { BotServerEventName, BotServerHook } from './events.ts';
import { type InstallLinkOptions, installLink } from './http/install-link.ts';
import { faultOfMetadata, MAX_METADATA_BYTES } from './installation/install-metadata.ts';
import type { RefresherOptions } from './installation/refresher.ts';
import { Roster } from './installation/roster.ts';
import { TokenMap } from './installation/token-map.ts';
import { type Bolt, createBolt, webClientOptions } from './intake/bolt.ts';
import type { DispatcherOptions } from './intake/dispatcher-options.ts';
import type { InteractionsOptions } from './intake/interactions.ts';
import type { JobOptions, TeamJobOptions } from './jobs/jobs.ts';
import type { JobInterval, JobSchedule } from './jobs/schedule.ts';
import type { JobContext } from './jobs/scheduled-job.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { createSlackFetch, type SlackFetch, type SlackFetchOptions } from './slack/slack-fetch.ts';
import { type CallSlack, createCallSlack } from './slack/web-api.ts';
import { Hooks, type HooksOptions } from './team/hooks.ts';
import type { JudgeOptions } from './team/judge.ts';
import type { PeriodicCheckOptions } from './team/periodic-check.ts';
import { type Clock, systemClock } from './time/clock.ts';
import { systemRandom } from './time/random.ts';
import { Engine } from './wiring/engine.ts';
import type { ConnectionsOptions, EngineOptions } from './wiring/engine-options.ts';
import { createJobs, type ServerJobs, type TeamJobContext } from './wiring/jobs-of-server.ts';
import { openStorage, type Storage } from './wiring/storage.ts';

/** Settings (see config.ts) and what only code can give. */
export interface ServerOptions extends ConfigInput {
  /** Where time comes from. @defaultValue the machine's clock */
  clock?: Clock;
  /** Numbers from 0 to 1 for jitter. @defaultValue Math.random */
  random?: () => number;
  /** Where the log goes. @defaultValue standard output, as LOG_LEVEL and LOG_FORMAT say */
  logger?: Logger;
  /** The name that the pages show. @defaultValue 'Slack bot' */
  botName?: string;
  /** How long doubts last. What a code means is a setting: `slackVerdicts`. */
  judge?: Omit<JudgeOptions, 'verdicts'>;
  periodicCheck?: PeriodicCheckOptions;
  /** For apps whose tokens rotate. */
  refresher?: RefresherOptions;
  hooks?: HooksOptions;
  dispatcher?: DispatcherOptions;
  /** For commands, buttons, shortcuts, modals and option queries. */
  interactions?: InteractionsOptions;
  slackFetch?: SlackFetchOptions;
  connections?: ConnectionsOptions;
  /** For benchmarks; see openSqliteStore. */
  store?: { commitDelayMs?: number };
}

/** What a bot file gets: the Bolt app for its listeners, and the server for its teams. */
export interface BotServer {
  bot: App;
  server: Server;
}

/** How many teams there are, and how many of their connections answer. */
export interface ServerStatus {
  active: number;
  suspended: number;
  inactive: number;
  /** Teams with an open connection of their own (RTM). */
  connected: number;
  /** Open Socket Mode connections, which all teams share. */
  sockets: number;
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
   * A link for a person who is to install the bot, or to grant what is missing: it asks for all of SLACK_SCOPES again.
   * @throws BotServerError `invalid_input` for metadata that no link can carry; `server_stopped` without PUBLIC_URL before the start
   */
  installUrl(link?: InstallLinkOptions): string;
  /** The bot's own documents of a team; they stay when the team is deactivated. */
  data(teamId: string): TeamData;
  status(): ServerStatus;
  /**
   * Runs a job at each planned time: at least once, also when the server was killed meanwhile, and never twice at a time.
   * What was missed while no server ran is made up for by one run. A failure is logged and told as `error`.
   * @returns what removes the job
   * @throws BotServerError `usage` for a schedule that never comes or a name that is taken; `server_stopped`
   * @example
   * server.every({ cron: '0 9 * * 1', timezone: 'Europe/Berlin' }, async ({ signal }) => { … }, { name: 'weekly report' });
   */
  every(schedule: JobSchedule, job: (context: JobContext) => unknown, options?: JobOptions): () => void;
  /** The same, and once at each start of the server. */
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
  /**
   * Opens the store, listens and begins to connect; resolves when every stored team was looked at.
   * @throws BotServerError `store_locked`, `store_unavailable`, `invalid_configuration`, `server_stopped` and others; nothing is
   * left running
   */
  start(): Promise<{ url: string }>;
  /** Takes nothing more, lets running work end within `graceMs` (default 10000 ms), closes everything. */
  stop(options?: { graceMs?: number }): Promise<{ unfinished: number }>;
}

/**
 * Creates a server; nothing runs before `start`.
 * @example
 * const { bot, server } = createServer({ publicUrl: 'https://bot.example.com', slackClientId, slackClientSecret });
 * bot.message('hi', async ({ say, context }) => { await say(`Hi <@${context.userId}>!`); });
 * await server.start();
 * @throws BotServerError `invalid_configuration`
 */
export function createServer(options: ServerOptions = {}): BotServer {
  const server = new TeamServer(options);
  return { bot: server.bot, server };
}

/** How long a client waits for the next token of its team, in milliseconds. */
const CLIENT_WAIT_MS = 10_000;

class TeamServer implements Server {
  readonly #config: Config;
  readonly #engineOptions: EngineOptions & { botName: string };
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #log: Logger;
  readonly #hooks: Hooks;
  readonly #roster = new Roster();
  readonly #tokens: TokenMap;
  readonly #slackFetch: SlackFetch;
  readonly #callSlack: CallSlack;
  readonly #bolt: Bolt;
  readonly #jobs: ServerJobs;
  readonly #commitDelayMs: number | undefined;
  #storage: Storage | undefined;
  #engine: Engine | undefined;
  /** Where it listens, once it does. */
  #url: string | undefined;
  #starting: Promise<{ url: string }> | undefined;
  #stopping: Promise<{ unfinished: number }> | undefined;
  #isStopped = false;

  constructor(options: ServerOptions) {
    const {
      clock,
      random,
      logger,
      botName = 'Slack bot',
      judge = {},
      periodicCheck = {},
      refresher = {},
      hooks,
      dispatcher = {},
      interactions = {},
      slackFetch,
      connections = {},
      store,
      ...settings
    } = options;
    this.#config = parseConfig(settings);
    this.#engineOptions = {
      botName,
      judge: { ...judge, verdicts: this.#config.slackVerdicts },
      periodicCheck,
      refresher,
      dispatcher,
      interactions,
      connections,
    };
    this.#commitDelayMs = store?.commitDelayMs;
    this.#clock = clock ?? systemClock;
    this.#random = random ?? systemRandom;
    const { logLevel: level, logFormat: format, slackClientSecret = '', slackAppToken = '' } = this.#config;
    this.#tokens = new TokenMap(this.#clock, ({ key, userId }) => this.#engine?.isTokenAwaited(key, userId) ?? false);
    const isSecret = (word: string) => this.#tokens.knows(word);
    this.#log = logger ?? createLogger({ level, format, secrets: [slackClientSecret, slackAppToken], isSecret });
    this.#hooks = new Hooks({ clock: this.#clock, log: this.#log, options: hooks ?? {} });
    const apiUrl = this.#config.slackApiUrl;
    this.#slackFetch = createSlackFetch({
      apiUrl,
      lookup: (token) => this.#tokens.lookup(token),
      report: (signal) => this.#engine?.report(signal),
      clock: this.#clock,
      random: this.#random,
      options: slackFetch ?? {},
    });
    this.#callSlack = createCallSlack(this.#slackFetch, apiUrl);
    this.#bolt = createBolt({
      apiUrl,
      slackFetch: this.#slackFetch,
      actFor: (teamId, options) => this.#roster.actorOf(teamId, options),
      log: this.#log,
    });
    this.#jobs = createJobs({
      apiUrl,
      slackFetch: this.#slackFetch,
      roster: this.#roster,
      isTokenAwaited: (teamId) => this.#isTokenAwaited(teamId),
      hooks: this.#hooks,
      data: (teamId) => this.data(teamId),
      clock: this.#clock,
      log: this.#log,
    });
  }

  every(schedule: JobSchedule, job: (context: JobContext) => unknown, options?: JobOptions): () => void {
    return this.#jobs.every(schedule, job, options);
  }

  onceAndEvery(schedule: JobSchedule, job: (context: JobContext) => unknown, options?: JobOptions): () => void {
    return this.#jobs.every(schedule, job, { ...options, isRunAtStart: true });
  }

  everyTeam(interval: JobInterval, job: (context: TeamJobContext) => unknown, options?: TeamJobOptions): () => void {
    return this.#jobs.everyTeam(interval, job, options);
  }

  get bot(): App {
    return this.#bolt.app;
  }

  on<Name extends BotServerEventName>(name: Name, hook: BotServerHook<Name>): () => void {
    return this.#hooks.on(name, hook);
  }

  async client(teamId: string): Promise<WebClient> {
    await this.#freshToken(teamId);
    const actor = this.#roster.actorOf(teamId);
    if (actor) {
      const ofTeam = actor.teamId === null ? {} : { teamId: actor.teamId };
      return new WebClient(actor.botToken, { ...this.#clientOptions(), ...ofTeam });
    }
    const view = await this.#open().installations.findByTeam(teamId);
    const facts = { teamId };
    if (!view) throw new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts });
    const { kind } = view.installation.state;
    const isOut = view.teams.some((team) => team.teamId === teamId && team.access === 'revoked');
    const message =
      kind === 'active' && isOut
        ? `The organization ${view.installation.key} has not let the app into team ${teamId}`
        : `The installation of team ${teamId} is ${kind}`;
    throw new BotServerError('installation_not_active', message, { facts });
  }

  async scopes(teamId: string): Promise<readonly string[]> {
    const { installations } = this.#open();
    const view = await installations.findByTeam(teamId);
    const facts = { teamId };
    if (!view) throw new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts });
    const { key, state } = view.installation;
    if (state.kind !== 'active') {
      throw new BotServerError('installation_not_active', `The installation of team ${teamId} is ${state.kind}`, {
        facts,
      });
    }
    return (await installations.botCredential(key))?.scopes ?? [];
  }

  installUrl(link: InstallLinkOptions = {}): string {
    const baseUrl = this.#config.publicUrl ?? this.#url;
    if (baseUrl === undefined)
      throw new BotServerError('server_stopped', 'Without PUBLIC_URL there is no link before the start');
    const fault = link.metadata === undefined ? undefined : faultOfMetadata(link.metadata);
    if (fault) {
      const why =
        fault.kind === 'too_long'
          ? `has ${fault.bytes} bytes, at most ${MAX_METADATA_BYTES} are allowed`
          : 'is no text';
      throw new BotServerError('invalid_input', `metadata ${why}`);
    }
    return installLink(baseUrl, link);
  }

  #isTokenAwaited(teamId: string): boolean {
    const key = this.#roster.team(teamId)?.installation.key;
    return key !== undefined && (this.#engine?.isTokenAwaited(key) ?? false);
  }

  async #freshToken(teamId: string): Promise<void> {
    if (!this.#isTokenAwaited(teamId)) return;
    const key = this.#roster.team(teamId)?.installation.key;
    if (key !== undefined) await this.#engine?.tokenSettled(key, CLIENT_WAIT_MS);
    if (!this.#isTokenAwaited(teamId)) return;
    const message = `The token of team ${teamId} has ended, and the next one did not come within ${CLIENT_WAIT_MS} ms`;
    throw new BotServerError('token_expired', message, { facts: { teamId } });
  }

  data(teamId: string): TeamData {
    return this.#open().data(teamId);
  }

  status(): ServerStatus {
    return { ...this.#roster.counts(), connected: this.#engine?.connected ?? 0, sockets: this.#engine?.sockets ?? 0 };
  }

  reportFloating(reason: unknown): void {
    this.#log.error({ err: reason }, 'a promise was rejected and nobody handled it');
    const error = new BotServerError('listener_failed', 'A promise was rejected and nobody handled it', {
      cause: reason,
    });
    void this.#hooks.emit('error', { teamId: null, where: 'floating rejection', error });
  }

  async start(): Promise<{ url: string }> {
    if (this.#starting || this.#storage) {
      throw new BotServerError('usage', 'The server was started before; create a new one');
    }
    this.#isStopped = false;
    this.#starting = this.#start();
    try {
      return await this.#starting;
    } finally {
      this.#starting = undefined;
    }
  }

  async #start(): Promise<{ url: string }> {
    try {
      this.#storage = await openStorage(this.#config, { clock: this.#clock, commitDelayMs: this.#commitDelayMs });
      await this.#storage.acquireLock({
        onLost: (err) => this.#log.error({ err }, 'another server took the database; stop one of them'),
      });
      if (this.#isStopped) throw new BotServerError('server_stopped', 'The server was stopped while it started');
      this.#engine = this.#createEngine(this.#storage);
      const { url } = await this.#engine.start();
      this.#url = url;
      return { url };
    } catch (error) {
      await this.#close(0);
      throw error;
    }
  }

  stop({ graceMs = 10_000 }: { graceMs?: number } = {}): Promise<{ unfinished: number }> {
    // A second call must not close the store under work that the first one waits for.
    this.#stopping ??= this.#stop(graceMs).finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  async #stop(graceMs: number): Promise<{ unfinished: number }> {
    this.#isStopped = true;
    // A start that is stopped rejects, which is its own caller's to handle, and leaves nothing running.
    if (this.#starting) await Promise.allSettled([this.#starting, this.#engine?.stop({ graceMs })]);
    return await this.#close(graceMs);
  }

  async #close(graceMs: number): Promise<{ unfinished: number }> {
    const engine = this.#engine;
    this.#engine = undefined;
    const result = (await engine?.stop({ graceMs })) ?? { unfinished: 0 };
    await this.#storage?.close();
    return result;
  }

  #createEngine(storage: Storage): Engine {
    return new Engine({
      ...this.#engineOptions,
      config: this.#config,
      storage,
      roster: this.#roster,
      tokens: this.#tokens,
      hooks: this.#hooks,
      bolt: this.#bolt,
      slackFetch: this.#slackFetch,
      callSlack: this.#callSlack,
      jobs: this.#jobs,
      clock: this.#clock,
      random: this.#random,
      log: this.#log,
    });
  }

  #clientOptions() {
    return webClientOptions({ apiUrl: this.#config.slackApiUrl, slackFetch: this.#slackFetch, log: this.#log });
  }

  #open(): Storage {
    if (!this.#storage) throw new BotServerError('server_stopped', 'The server has not been started');
    return this.#storage;
  }
}
