/** createServer: joins the features. What each of them does is in its folder; what a change of a row leads to is follower.ts. */
import type { App } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { type Config, type ConfigInput, parseConfig } from './config.ts';
import type { Supervisor } from './connection/supervisor.ts';
import type { TeamData } from './data/team-data.ts';
import { BotServerError } from './errors.ts';
import type { BotServerEventName, BotServerHook } from './events.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { probeToken } from './installation/identify.ts';
import { Roster } from './installation/roster.ts';
import { TokenMap } from './installation/token-map.ts';
import { type Bolt, createBolt, webClientOptions } from './intake/bolt.ts';
import { Dispatcher, type DispatcherOptions } from './intake/dispatcher.ts';
import type { Envelope } from './intake/envelope.ts';
import { createLogger, type Logger } from './observability/logger.ts';
import { createSlackFetch, type SlackFetch, type SlackFetchOptions } from './slack/slack-fetch.ts';
import { type CallSlack, createCallSlack } from './slack/web-api.ts';
import { acquireEmbeddedLock } from './store/embedded-lock.ts';
import { Hooks, type HooksOptions } from './team/hooks.ts';
import type { InstallationView } from './team/installations.ts';
import { Judge, type JudgeOptions } from './team/judge.ts';
import { RowWatcher } from './team/row-watcher.ts';
import type { ProbeAnswer, Signal } from './team/signal.ts';
import { type Clock, systemClock } from './time/clock.ts';
import { systemRandom } from './time/random.ts';
import { Follower } from './wiring/follower.ts';
import { keepHouse } from './wiring/housekeeping.ts';
import { createPublicApp } from './wiring/public-app.ts';
import { openStorage, type Storage } from './wiring/storage.ts';
import { createTeamConnections, type TeamConnectionsOptions } from './wiring/team-connections.ts';

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
  judge?: JudgeOptions;
  hooks?: HooksOptions;
  dispatcher?: DispatcherOptions;
  slackFetch?: SlackFetchOptions;
  connections?: TeamConnectionsOptions;
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
  connected: number;
}

/** Keeps one bot alive in every workspace that installed it. */
export interface Server {
  /** Adds a hook; the returned function removes it. */
  on<Name extends BotServerEventName>(name: Name, hook: BotServerHook<Name>): () => void;
  /**
   * A client with the team's current token. Ask anew for each piece of work: a kept one is refused after a re-install.
   * @throws BotServerError `installation_not_found`, `installation_not_active`
   */
  client(teamId: string): Promise<WebClient>;
  /** The bot's own documents of a team; they stay when the team is deactivated. */
  data(teamId: string): TeamData;
  status(): ServerStatus;
  /** Takes a rejection that nobody handled (see `process.on('unhandledRejection')`): it is logged and told as `error`. */
  reportFloating(reason: unknown): void;
  /**
   * Opens the store, listens and begins to connect; resolves when every stored team was looked at.
   * @throws BotServerError `store_locked`, `store_unavailable`, `invalid_configuration` and others; nothing is left running
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

/** What exists only between start and stop. */
interface Running {
  storage: Storage;
  judge: Judge;
  watcher: RowWatcher;
  connections: Supervisor;
  intake: Dispatcher;
  http: HttpServer;
  publicApp: { settled(): Promise<void> };
  stopHousekeeping: () => void;
}

/** How long sockets may take to close politely, in milliseconds, before they are cut. */
const CLOSE_MS = 2_000;

class TeamServer implements Server {
  readonly #options: ServerOptions;
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #log: Logger;
  readonly #hooks: Hooks;
  readonly #roster = new Roster();
  readonly #tokens: TokenMap;
  readonly #slackFetch: SlackFetch;
  readonly #callSlack: CallSlack;
  readonly #bolt: Bolt;
  #running: Running | undefined;
  #storage: Storage | undefined;

  constructor(options: ServerOptions) {
    const {
      clock,
      random,
      logger,
      botName: _,
      judge,
      hooks,
      dispatcher,
      slackFetch,
      connections,
      ...settings
    } = options;
    this.#options = { judge: judge ?? {}, dispatcher: dispatcher ?? {}, connections: connections ?? {}, ...options };
    this.#config = parseConfig(settings);
    this.#clock = clock ?? systemClock;
    this.#random = random ?? systemRandom;
    const { logLevel: level, logFormat: format, slackClientSecret = '' } = this.#config;
    this.#log = logger ?? createLogger({ level, format, secrets: [slackClientSecret] });
    this.#hooks = new Hooks({ clock: this.#clock, log: this.#log, options: hooks ?? {} });
    this.#tokens = new TokenMap(this.#clock);
    const apiUrl = this.#config.slackApiUrl;
    this.#slackFetch = createSlackFetch({
      apiUrl,
      lookup: (token) => this.#tokens.lookup(token),
      report: (signal) => this.#report(signal),
      clock: this.#clock,
      random: this.#random,
      options: slackFetch ?? {},
    });
    this.#callSlack = createCallSlack(this.#slackFetch, apiUrl);
    this.#bolt = createBolt({
      apiUrl,
      slackFetch: this.#slackFetch,
      actFor: (teamId) => this.#roster.actorOf(teamId),
      log: this.#log,
    });
  }

  get bot(): App {
    return this.#bolt.app;
  }

  on<Name extends BotServerEventName>(name: Name, hook: BotServerHook<Name>): () => void {
    return this.#hooks.on(name, hook);
  }

  async client(teamId: string): Promise<WebClient> {
    const actor = this.#roster.actorOf(teamId);
    if (actor) return new WebClient(actor.botToken, { ...this.#clientOptions(), teamId });
    const view = await this.#open().installations.findByTeam(teamId);
    const facts = { teamId };
    if (!view) throw new BotServerError('installation_not_found', `No installation for team ${teamId}`, { facts });
    const { kind } = view.installation.state;
    throw new BotServerError('installation_not_active', `The installation of team ${teamId} is ${kind}`, { facts });
  }

  data(teamId: string): TeamData {
    return this.#open().data(teamId);
  }

  status(): ServerStatus {
    return { ...this.#roster.counts(), connected: this.#running?.connections.counts().byKind.open ?? 0 };
  }

  reportFloating(reason: unknown): void {
    this.#log.error({ err: reason }, 'a promise was rejected and nobody handled it');
    const error = new BotServerError('listener_failed', 'A promise was rejected and nobody handled it', {
      cause: reason,
    });
    void this.#hooks.emit('error', { teamId: null, where: 'floating rejection', error });
  }

  async start(): Promise<{ url: string }> {
    if (this.#storage) throw new BotServerError('usage', 'The server was started before; create a new one');
    this.#storage = await openStorage(this.#config, { clock: this.#clock });
    try {
      await acquireEmbeddedLock(this.#storage.store);
      return await this.#run(this.#storage);
    } catch (error) {
      await this.stop({ graceMs: 0 });
      throw error;
    }
  }

  async stop({ graceMs = 10_000 }: { graceMs?: number } = {}): Promise<{ unfinished: number }> {
    const { running, storage } = this.#takeRunning();
    let unfinished = 0;
    if (running) {
      running.stopHousekeeping();
      await running.watcher.stop();
      const httpStopped = running.http.stop({ graceMs });
      // Sockets first: what Slack says from now on is for whoever takes over.
      await running.connections.stop({ graceMs: Math.min(graceMs, CLOSE_MS) });
      ({ unfinished } = await running.intake.stop({ graceMs }));
      await httpStopped;
      // Installs that wait for Slack, probes and hooks end by themselves; each has its own limit, and none may outlast the grace.
      const rest = Promise.all([running.publicApp.settled(), running.judge.stop(), this.#hooks.settled()]);
      await this.#atMost(graceMs, rest);
      this.#log.info({ unfinished }, 'server stopped');
    }
    await storage?.close();
    return { unfinished };
  }

  /** Waits for `work`, but not longer than `limitMs`. */
  async #atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = this.#clock.after(limitMs, resolve);
    await Promise.race([work, over]);
    timer.cancel();
  }

  #takeRunning(): { running: Running | undefined; storage: Storage | undefined } {
    const taken = { running: this.#running, storage: this.#storage };
    this.#running = undefined;
    return taken;
  }

  async #run(storage: Storage): Promise<{ url: string }> {
    const { installations } = storage;
    const log = this.#log;
    const clock = this.#clock;
    const intake = new Dispatcher({
      handle: (envelope) => this.#bolt.process(envelope, { attempt: 1 }),
      deliveryOf: (teamId) => this.#roster.deliveryOf(teamId),
      onFailure: (envelope, error) => this.#onListenerFailure(envelope, error),
      clock,
      log,
      options: this.#options.dispatcher ?? {},
    });
    const connections = createTeamConnections({
      callSlack: this.#callSlack,
      roster: this.#roster,
      installations,
      intake,
      hooks: this.#hooks,
      clock,
      random: this.#random,
      log,
      verdicts: this.#options.judge?.verdicts ?? {},
      options: this.#options.connections ?? {},
    });
    const judge = new Judge({
      installations,
      probe: (view) => this.#probe(storage, view),
      clock,
      random: this.#random,
      log,
      wake: () => watcher.wake(),
      options: this.#options.judge ?? {},
    });
    const follower = new Follower({
      installations,
      roster: this.#roster,
      tokens: this.#tokens,
      supervisor: connections,
      intake,
      judge,
      hooks: this.#hooks,
      onProblem: (key, error) => this.#onProblem(key, error),
    });
    const watcher = new RowWatcher({ installations, onChange: (view) => follower.follow(view), clock, log });
    let isBooted = false;
    const publicApp = createPublicApp({
      config: this.#config,
      botName: this.#options.botName ?? 'Slack bot',
      storage,
      callSlack: this.#callSlack,
      hooks: this.#hooks,
      wake: () => watcher.wake(),
      isReady: () => isBooted,
      clock,
      log,
    });
    const { host, port } = this.#config;
    const http = createHttpServer({ host, port, app: publicApp.app, clock });
    const stopHousekeeping = keepHouse({ storage, clock, log });
    this.#running = { storage, judge, watcher, connections, intake, http, publicApp, stopHousekeeping };
    const { url } = await http.start();
    publicApp.listensAt(url);
    await this.#hooks.emit('booting', {});
    const teams = await watcher.start();
    follower.booted();
    isBooted = true;
    log.info({ url, teams }, 'server started');
    void this.#hooks.emit('booted', { teams });
    return { url };
  }

  async #probe(storage: Storage, view: InstallationView): Promise<ProbeAnswer> {
    const credential = await storage.installations.botCredential(view.installation.key);
    if (!credential) return { kind: 'unanswered', reason: 'no credential', retryAfterMs: 0 };
    return await probeToken(this.#callSlack, credential.token);
  }

  #report(signal: Signal): void {
    this.#running?.judge.report(signal);
  }

  #onListenerFailure({ teamId, id }: Envelope, error: unknown): void {
    this.#log.error({ teamId, eventId: id, err: error }, 'event failed');
    const failure =
      error instanceof BotServerError
        ? error
        : new BotServerError('listener_failed', 'A listener failed', { cause: error });
    void this.#hooks.emit('error', { teamId, where: 'listener', error: failure });
  }

  #onProblem(key: string, error: BotServerError): void {
    this.#log.error({ key, err: error }, 'installation cannot be used');
    void this.#hooks.emit('error', { teamId: key, where: 'installation', error });
  }

  #clientOptions() {
    return webClientOptions({ apiUrl: this.#config.slackApiUrl, slackFetch: this.#slackFetch, log: this.#log });
  }

  #open(): Storage {
    if (!this.#storage) throw new BotServerError('server_stopped', 'The server has not been started');
    return this.#storage;
  }
}
