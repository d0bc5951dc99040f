/**
 * A simulated Slack and one server on one moved time: real HTTP, real sockets, a real database in a folder of its own. What people
 * do on it is in person.ts, what happens to a workspace in stage-team.ts.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  FaultOutcome,
  FaultRequest,
  Simulator,
  SimulatorControl,
  SimulatorOptions,
  TeamInfo,
} from 'slack-simulator';
import type { BotFile, BotServer, ServerOptions } from '../bot-server.ts';
import { BotServerError } from '../errors.ts';
import { createLogger } from '../observability/logger.ts';
import { createServer } from '../server.ts';
import { TestClock } from '../time/test-clock.ts';
import { loadSimulator } from './load-simulator.ts';
import { type Fits, MovedTime } from './moved-time.ts';
import type { Person } from './person.ts';
import { askJob } from './run-job.ts';
import { type Page, register } from './slack-button.ts';
import { StableNames } from './stable.ts';
import { StageTeam } from './stage-team.ts';
import { Witness } from './witness.ts';

/** The Slack of a stage, where its server keeps its rows, and the patience of its clocks. */
export interface StageSetting extends SimulatorOptions {
  /** Less than usual where many requests are never answered: each would hold up the moved time. See TestClock. */
  ioPatienceMs?: number | undefined;
  /** When the story begins, in milliseconds since 1970. @defaultValue now */
  startMs?: number | undefined;
  /** Where the server keeps its rows. @defaultValue a SQLite file in the folder of the stage */
  database?: { databaseUrl: string; encryptionKeys?: string } | undefined;
}

/** A server of a stage: its settings, and the bot. */
export interface StageServer extends ServerOptions {
  /** Adds listeners and hooks, as a bot file does. @defaultValue none */
  setUp?: BotFile;
}

interface StageParts extends Pick<StageSetting, 'database'> {
  clock: TestClock;
  folder: string;
  firstTeam: string;
}

/** How long a server may take to stop when nobody says otherwise, in milliseconds of moved time. */
const GRACE_MS = 500;

/** Sockets of Socket Mode that a server opens by default. */
const SOCKETS = 2;

/** From here on moved time goes by strides, in milliseconds: hours of heartbeats and probes take long otherwise. */
const LONG_MS = 600_000;
/** And from here on by steps of a second, which are a quarter of the work of the usual ones. */
const SOME_MS = 30_000;
const SOME_STEP_MS = 1_000;

/** One Slack, at most one running server, and everybody on it. Make one with `openStage`. */
export class Stage implements AsyncDisposable {
  readonly simulator: Simulator;
  /** Drives Slack: people, teams, faults, the log. */
  readonly slack: SimulatorControl;
  /** The clock of the servers. Move it by `time`, which moves that of Slack as well. */
  readonly clock: TestClock;
  readonly time: MovedTime;
  /** A folder for the database, deleted at the end. */
  readonly folder: string;
  /** What the servers did with the bot. */
  readonly witness = new Witness();
  /** The log of the servers, line by line, unless one was given a logger. */
  readonly logLines: string[] = [];
  /** With which the server's API can be asked. */
  readonly adminToken = randomBytes(24).toString('base64url');
  readonly #database: { databaseUrl: string; encryptionKeys?: string };
  readonly #firstTeam: string;
  /** What the running server was started with, for the next one. */
  #options: StageServer = {};
  #server: (BotServer & { url: string }) | undefined;

  private constructor(simulator: Simulator, { clock, folder, database, firstTeam }: StageParts) {
    this.simulator = simulator;
    this.slack = simulator.control;
    this.clock = clock;
    this.time = new MovedTime(clock, this.slack);
    this.folder = folder;
    this.#firstTeam = firstTeam;
    this.#database = database ?? { databaseUrl: join(folder, 'bot.db') };
  }

  /**
   * Starts a Slack, and no server yet. Its clock stands still, like that of every server of the stage.
   * @throws BotServerError `simulator_missing`; SimulatorError as `startSimulator`
   */
  static async set({ ioPatienceMs, startMs, database, ...options }: StageSetting = {}): Promise<Stage> {
    const { startSimulator } = await loadSimulator('slack-bot-server/testing');
    const clock = new TestClock(startMs ?? Date.now(), ioPatienceMs === undefined ? {} : { ioPatienceMs });
    const simulator = await startSimulator({
      logCapacity: 100_000,
      clock: { mode: 'manual', startMs: clock.now() },
      ...options,
    });
    const [first] = await simulator.control.teams();
    const folder = await mkdtemp(join(tmpdir(), 'slack-bot-server-'));
    return new Stage(simulator, { clock, folder, database, firstTeam: first?.name ?? '' });
  }

  /** The server that runs. @throws BotServerError `server_stopped` when none does */
  get running(): BotServer & { url: string } {
    if (!this.#server) throw new BotServerError('server_stopped', 'No server was started');
    return this.#server;
  }

  /** Whether a server runs. */
  get isRunning(): boolean {
    return this.#server !== undefined;
  }

  /** The settings with which a server uses this Slack and this database. */
  async settings() {
    const [app] = await this.slack.apps();
    return {
      host: '127.0.0.1',
      port: 0,
      ...this.#database,
      slackApiUrl: this.simulator.apiUrl,
      slackAuthorizeUrl: this.simulator.authorizeUrl,
      slackClientId: app?.clientId ?? '',
      slackClientSecret: app?.clientSecret ?? '',
    };
  }

  /**
   * Starts a server on the database of the stage.
   * @param create How it is made, for tests of the server itself.
   * @throws what setting up the bot and starting the server throw
   */
  async start(
    { setUp = () => {}, ...options }: StageServer = {},
    create: (options: ServerOptions) => BotServer = createServer,
  ): Promise<BotServer & { url: string }> {
    const destination = { write: (line: string) => this.logLines.push(line) };
    const logger = createLogger({ level: 'debug', format: 'json', destination });
    const context = create({ ...(await this.settings()), clock: this.clock, logger, ...options });
    this.#options = { setUp, ...options };
    this.witness.watch(context);
    await setUp(context);
    const { url } = await this.time.during(context.server.start(), { pace: 1 });
    this.#server = { ...context, url };
    return this.#server;
  }

  /** Stops the server; the next `start` goes on with its database. */
  async stop({ graceMs = GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    const { server } = this.running;
    this.#server = undefined;
    await this.time.during(server.stop({ graceMs }));
  }

  /** Stops the server and starts another one on the same database, with the same bot: a deployment. */
  async restart(changed: StageServer = {}): Promise<void> {
    await this.stop();
    await this.serve({ ...this.#options, ...changed });
  }

  /** Starts a server, and Slack reaches it: its request URL is verified, or its Socket Mode connections are open. */
  async serve(options: StageServer): Promise<void> {
    const after = await this.slack.lastSeq();
    await this.start(options);
    if (this.transport === 'http') await this.#pointApp();
    if (this.transport === 'socket') await this.#socketsOpen(after);
  }

  /** How the server hears of events. */
  get transport(): 'http' | 'socket' | 'rtm' {
    return this.#options.slackTransport ?? 'rtm';
  }

  /** A workspace. @param name Its name, domain or id. @defaultValue the first one */
  team(name = this.#firstTeam): StageTeam {
    return new StageTeam(this, name);
  }

  /** A person of the first workspace; `team(…).person(…)` has those of the others. @param name @defaultValue the first one */
  person(name?: string): Person {
    return this.team().person(name);
  }

  /** Lets time pass, for Slack and the server, in milliseconds. More than ten minutes pass by strides of up to half an hour. */
  async pass(ms: number): Promise<void> {
    if (ms > LONG_MS) await this.time.strideThrough(ms);
    else await this.time.pass(ms, ms > SOME_MS ? SOME_STEP_MS : undefined);
  }

  /** Breaks Slack: refuses calls, drops sockets, is slow, revokes tokens and more. See the simulator's README for the faults. */
  async break(fault: FaultRequest): Promise<FaultOutcome> {
    return await this.slack.fault(fault);
  }

  /** Ends every fault that lasts. */
  async mend(): Promise<void> {
    await this.slack.removeFaults();
  }

  /**
   * Runs a job of the bot now, beside its planned runs, and waits until it has ended; a job per team for each team that is active.
   * @param name As it was given to `every` or `everyTeam`
   * @throws what the job throws; BotServerError `job_not_found`, `job_paused`, `installation_not_found`, `installation_not_active`;
   * AssertionError when it does not end within a minute
   */
  async runJob(name: string, options: { team?: string } = {}): Promise<void> {
    await askJob(this, name, options);
  }

  /**
   * A copy of plain data that is the same in each run, for snapshots: ids become names (`ann`, `general`, `U-1`), timestamps
   * `ts-1`, and so on, in the order in which they appear.
   */
  async stable<T>(value: T): Promise<T> {
    const names = new StableNames();
    for (const team of await this.slack.teams()) names.know(team);
    return names.value(value);
  }

  /** What Slack knows of a workspace. @internal */
  async teamOf(name: string): Promise<TeamInfo> {
    return await this.slack.team(name);
  }

  /** A person registers a workspace through the Slack button, in a fresh browser. @param team Its id, domain or name. */
  async register(team: string): Promise<Page> {
    return await this.time.during(register(this.running.url, { team }));
  }

  /** Makes the running server the app's request URL; Slack checks it first. */
  async #pointApp(): Promise<void> {
    const [app] = await this.slack.apps();
    await this.time.during(this.slack.updateApp(app?.id ?? '', { requestUrl: `${this.running.url}/slack/events` }));
  }

  async #socketsOpen(after: number): Promise<void> {
    let last = after;
    const isOpen: Fits = ({ kind, ok }) => kind === 'socket_open' && ok !== false;
    for (let count = 0; count < SOCKETS; count++) {
      last = (await this.time.until(isOpen, { after: last, what: 'a socket of the app' })).seq;
    }
  }

  /** Ends everything and deletes the database. May be called again. */
  async close(): Promise<void> {
    try {
      if (this.isRunning) await this.stop();
    } finally {
      await this.simulator.stop();
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
