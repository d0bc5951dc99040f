/** Everything that runs between start and stop, joined: rows, judge, connections, intake, pages. Started once, stopped once. */
import type { Config } from '../config.ts';
import type { Supervisor } from '../connection/supervisor.ts';
import { BotServerError } from '../errors.ts';
import { loopbackGuard } from '../http/loopback-guard.ts';
import { createHttpServer, type HttpServer, type RawHandler } from '../http/server.ts';
import type { Refresher } from '../installation/refresher.ts';
import type { Roster } from '../installation/roster.ts';
import type { TokenMap } from '../installation/token-map.ts';
import type { Bolt } from '../dispatch/bolt.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Inbox } from '../inbox/inbox.ts';
import type { Interactions } from '../dispatch/interactions/interactions.ts';
import { OwedAcks } from '../dispatch/owed-acks.ts';
import { proveEventsWritable } from '../inbox/write-probe-repository.ts';
import type { Logger } from '../observability/logger.ts';
import type { WayOut } from '../slack/proxy.ts';
import type { SentPost } from '../slack/sent-post.ts';
import type { SlackFetch } from '../slack/slack-fetch.ts';
import type { CallSlack } from '../slack/web-api.ts';
import { readAppId } from '../store/identity-repository.ts';
import { clampFutureTimes } from '../team/future-times-repository.ts';
import type { Hooks } from '../hooks/hooks.ts';
import { IncidentWatch } from '../judge/incident-watch.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Judge } from '../judge/judge.ts';
import { PeriodicCheck } from '../judge/periodic-check.ts';
import type { Purger } from '../team/purger.ts';
import { RowWatcher } from '../team/row-watcher.ts';
import type { Signal } from '../slack/signal.ts';
import type { Clock } from '../time/clock.ts';
import { createDispatching } from './create-dispatcher.ts';
import type { EngineOptions } from './engine-options.ts';
import { Follower } from './follower.ts';
import { keepHouse } from './create-housekeeping.ts';
import { TeamIdentifier } from '../installation/identify-teams.ts';
import type { ServerJobs } from './create-jobs.ts';
import { createJudging } from './create-judge.ts';
import { fileRoomOfProcess, warnOfFiles } from '../connection/open-files.ts';
import { Organizations } from '../installation/organizations/organizations.ts';
import { createPublicApp, type PublicApp } from './create-public-app.ts';
import { createPurging } from './create-purger.ts';
import { ReadinessCheck } from '../http/readiness.ts';
import { createRefreshing } from './create-refresher.ts';
import { createSlackDeliveries } from './create-receiver.ts';
import { createSocketConnections } from './create-socket-connections.ts';
import type { SocketConnections } from '../connection/socket-connections.ts';
import type { Storage } from './create-storage.ts';
import { createTeamConnections } from './create-team-connections.ts';
import { TeamDeliveries } from './team-deliveries.ts';
import { TeamHearing } from '../hearing/team-hearing.ts';
import { TokenWaits } from '../installation/token-waits.ts';

export interface EngineDeps extends EngineOptions {
  config: Config;
  botName: string;
  loopbackOnly: boolean;
  storage: Storage;
  roster: Roster;
  tokens: TokenMap;
  hooks: Hooks;
  bolt: Pick<Bolt, 'awaitsAck' | 'process' | 'respond'>;
  slackFetch: Pick<SlackFetch, 'fetch'>;
  callSlack: CallSlack;
  /** Undefined without a proxy. */
  wayOut: WayOut | undefined;
  jobs: Pick<ServerJobs, 'observe' | 'start' | 'stop' | 'prune'>;
  /** Takes secrets out of a text that is stored or told. */
  readonly redact: (text: string) => string;
  clock: Clock;
  random: () => number;
  log: Logger;
}

/** How long sockets may take to close politely, in milliseconds, before they are cut. */
const CLOSE_MS = 2_000;

/** The same for Socket Mode: answers that are owed take 3 s at most. */
const ANSWER_AND_CLOSE_MS = 5_000;

/** On http and socket no team has a connection of its own. */
const noConnections = { want() {}, drop() {}, restart() {} };

/** The running server behind createServer(). */
export class Engine {
  readonly #deps: EngineDeps;
  readonly #inbox: Inbox;
  readonly #readiness: ReadinessCheck;
  readonly #intake: Dispatcher;
  readonly #connections: Supervisor;
  readonly #hearing: TeamHearing;
  readonly #judge: Judge;
  readonly #check: PeriodicCheck;
  readonly #incidents: IncidentWatch;
  readonly #organizations: Organizations;
  readonly #refresher: Refresher;
  readonly #tokenWaits: TokenWaits;
  readonly #identifier: TeamIdentifier;
  readonly #follower: Follower;
  readonly #watcher: RowWatcher;
  readonly #publicApp: PublicApp;
  /** Undefined unless teams are purged. */
  readonly #purger: Purger | undefined;
  readonly #http: HttpServer;
  readonly #interactions: Interactions;
  /** Undefined unless events come by Socket Mode. */
  readonly #sockets: SocketConnections | undefined;
  /** The Slack app of this server; null until a team has registered. */
  #appId: string | null = null;
  #url = '';
  #stopHousekeeping: () => void = () => {};
  readonly #fileRoom = fileRoomOfProcess();
  #isBooted = false;
  #isStopped = false;

  constructor(deps: EngineDeps) {
    const { clock, log, random, roster, storage } = deps;
    const { installations } = storage;
    const wake = () => this.#watcher.wake();
    const onIncident = (isOn: boolean) => void deps.hooks.emit('incident', { isOn });
    this.#deps = deps;
    this.#inbox = createInbox({ store: storage.store, clock });
    this.#readiness = new ReadinessCheck({
      write: () => proveEventsWritable(storage.store),
      isBooted: () => this.#isBooted,
      clock,
      log,
    });
    this.#refresher = createRefreshing({
      ...deps,
      report: (signal) => this.#judge.report(signal),
      onProblem: (key, error) => this.#onProblem(key, error),
      wake,
      onReleased: (key) => {
        this.#tokenWaits.changed(key);
        this.#changed(key);
      },
      verdicts: deps.judge.verdicts ?? {},
      options: deps.refresher,
    });
    this.#tokenWaits = new TokenWaits(this.#refresher);
    this.#judge = createJudging({
      ...deps,
      renew: (expired) => this.#refresher.renew(expired),
      wake,
      onIncident,
      options: deps.judge,
    });
    this.#organizations = new Organizations({
      ...deps,
      installations,
      judge: this.#judge,
      wake,
      verdicts: deps.judge.verdicts ?? {},
    });
    this.#incidents = new IncidentWatch({ installations, onIncident, log });
    this.#check = new PeriodicCheck({
      check: (key) => {
        this.#organizations.check(key);
        return this.#judge.check(key);
      },
      clock,
      random,
      options: deps.periodicCheck,
    });
    this.#identifier = new TeamIdentifier({
      ...deps,
      installations,
      onProblem: (teamId, code) => this.#onWrongToken(teamId, code),
      onKnown: (key) => this.#changed(key),
    });
    const deliveries = new TeamDeliveries({
      installations,
      roster,
      organizations: this.#organizations,
      refresher: this.#refresher,
      identifier: this.#identifier,
      caughtUp: () => this.#watcher.caughtUp(),
    });
    const owedAcks = new OwedAcks({
      awaitsAck: (callbackId) => deps.bolt.awaitsAck(callbackId),
      isDone: async (eventId) => (await this.#inbox.find(eventId))?.state === 'done',
      onOverdue: (teamId, error) => this.#onUnacknowledged(teamId, error),
      clock,
    });
    this.#intake = createDispatching({
      ...deps,
      owedAcks,
      inbox: this.#inbox,
      deliveries,
      check: this.#check,
      judge: this.#judge,
      organizations: this.#organizations,
      onCommit: (error) => this.#readiness.noteCommit(error),
      options: deps.dispatcher,
    });
    this.#hearing = new TeamHearing({
      ...deps,
      transport: deps.config.slackTransport,
      connections: {
        isOpen: (key) => this.#connections.status(key)?.kind === 'open',
        replace: (key) => (this.#sockets ? this.#sockets.replace(key) : this.#connections.refresh(key, 'deaf')),
        isShared: () => this.#sockets?.isShared ?? false,
      },
    });
    this.#connections = createTeamConnections({
      ...deps,
      fileRoom: this.#fileRoom,
      hearing: this.#hearing,
      installations,
      intake: this.#intake,
      verdicts: deps.judge.verdicts ?? {},
      options: deps.connections,
    });
    this.#follower = new Follower({
      ...deps,
      installations,
      supervisor: deps.config.slackTransport === 'rtm' ? this.#connections : noConnections,
      intake: this.#intake,
      refresher: {
        observe: (key, credentials) => {
          this.#refresher.observe(key, credentials);
          this.#tokenWaits.changed(key);
        },
      },
      judge: {
        observe: (view) => {
          this.#judge.observe(view);
          this.#check.observe(view);
          this.#organizations.observe(view);
          this.#incidents.observe(view);
        },
      },
      // On RTM the connect of each team asks.
      ...(deps.config.slackTransport === 'rtm' ? {} : { identify: (view) => this.#identifier.observe(view) }),
      onProblem: (key, error) => this.#onProblem(key, error),
    });
    this.#watcher = new RowWatcher({
      installations,
      onChange: (view) => {
        this.#appId ??= view.installation.appId;
        deps.jobs.observe(view);
        return this.#follower.follow(view);
      },
      clock,
      log,
    });
    this.#publicApp = createPublicApp({ ...deps, wake, ready: () => this.#readiness.check() });
    this.#purger = createPurging({
      ...deps,
      follower: this.#follower,
      installsSettled: () => this.#publicApp.settled(),
    });
    const { receiver, interactions, requestUrl } = createSlackDeliveries({
      ...deps,
      intake: this.#intake,
      hearing: this.#hearing,
      owedAcks,
      isAnswering: (teamId) => deliveries.of(teamId) === 'answering',
      placeOf: (route) => this.#organizations.placeOf(route),
      locate: (route) => this.#organizations.locate(route),
      recheck: (teamId) => deliveries.recheck(teamId),
      identifier: this.#identifier,
      tokenWaits: this.#tokenWaits,
      isReady: () => this.#isBooted,
      appId: () => this.#appId,
      publicUrl: () => deps.config.publicUrl ?? this.#url,
      onSigned: (socket) => this.#http.vouchFor(socket),
      options: deps.interactions,
    });
    this.#interactions = interactions;
    this.#sockets = createSocketConnections({
      ...deps,
      receiver,
      hearing: this.#hearing,
      appId: () => this.#appId,
      verdicts: deps.judge.verdicts ?? {},
      options: deps.connections,
    });
    const { host, port, publicUrl } = deps.config;
    const guard = deps.loopbackOnly ? loopbackGuard(publicUrl) : undefined;
    const before: RawHandler | undefined = guard
      ? (request, response) => guard(request, response) || (requestUrl?.(request, response) ?? false)
      : requestUrl;
    this.#http = createHttpServer({ host, port, app: this.#publicApp.app, before, clock, log });
  }

  /**
   * Listens, then looks at every row; connecting goes on in the background.
   * @throws BotServerError `server_stopped` when it is stopped meanwhile
   */
  async start(): Promise<{ url: string }> {
    const { hooks, log, random } = this.#deps;
    // Before anything is accepted: what is unfinished now was left by the process before.
    const left = await this.#unlessStopped(this.#intake.takeOver(`${process.pid}-${random().toString(36).slice(2)}`));
    if (left.unfinished > 0 || left.hadDied) log.info({ ...left }, 'inbox taken over');
    const ahead = await this.#unlessStopped(
      clampFutureTimes({ store: this.#deps.storage.store, clock: this.#deps.clock }),
    );
    if (ahead > 0) log.warn({ ahead }, 'installations dated ahead of this clock: they count from now');
    this.#appId = await this.#unlessStopped(readAppId(this.#deps.storage.store));
    const { url } = await this.#unlessStopped(this.#http.start());
    this.#url = url;
    this.#publicApp.listensAt(url);
    await this.#unlessStopped(hooks.emit('booting', {}));
    const teams = await this.#unlessStopped(this.#watcher.start());
    this.#follower.booted();
    this.#incidents.booted();
    await this.#unlessStopped(this.#intake.begin());
    this.#isBooted = true;
    this.#sockets?.start();
    this.#check.start();
    this.#purger?.start();
    this.#deps.jobs.start({ store: this.#deps.storage.store });
    this.#stopHousekeeping = keepHouse({ ...this.#deps, inbox: this.#inbox, intake: this.#intake });
    log.info({ url, teams }, 'server started');
    if (this.#deps.config.slackTransport === 'rtm') warnOfFiles(this.#fileRoom, { teams, log });
    void hooks.emit('booted', { teams });
    return { url };
  }

  /** Takes nothing more, waits for running work at most `graceMs`, closes everything but the store. */
  async stop({ graceMs }: { graceMs: number }): Promise<{ unfinished: number }> {
    this.#isStopped = true;
    this.#stopHousekeeping();
    this.#check.stop();
    this.#hearing.stop();
    const purgerStopped = Promise.resolve(this.#purger?.stop());
    const refresherStopped = this.#refresher.stop();
    const jobsStopped = this.#deps.jobs.stop({ graceMs });
    await this.#watcher.stop();
    await this.#identifier.stop();
    const httpStopped = this.#http.stop({ graceMs });
    // Sockets first: what Slack says from now on is for whoever takes over.
    await this.#connections.stop({ graceMs: Math.min(graceMs, CLOSE_MS) });
    await this.#sockets?.stop({ graceMs: Math.min(graceMs, ANSWER_AND_CLOSE_MS) });
    const stopped = await Promise.all([
      this.#intake.stop({ graceMs }),
      this.#interactions.stop({ graceMs }),
      jobsStopped,
    ]);
    const unfinished = stopped.reduce((sum, part) => sum + part.unfinished, 0);
    await httpStopped;
    // Installs that wait for Slack, probes and hooks end by themselves; each has its own limit, and none may outlast the grace.
    const rest = [
      this.#publicApp.settled(),
      purgerStopped,
      this.#judge.stop(),
      this.#organizations.stop(),
      refresherStopped,
      this.#deps.hooks.settled(),
    ];
    await this.#atMost(graceMs, Promise.all(rest));
    this.#deps.log.info({ unfinished }, 'server stopped');
    return { unfinished };
  }

  /** What the one fetch saw. */
  report(signal: Signal): void {
    if (!this.#organizations.takes(signal)) this.#judge.report(signal);
  }

  /** A message that a bot sent through the one fetch. */
  posted(post: SentPost): void {
    this.#hearing.posted(post);
  }

  /** Whether a token has ended and the next one is on the way; without `userId` the bot's. */
  isTokenAwaited(key: InstallationKey, userId?: string): boolean {
    return this.#refresher.isAwaited(key, userId);
  }

  /** Resolves when the bot's token may be used, or after `limitMs`. */
  async tokenSettled(key: InstallationKey, limitMs: number): Promise<void> {
    await this.#atMost(limitMs, this.#tokenWaits.settled(key));
  }

  /** How many teams have an open connection. */
  get connected(): number {
    return this.#connections.counts().byKind.open;
  }

  /** How many Socket Mode connections are open. */
  get sockets(): number {
    return this.#sockets?.open ?? 0;
  }

  /** What waited for something about an installation is due. */
  #changed(key: string): void {
    for (const { teamId } of this.#deps.roster.view(key)?.teams ?? []) this.#intake.changed(teamId);
  }

  async #unlessStopped<T>(step: Promise<T>): Promise<T> {
    const done = await step;
    if (this.#isStopped) throw new BotServerError('server_stopped', 'The server was stopped while it started');
    return done;
  }

  async #atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timer = this.#deps.clock.after(limitMs, resolve);
    await Promise.race([work, over]);
    timer.cancel();
  }

  #onWrongToken(teamId: string, code: string): void {
    const error = new BotServerError('connect_refused', `The token of team ${teamId} cannot be used: ${code}`, {
      facts: { teamId, slackError: code },
    });
    this.#onProblem(teamId, error);
  }

  #onUnacknowledged(teamId: string, error: BotServerError): void {
    this.#deps.log.error({ teamId, err: error }, 'function not acknowledged: Slack delivers it again');
    void this.#deps.hooks.emit('error', { teamId, where: 'listener', error });
  }

  #onProblem(key: string, error: BotServerError): void {
    this.#deps.log.error({ key, err: error }, 'installation cannot be used');
    void this.#deps.hooks.emit('error', { teamId: key, where: 'installation', error });
  }
}
