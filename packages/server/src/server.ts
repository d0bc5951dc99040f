/**
 * createServer: what there is without a store, and the engine that runs on one. What it promises is bot-server.ts; what each
 * feature does is in its folder; what a change of a row leads to is follower.ts.
 */
import type { WebClient } from '@slack/web-api';
import type { BotServer, Server, ServerOptions, ServerStatus } from './bot-server.ts';
import type { Config } from './config/config.ts';
import { secretsOf } from './config/secrets.ts';
import type { TeamData } from './data/team-data.ts';
import { type Bolt, createBolt } from './dispatch/bolt.ts';
import { Engine } from './engine.ts';
import type { EngineOptions, ServerTuning } from './engine-deps.ts';
import { BotServerError } from './errors.ts';
import type { BotServerEventName, BotServerHook } from './events.ts';
import { Hooks } from './hooks/hooks.ts';
import { BotPages } from './http/bot-pages.ts';
import { BotRoutes, type RouteHandler, type RouteOptions } from './http/bot-routes.ts';
import { type InstallLinkOptions, installUrlOf, publicUrlOf } from './http/install-link.ts';
import { BotName } from './installation/bot-name.ts';
import { Roster } from './installation/roster.ts';
import { AWAITING, type Standing } from './installation/standing.ts';
import { TokenMap } from './installation/token-map.ts';
import type { JobOptions, TeamJobOptions } from './jobs/jobs.ts';
import type { JobInterval, JobSchedule } from './jobs/schedule.ts';
import type { JobContext } from './jobs/scheduled-job.ts';
import { createLogger, redacted } from './observability/logger.ts';
import { Counters } from './observability/metrics/counters.ts';
import type { MetricsAnswer, MetricsPage } from './observability/metrics/metrics-page.ts';
import { createRedactor, type Redactor } from './observability/redactor.ts';
import { type StormLog, sumUpStorms } from './observability/storms.ts';
import { Tracing } from './observability/tracing/tracing.ts';
import type { DeactivateOptions } from './operations/deactivation.ts';
import type { Ownership } from './ownership/ownership.ts';
import { readOptions } from './read-options.ts';
import type { IncomingWebhook } from './team/incoming-webhook.ts';
import { TeamAccess } from './team-access.ts';
import type { Clock } from './time/clock.ts';
import { keepTicksQuick } from './time/keep-ticks-quick.ts';
import { createJobs, type ServerJobs, type TeamJobContext } from './wiring/create-jobs.ts';
import { countErrors, countStatements, createMetrics } from './wiring/create-metrics.ts';
import { createOwnership, fenceForGood, isShared } from './wiring/create-ownership.ts';
import { createSlackAccess, type SlackAccess } from './wiring/create-slack-access.ts';
import { type DatabaseDemand, openServerStorage, type Storage } from './wiring/create-storage.ts';
import { tellOfFloating } from './wiring/tell-of-floating.ts';
import { startTracing } from './wiring/trace-events.ts';

/**
 * Creates a server; nothing runs before `start`.
 * @example
 * const { bot, server } = createServer({ publicUrl: 'https://bot.example.com', slackClientId, slackClientSecret });
 * bot.message('hi', async ({ say, context }) => { await say(`Hi <@${context.userId}>!`); });
 * await server.start();
 * @throws BotServerError `invalid_configuration`
 */
export function createServer(options: ServerOptions = {}): BotServer {
  return createTunedServer(options, {});
}

/** createServer() for bench/ and tests. */
export function createTunedServer(options: ServerOptions, tuning: ServerTuning): BotServer {
  const server = new TeamServer(options, tuning);
  keepTicksQuick();
  return { bot: server.bot, server };
}

class TeamServer implements Server {
  readonly #config: Config;
  readonly #engineOptions: EngineOptions;
  readonly #shown: { loopbackOnly: boolean; templates: BotPages };
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #redactor: Redactor;
  readonly #log: StormLog;
  readonly #hooks: Hooks;
  readonly #roster = new Roster();
  readonly #tokens: TokenMap;
  readonly #watched: { counters: Counters; tracing: Tracing };
  readonly #metrics: MetricsPage;
  readonly #slack: SlackAccess;
  readonly #bolt: Bolt;
  readonly #jobs: ServerJobs;
  readonly #routes: BotRoutes;
  readonly #access: TeamAccess;
  readonly #tuning: ServerTuning;
  readonly #demand: DatabaseDemand;
  #storage: Storage | undefined;
  #engine: Engine | undefined;
  /** Stays after the stop: clients that listeners keep must not send then, when others have the work. */
  #ownership: Ownership | undefined;
  /** Where it listens, once it does. */
  #url: string | undefined;
  #starting: Promise<{ url: string }> | undefined;
  #stopping: Promise<{ unfinished: number }> | undefined;
  #isStopped = false;
  readonly now = () => this.#clock.now();
  readonly publicUrl = (path: string) => publicUrlOf(this.#config.publicUrl ?? this.#url, path);

  constructor(options: ServerOptions, tuning: ServerTuning) {
    const { config, engineOptions, clock, random, logger, ...given } = readOptions(options);
    this.#config = config;
    this.#engineOptions = engineOptions;
    this.#tuning = tuning;
    this.#watched = { counters: tuning.counters ?? new Counters(), tracing: new Tracing() };
    this.#demand = given.demand;
    this.#clock = clock;
    this.#random = random;
    const { logLevel: level, logFormat: format, slackApiUrl: apiUrl } = this.#config;
    this.#tokens = this.#createTokens();
    const redactor = createRedactor({ secrets: secretsOf(this.#config), tokens: this.#tokens });
    this.#redactor = redactor;
    const written = logger ? redacted(logger, redactor) : createLogger({ level, format, redactor });
    this.#log = sumUpStorms(written, this.#clock);
    const shared = {
      config: this.#config,
      ...this.#watched,
      tokens: this.#tokens,
      roster: this.#roster,
      redact: redactor.text,
      clock: this.#clock,
      random: this.#random,
      log: this.#log,
      ownership: () => this.#ownership,
    };
    const onEmit = countErrors(this.#watched.counters, (...told) => this.#engine?.told(...told));
    this.#hooks = new Hooks({ ...shared, onEmit, options: given.hooks });
    this.#shown = { loopbackOnly: given.loopbackOnly, templates: new BotPages({ ...shared, hooks: this.#hooks }) };
    this.#slack = createSlackAccess({
      ...shared,
      report: (signal) => this.#engine?.report(signal),
      posted: (post) => this.#engine?.posted(post),
      limited: (limited) => this.#engine?.limited(limited),
      options: given.slackFetch,
    });
    this.#metrics = createMetrics({ ...shared, engine: () => this.#engine, store: () => this.#storage?.store });
    const client = { apiUrl, slackFetch: this.#slack.slackFetch, log: this.#log };
    this.#bolt = createBolt({ ...client, clock: this.#clock, actFor: (id, how) => this.#roster.actorOf(id, how) });
    this.#access = new TeamAccess({
      ...shared,
      client,
      installations: () => this.#open().installations,
      standingOf: (teamId) => this.#standingOf(teamId),
      tokenSettled: async (key, limitMs) => await this.#engine?.tokenSettled(key, limitMs),
      caughtUp: async () => await this.#engine?.caughtUp(),
    });
    this.#routes = new BotRoutes({ ...shared, hooks: this.#hooks });
    this.#jobs = createJobs({
      ...shared,
      ...client,
      standingOf: (teamId) => this.#standingOf(teamId),
      hooks: this.#hooks,
      tracing: this.#watched.tracing,
      data: (teamId) => this.data(teamId),
    });
  }

  #createTokens(): TokenMap {
    return new TokenMap(
      this.#clock,
      ({ key, userId }) => this.#engine?.isTokenAwaited(key, userId) ?? false,
      () => this.#ownership?.holdsLease() ?? true,
    );
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

  route(name: string, handler: RouteHandler, options?: RouteOptions): () => void {
    return this.#routes.add(name, handler, options);
  }

  page(...how: Parameters<Server['page']>): () => void {
    return this.#shown.templates.add(...how);
  }

  get bot(): BotServer['bot'] {
    return this.#bolt.app;
  }

  on<Name extends BotServerEventName>(name: Name, hook: BotServerHook<Name>): () => void {
    return this.#hooks.on(name, hook);
  }

  client(teamId: string): Promise<WebClient> {
    return this.#access.client(teamId);
  }

  scopes(teamId: string): Promise<readonly string[]> {
    return this.#access.scopes(teamId);
  }

  incomingWebhook(teamId: string): Promise<IncomingWebhook | null> {
    return this.#access.incomingWebhook(teamId);
  }

  installUrl(link: InstallLinkOptions = {}): string {
    return installUrlOf(this.#config.publicUrl ?? this.#url, link);
  }

  deactivate(teamId: string, options?: DeactivateOptions): Promise<boolean> {
    return this.#access.deactivate(teamId, options);
  }

  data(teamId: string): TeamData {
    return this.#open().data(teamId);
  }

  status(): ServerStatus {
    const { connected = 0, sockets = 0, unrouted = { events: 0, interactions: 0 } } = this.#engine ?? {};
    return { ...this.#roster.counts(), connected, sockets, unrouted };
  }

  metrics(): Promise<MetricsAnswer> {
    return this.#metrics.render();
  }

  reportFloating(reason: unknown): void {
    tellOfFloating(reason, { log: this.#log, hooks: this.#hooks });
  }

  reportUncaught(error: unknown): void {
    this.#log.error({ err: error }, 'uncaught exception: the process ends');
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
      await startTracing(this.#watched.tracing, this.#log);
      this.#storage = await openServerStorage(this.#config, {
        clock: this.#clock,
        commitDelayMs: this.#tuning.commitDelayMs,
        database: this.#demand,
        onKeys: (spellings) => this.#redactor.learn(spellings),
        onStatement: countStatements(this.#watched.counters),
        log: this.#log,
      });
      if (!this.#tuning.ownership && !isShared(this.#storage, this.#tuning)) await this.#lock(this.#storage);
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

  async #lock(storage: Storage): Promise<void> {
    const onLost = (err: BotServerError) => fenceForGood(err, { ownership: this.#ownership, log: this.#log });
    await storage.acquireLock({ onLost });
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
    // After the store: what a listener makes of a wait that ends here must not be written over what was handed over.
    this.#slack.slackFetch.stop();
    this.#log.endStorms();
    return result;
  }

  #createEngine(storage: Storage): Engine {
    const isSettled = () => this.#engine?.isSettled ?? true;
    const shown = { config: this.#config, roster: this.#roster, tuning: this.#tuning, log: this.#log };
    const joining = { ...shown, storage, clock: this.#clock, connections: this.#engineOptions.connections, isSettled };
    this.#ownership = this.#tuning.ownership ?? createOwnership(joining);
    return new Engine({
      ...this.#shown,
      ...shown,
      options: this.#engineOptions,
      storage,
      ownership: this.#ownership,
      tokens: this.#tokens,
      hooks: this.#hooks,
      bolt: this.#bolt,
      ...this.#slack,
      botName: new BotName(joining),
      jobs: this.#jobs,
      routes: this.#routes,
      ...this.#watched,
      renderMetrics: () => this.#metrics.render(),
      redact: this.#redactor.text,
      clock: this.#clock,
      random: this.#random,
    });
  }

  /** Before the start, and after a stop, nobody acts. */
  #standingOf(teamId: string): Standing {
    return this.#engine?.standingOf(teamId) ?? AWAITING.boot;
  }

  #open(): Storage {
    if (!this.#storage) throw new BotServerError('server_stopped', 'The server has not been started');
    return this.#storage;
  }
}
