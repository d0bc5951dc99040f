/** Everything that runs between start and stop: its parts are created in wiring/, and run here. Started once, stopped once. */
import type { Broadcaster } from './broadcast/broadcaster.ts';
import { FileLimit, fileRoomOfProcess } from './connection/open-files.ts';
import type { UnroutedCounts } from './dispatch/unrouted.ts';
import { type EngineCounts, engineCounts } from './engine-counts.ts';
import type { EngineDeps } from './engine-deps.ts';
import { BotServerError } from './errors.ts';
import type { History } from './history/history.ts';
import type { OwedHooks } from './hooks/owed-hooks.ts';
import type { Readiness } from './http/readiness.ts';
import { Replayer } from './inbox/replays/replayer.ts';
import type { Follower } from './installation/follower.ts';
import type { Standing } from './installation/standing.ts';
import { byKey } from './ownership/key-ownership.ts';
import { UnservedShards } from './ownership/unserved-shards.ts';
import type { Reporter } from './reports/reporter.ts';
import type { SentPost } from './slack/sent-post.ts';
import type { Signal } from './slack/signal.ts';
import type { LimitedCall } from './slack/slack-fetch.ts';
import type { InstallationKey, TeamId } from './team/installation.ts';
import type { Credentials, InstallationView } from './team/installations.ts';
import type { Purger } from './team/purger.ts';
import type { Remover } from './team/remover.ts';
import { RowWatcher } from './team/row-watcher.ts';
import { within } from './time/within.ts';
import { ShardCounter } from './wiring/count-shards.ts';
import { createBroadcaster } from './wiring/create-broadcaster.ts';
import { type Connections, createConnections } from './wiring/create-connections.ts';
import { createFollower } from './wiring/create-follower.ts';
import { createHistory, rememberTold } from './wiring/create-history.ts';
import { startHousekeeping } from './wiring/create-housekeeping.ts';
import { createIntake, type Intake } from './wiring/create-intake.ts';
import { createJudging, type Judging } from './wiring/create-judging.ts';
import { createOwedHooks } from './wiring/create-owed-hooks.ts';
import { sharedTurns } from './wiring/create-ownership.ts';
import { createPages, type Pages } from './wiring/create-pages.ts';
import { createPurger, createRemover } from './wiring/create-purger.ts';
import { createReporter } from './wiring/create-reporter.ts';
import { endSoon } from './wiring/end-soon.ts';
import { followOwnership } from './wiring/follow-ownership.ts';
import { takeOver } from './wiring/take-over.ts';

/** How long sockets may take to close politely, in milliseconds, before they are cut. */
const CLOSE_MS = 2_000;

/** The same for Socket Mode: answers that are owed take 3 s at most. */
const ANSWER_AND_CLOSE_MS = 5_000;

/** The running server behind createServer(). */
export class Engine {
  readonly #deps: EngineDeps;
  readonly #watcher: RowWatcher;
  readonly #judging: Judging;
  readonly #pages: Pages;
  readonly #intake: Intake;
  readonly #connections: Connections;
  readonly #follower: Follower;
  /** What hooks are told and was not written yet. */
  readonly #telling: { settled(keys?: readonly InstallationKey[]): Promise<void>; stop?(): void }[];
  readonly #owedHooks: OwedHooks;
  /** Undefined unless teams are purged. */
  readonly #purger: Purger | undefined;
  readonly #remover: Remover;
  readonly #replayer: Replayer;
  readonly #broadcaster: Broadcaster;
  readonly #fileLimit: FileLimit;
  readonly #shards: ShardCounter;
  readonly #unserved: UnservedShards;
  readonly #reporter: Reporter;
  readonly #history: History;
  /** What hooks are told, for the history. */
  readonly told: ReturnType<typeof rememberTold>;
  /** The Slack app of this server; null until a team has registered. */
  #appId: string | null = null;
  #stopHousekeeping: () => void = () => {};
  /** Every row was read. */
  #isBooted = false;
  #isStopped = false;

  constructor(deps: EngineDeps) {
    const { storage, clock, log } = deps;
    this.#deps = deps;
    this.#fileLimit = new FileLimit(fileRoomOfProcess(), log);
    this.#watcher = this.#createWatcher();
    const isBooted = () => this.#isBooted;
    const wake = () => this.#watcher.wake();
    const onProblem = (id: InstallationKey | TeamId, error: BotServerError) => this.#onProblem(id, error);
    const owner = byKey(deps.ownership);
    const turnsOf = sharedTurns(deps);
    const owed = createOwedHooks({ ...deps, owner });
    const judging = createJudging({ ...deps, owed, owner, turnsOf, wake, onProblem });
    this.#history = createHistory({ ...deps, dispatcher: () => this.#intake.dispatcher });
    this.told = rememberTold(this.#history, clock);
    const describeSelf = () => this.#reporter.describe();
    const pages = createPages({ ...deps, history: this.#history, describeSelf, wake, isBooted });
    const { readiness } = pages;
    const caughtUp = () => this.#watcher.caughtUp();
    const intake = createIntake({ ...deps, judging, history: this.#history, isBooted, caughtUp, readiness });
    this.#reporter = createReporter({ ...deps, intake, connections: () => this.#connections });
    const joining = { ...deps, owner, turnsOf, judging, intake, pages, history: this.#history };
    this.#connections = createConnections({
      ...joining,
      fileRoom: this.#fileLimit.room,
      appId: () => this.#appId,
      onChanged: (key) => this.#reporter.connectionChanged(key),
    });
    const { dispatcher, works } = intake;
    const { teams, untold } = this.#connections;
    const unserved = new UnservedShards({ ...deps, isWritten: () => untold.isWritten() });
    this.#unserved = unserved;
    const forget = (key: InstallationKey, install: number) => this.#follower.forget(key, install);
    const deleting = { ...deps, owed, owner, forget, installsSettled: () => pages.installsSettled() };
    this.#remover = createRemover(deleting);
    const joined = { owner, judging, dispatcher, works, teams, unserved, untold, remover: this.#remover, onProblem };
    const { follower, installationHooks } = createFollower({ ...deps, ...joined });
    const telling = [installationHooks, owed, untold];
    this.#purger = createPurger(deleting);
    this.#replayer = new Replayer({ ...deps, store: storage.store });
    this.#broadcaster = createBroadcaster({ ...deps, turnsOf, standingOf: (teamId) => this.standingOf(teamId) });
    this.#judging = judging;
    this.#pages = pages;
    this.#intake = intake;
    this.#follower = follower;
    this.#telling = telling;
    this.#owedHooks = owed;
    this.#shards = new ShardCounter(deps.counters);
    const parts = {
      intake,
      connections: this.#connections,
      broadcaster: this.#broadcaster,
      shards: this.#shards,
      unserved,
    };
    followOwnership(deps, parts, {
      follower,
      tellAgain: (keys) => this.#watcher.tellAgain(keys),
      settled: async (keys) => void (await Promise.all([judging, ...telling].map((part) => part.settled(keys)))),
      ownerDied: () => void (this.#isBooted && owed.catchUp()),
    });
  }

  #createWatcher(): RowWatcher {
    const { storage, roster, clock, log } = this.#deps;
    return new RowWatcher({
      installations: storage.installations,
      onPurged: (key, install) => {
        this.#follower.forget(key, install);
        if (this.#isBooted) this.#pages.feed?.purged(key);
      },
      onPolled: (owed) => this.#unserved.followed(owed),
      known: () => roster.keys(),
      clock,
      log,
      notices: storage.notices,
    });
  }

  /**
   * Listens, then looks at every row; connecting goes on in the background.
   * @throws BotServerError `server_stopped` when it is stopped meanwhile
   */
  async start(): Promise<{ url: string }> {
    const { hooks, ownership, log } = this.#deps;
    const unlessStopped = <T>(step: Promise<T>) => this.#unlessStopped(step);
    this.#appId = await takeOver({ ...this.#deps, dispatcher: this.#intake.dispatcher, unlessStopped });
    const { url } = await this.#unlessStopped(this.#pages.start(this.#connections.requestUrl));
    await this.#unlessStopped(hooks.emit('booting', { node: ownership.nodeId }));
    const teams = await this.#unlessStopped(
      this.#watcher.start((view, credentials) => this.#follow(view, credentials)),
    );
    this.#judging.incidents.booted();
    this.#isBooted = true;
    await this.#unlessStopped(this.#intake.dispatcher.begin());
    this.#begin();
    log.info({ url, teams }, 'server started');
    this.#noteFiles();
    void hooks.emit('booted', { teams, node: ownership.nodeId });
    return { url };
  }

  /** What goes on by itself from now on. */
  #begin(): void {
    const { storage, jobs, ownership } = this.#deps;
    this.#connections.sockets?.start();
    this.#judging.check.start();
    void this.#owedHooks.catchUp();
    this.#purger?.start();
    this.#replayer.start();
    this.#broadcaster.start();
    this.#reporter.start();
    this.#history.start();
    jobs.start({ store: storage.store, ownership });
    this.#stopHousekeeping = startHousekeeping({ ...this.#deps, ...this.#intake });
  }

  async #follow(view: InstallationView, credentials: Credentials): Promise<void> {
    this.#appId ??= view.installation.appId;
    this.#deps.jobs.observe(view);
    await this.#follower.follow(view, credentials);
    this.#pages.feed?.installation(view, this.#isBooted);
    if (this.#isBooted) this.#noteFiles();
  }

  /** A team has come or gone: each connection of one takes a file. */
  #noteFiles(): void {
    this.#fileLimit.note(this.#connections.teams.size);
  }

  /** Takes nothing more, waits for running work at most `graceMs`, closes everything but the store. */
  async stop({ graceMs: graceOfAll }: { graceMs: number }): Promise<{ unfinished: number }> {
    const { hooks, jobs, ownership, clock, log } = this.#deps;
    const { hearing, teams, sockets, interactions } = this.#connections;
    this.#isStopped = true;
    const startedMs = clock.monotonic();
    const draining = endSoon([this.#intake.works, this.#deps.routes], { clock, graceMs: graceOfAll });
    // While everything still runs: what is under way ends here, and the rest is another node's within the second. The lease
    // stays, so that people who are being answered get their answers.
    await ownership.drain({ graceMs: graceOfAll });
    // What others connect at this moment is closed when they have it.
    const leftMs = graceOfAll - (clock.monotonic() - startedMs);
    if (leftMs > 0) await within(teams.lingered(), { clock, limitMs: leftMs / 2, late: () => undefined });
    const graceMs = Math.max(0, graceOfAll - (clock.monotonic() - startedMs));
    this.#stopHousekeeping();
    hearing.stop();
    const refreshesEnded = this.#judging.drain();
    const purgerStopped = Promise.all([
      this.#purger?.stop(),
      this.#remover.stop(),
      this.#replayer.stop(),
      this.#broadcaster.stop(),
    ]);
    const jobsStopped = jobs.stop({ graceMs });
    await this.#watcher.stop();
    await this.#judging.identifier.stop();
    const httpStopped = this.#pages.stop({ graceMs });
    // Sockets first: what Slack says from now on is for whoever takes over.
    await teams.stop({ graceMs: Math.min(graceMs, CLOSE_MS) });
    await sockets?.stop({ graceMs: Math.min(graceMs, ANSWER_AND_CLOSE_MS) });
    const handling = [this.#intake.dispatcher.stop({ graceMs }), interactions.stop({ graceMs }), jobsStopped];
    const stopped = await Promise.all(handling);
    const unfinished = stopped.reduce((sum, part) => sum + part.unfinished, 0);
    await httpStopped;
    // Installs that wait for Slack, probes and hooks end by themselves; each has its own limit, and none may outlast the grace.
    const judged = this.#judging.stop();
    const rest = [
      this.#pages.installsSettled(),
      purgerStopped,
      judged,
      refreshesEnded,
      hooks.settled().then(() => Promise.all(this.#telling.map((part) => part.settled()))),
    ];
    await within(Promise.all(rest), { clock, limitMs: graceMs, late: () => undefined });
    await this.#unserved.stop();
    for (const part of this.#telling) part.stop?.();
    await this.#reporter.stop();
    await this.#history.stop();
    await ownership.stop({ graceMs: 0 });
    draining.cancel();
    const { events, interactions: others } = this.unrouted;
    log.info({ unfinished, ...(events + others > 0 && { unrouted: this.unrouted }) }, 'server stopped');
    return { unfinished };
  }

  /** What the one fetch saw. */
  report(signal: Signal): void {
    this.#judging.report(signal);
  }

  /** Slack said 429 through the one fetch. */
  limited(limited: LimitedCall): void {
    this.#reporter.limited(limited);
  }

  /** A message that a bot sent through the one fetch. */
  posted(post: SentPost): void {
    this.#connections.hearing.posted(post);
  }

  /** Whether the team may act now. */
  standingOf(teamId: TeamId): Standing {
    return this.#intake.standings.of(teamId);
  }

  /** Resolves when this process acts on every row that is written now. */
  caughtUp(): Promise<void> {
    return this.#watcher.caughtUp();
  }

  /** Whether a token has ended and the next one is on the way; without `userId` the bot's. */
  isTokenAwaited(key: InstallationKey, userId?: string): boolean {
    return this.#judging.refresher.isAwaited(key, userId);
  }

  /** Resolves when the bot's token may be used, or after `limitMs`. */
  async tokenSettled(key: InstallationKey, limitMs: number): Promise<void> {
    const settled = this.#judging.tokenWaits.settled(key);
    await within(settled, { clock: this.#deps.clock, limitMs, late: () => undefined });
  }

  /** Whether more teams could come: what came lately is known, and nearly all of it has had its turn to connect. */
  get isSettled(): boolean {
    return this.#isBooted && this.#connections.teams.hasTimeFor(this.#watcher.owed);
  }

  /** What there is of everything, for metrics. */
  get counts(): EngineCounts {
    return engineCounts(this.#connections, this.#intake, this.#deps.config, this.#shards.owned);
  }

  /** What /readyz says. */
  ready(): Promise<Readiness> {
    return this.#pages.readiness.check();
  }

  /** How many teams have an open connection. */
  get connected(): number {
    return this.#connections.teams.counts().byKind.open;
  }

  /** What fitted no installation since the start. */
  get unrouted(): UnroutedCounts {
    return this.#intake.unrouted.counts;
  }

  /** How many Socket Mode connections are open. */
  get sockets(): number {
    return this.#connections.sockets?.open ?? 0;
  }

  async #unlessStopped<T>(step: Promise<T>): Promise<T> {
    const done = await step;
    if (this.#isStopped) throw new BotServerError('server_stopped', 'The server was stopped while it started');
    return done;
  }

  #onProblem(id: InstallationKey | TeamId, error: BotServerError): void {
    this.#deps.log.error({ key: id, err: error }, 'installation cannot be used');
    void this.#deps.hooks.emit('error', { teamId: id, where: 'installation', error });
  }
}
