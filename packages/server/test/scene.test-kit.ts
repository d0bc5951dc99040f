/**
 * The stage of the public test kit, with what only tests of the server itself need: rows, tuning, PostgreSQL. What the server did
 * is read from the simulator's log, never from the server's own state. When it closes, no secret may stand in what was written.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogRecord, Simulator, SimulatorControl, SimulatorOptions } from 'slack-simulator';
import { onTestFinished } from 'vitest';
import type { ServerTuning } from '../src/engine-deps.ts';
import type { BotFile, BotServer, ServerOptions } from '../src/index.ts';
import { createLogger } from '../src/observability/logger.ts';
import { importLines } from '../src/operations/teams/import-lines.ts';
import { type ImportedLine } from '../src/operations/teams/imported-line.ts';
import { createTunedServer } from '../src/server.ts';
import { createPostgresDatabase, type Engine, type PostgresDatabase } from '../src/store/store-fixture.test-kit.ts';
import type { InstallationState } from '../src/team/installation.ts';
import type { Credentials, InstallationView } from '../src/team/installations.ts';
import type { Fits, MovedTime } from '../src/testing/moved-time.ts';
import { Stage } from '../src/testing/stage.ts';
import type { TestClock } from '../src/time/test-clock.ts';
import { openStorage, type Storage } from '../src/wiring/create-storage.ts';
import './compile-cache.test-kit.ts';
import { faultyLogLines } from './log-lines.test-kit.ts';
import type { Finding } from './secret-scan.test-kit.ts';
import { leakError, secretsWatch } from './secrets-watch.test-kit.ts';
import type { Page } from './slack-button.test-kit.ts';

export type { Fits } from '../src/testing/moved-time.ts';

/** How a server of the scene differs from the usual one. */
export interface StartOptions extends ServerOptions {
  /** Adds listeners and hooks, as a bot file does. */
  setUp?: BotFile;
  /** What only benchmarks and tests may change. */
  tuning?: ServerTuning;
}

/** The Slack of a scene, and the patience of its clocks. */
export interface SceneOptions extends SimulatorOptions {
  /** Less than usual where many requests are never answered: each would hold up the moved time. See TestClock. */
  ioPatienceMs?: number;
  /** Where the server keeps its rows. @defaultValue 'sqlite' */
  database?: Engine;
}

/** With PostgreSQL a key has to be given; the same for all, because nothing is secret here. */
const ENCRYPTION_KEYS = Buffer.alloc(32, 7).toString('base64');

/** One line of an import. */
export interface TeamLine {
  team_id: string;
  name: string;
  bot_token: string;
  bot_user_id?: string;
  bot_id?: string;
}

/** A workspace with the credential of its present installation. */
export interface Installed {
  id: string;
  name: string;
  botToken: string;
  botTokenId: string;
}

/** Tokens in the clear: fake ones. */
export type StoredCredentials = Credentials;

/** The stage of one test; closed when the test has finished. */
export class Scene {
  /** What a bot's author has, too. */
  readonly stage: Stage;
  readonly simulator: Simulator;
  readonly slack: SimulatorControl;
  readonly clock: TestClock;
  readonly folder: string;
  /** What the server logged at level trace, line by line. */
  readonly logLines: string[] = [];
  readonly #time: MovedTime;
  readonly #postgres: PostgresDatabase | undefined;
  readonly #forgetSecrets: () => void;
  #hasEnded: () => void = () => {};
  /** How many of the log's lines were looked at for secrets. */
  #linesLookedAt = 0;

  private constructor(stage: Stage, postgres: PostgresDatabase | undefined) {
    this.#postgres = postgres;
    this.stage = stage;
    this.simulator = stage.simulator;
    this.slack = stage.slack;
    this.folder = stage.folder;
    this.clock = stage.clock;
    this.#time = stage.time;
    this.#forgetSecrets = secretsWatch.ask(() => stage.simulator.secrets());
  }

  /** Starts a Slack for one test. Its clock stands still, like that of every server of the scene. */
  static async open(options: SceneOptions = {}): Promise<Scene> {
    const scene = await Scene.openForFile(options);
    onTestFinished(() => scene.close());
    return scene;
  }

  /** The same for several tests of a file, which closes it itself: where the workspaces take long to make. */
  static async openForFile({ database, ...options }: SceneOptions = {}): Promise<Scene> {
    const postgres = database === 'postgres' ? await createPostgresDatabase() : undefined;
    const rows = postgres && { databaseUrl: postgres.url, encryptionKeys: ENCRYPTION_KEYS };
    return new Scene(await Stage.set({ ...options, database: rows }), postgres);
  }

  get databasePath(): string {
    return join(this.folder, 'bot.db');
  }

  /** The settings of the scene's database. */
  get #database(): { databaseUrl: string; encryptionKeys?: string } {
    if (!this.#postgres) return { databaseUrl: this.databasePath };
    return { databaseUrl: this.#postgres.url, encryptionKeys: ENCRYPTION_KEYS };
  }

  /** The server that runs. */
  get server(): BotServer['server'] {
    return this.stage.running.server;
  }

  /** Where the server that runs is reached. */
  get url(): string {
    return this.stage.running.url;
  }

  /** The settings with which a server uses this Slack and this database. */
  async settings() {
    return await this.stage.settings();
  }

  /** Starts a server on the scene's database. Unless told otherwise its bot answers "hi". */
  async start({ setUp = answerHi, tuning = {}, ...options }: StartOptions = {}): Promise<BotServer & { url: string }> {
    const settings = await this.settings();
    const destination = { write: (line: string) => this.logLines.push(line) };
    const logger = createLogger({ level: 'trace', format: 'json', destination });
    const { slackClientId, slackClientSecret, encryptionKeys } = settings;
    const basic = Buffer.from(`${slackClientId}:${slackClientSecret}`).toString('base64');
    secretsWatch.know([basic, options.slackAppToken, options.slackSigningSecret, encryptionKeys]);
    secretsWatch.know([options.adminToken, options.adminReadToken]);
    secretsWatch.know(options.encryptionKeys?.split(',') ?? []);
    const create = (complete: ServerOptions) => {
      const context = createTunedServer(complete, tuning);
      secretsWatch.listenTo(context);
      return context;
    };
    const started = this.stage.start({ random: () => 0.5, logger, ...options, setUp }, create);
    const server = await this.#told(started);
    this.#hasEnded = secretsWatch.readAnswersOf(server.url);
    return server;
  }

  /** Stops the server; the next `start` goes on with its database. */
  async stop(): Promise<void> {
    try {
      await this.stage.stop();
    } finally {
      // Somebody else may listen on its port next.
      this.#hasEnded();
    }
  }

  /** Registers a workspace through the Slack button in a fresh browser. */
  async register(team: string): Promise<Page> {
    return await this.stage.register(team);
  }

  /** Registers a workspace and waits until it is connected. */
  async join(team: string): Promise<Installed> {
    const after = await this.slack.lastSeq();
    await this.register(team);
    const { id } = await this.slack.team(team);
    await this.until(isSocketOpen(id), { after, what: `the first socket of ${team}` });
    return await this.installed(team);
  }

  /** What Slack knows of a workspace's installation. */
  async installed(team: string): Promise<Installed> {
    const [found] = await this.slack.installs(team);
    if (!found) throw new Error(`The app is not installed in ${team}`);
    return { id: found.team, name: found.teamName, botToken: found.botToken, botTokenId: found.botTokenId };
  }

  /** Installs the app without the pages: for an import. */
  async lineOf(team: string): Promise<TeamLine> {
    const { team: id, teamName, botToken, botUserId, botId } = await this.slack.install({ team });
    return { team_id: id, name: teamName, bot_token: botToken, bot_user_id: botUserId, bot_id: botId };
  }

  /** The same for several, one after the other: with a seed each gets the same token in every run. */
  async linesOf(teams: readonly string[]): Promise<TeamLine[]> {
    const lines: TeamLine[] = [];
    for (const team of teams) lines.push(await this.lineOf(team));
    return lines;
  }

  /** `teams import`, without a process of its own; with several `lanes` faster and in no order. */
  async importTeams(lines: readonly TeamLine[], { lanes = 1 } = {}): Promise<ImportedLine[]> {
    return await this.#withStorage(async ({ installations }) => {
      const results: ImportedLine[] = [];
      const importLane = async (_: unknown, lane: number) => {
        const texts = lines.filter((_line, index) => index % lanes === lane).map((line) => JSON.stringify(line));
        for await (const result of importLines(texts, installations)) results.push(result);
      };
      await Promise.all(Array.from({ length: lanes }, importLane));
      return results;
    });
  }

  /** The rows of all installations, read beside the server. */
  async rows(): Promise<InstallationView[]> {
    return await this.#withStorage(({ installations }) => installations.list({ limit: 1_000 }));
  }

  /** The state of an installation and what is stored to act with, read beside the server. */
  async credentialsOf(key: string): Promise<{ state: InstallationState; credentials: StoredCredentials }> {
    return await this.#withStorage(async ({ installations }) => {
      const view = await installations.find(key);
      if (!view) throw new Error(`There is no installation ${key}`);
      return { state: view.installation.state, credentials: await installations.credentials(key) };
    });
  }

  /** Deletes an inactive installation, as the operator's command does. */
  async purge(key: string): Promise<void> {
    await this.#withStorage(async ({ installations }) => {
      const view = await installations.find(key);
      if (view?.installation.state.kind !== 'inactive') throw new Error(`${key} is not inactive`);
      const { version, state } = view.installation;
      await installations.purge(key, { version, sinceMs: state.sinceMs });
    });
  }

  /** What another process does that found a person's token dead. */
  async dropPerson(key: string, userId: string): Promise<void> {
    await this.#withStorage(async ({ installations }) => {
      const { version } = (await installations.userCredential(key, userId)) ?? {};
      if (!version) throw new Error(`${userId} gave no token in ${key}`);
      await installations.dropUserCredential(
        key,
        { userId, version },
        { kind: 'user_token_dropped', facts: { userId } },
      );
    });
  }

  /** A person writes "hi" to the bot; resolves with the bot's post as Slack logged it. */
  async greet(team: string): Promise<LogRecord> {
    const { id } = await this.slack.team(team);
    const after = await this.slack.lastSeq();
    await this.slack.say({ team: id, to: 'bot', text: 'hi' });
    return await this.until(isPostIn(id), { after, what: `an answer in ${team}` });
  }

  /** Moves both clocks together. */
  async pass(ms: number, stepMs?: number): Promise<void> {
    await this.#time.pass(ms, stepMs);
  }

  /** Moves both clocks by strides of a sleeping machine: each chain of timers goes on once per stride. For hours and days. */
  async strideThrough(ms: number, strideMs?: number): Promise<void> {
    await this.#time.strideThrough(ms, strideMs);
  }

  /** Lets time pass until the log shows a record that fits. See MovedTime. */
  async until(fits: Fits, options?: Parameters<MovedTime['until']>[1]): Promise<LogRecord> {
    return await this.#time.until(fits, options);
  }

  /** Lets time pass until `work` has settled: ten times as fast as real time, or at another `pace`. */
  async during<T>(work: Promise<T>, options?: { pace?: number }): Promise<T> {
    return await this.#time.during(work, options);
  }

  /** Every request that carried the token, after `seq`. */
  async usesOf(tokenId: string, after = 0): Promise<LogRecord[]> {
    const records = await this.slack.log({ after, tokenId, limit: 100_000 });
    return records.filter(({ kind }) => kind === 'request' || kind === 'request_held');
  }

  /** Every answered request of a method, after `seq`. */
  async callsOf(method: string, { after = 0, team }: { after?: number; team?: string } = {}): Promise<LogRecord[]> {
    const query = { after, method, limit: 100_000, kind: 'request', ...(team === undefined ? {} : { team }) } as const;
    return await this.slack.log(query);
  }

  /** Where secrets stand that nobody may find; looks at what was written since the last look, and at the database. */
  async leaks(): Promise<Finding[]> {
    secretsWatch.wrote('log', this.logLines.slice(this.#linesLookedAt).join('\n'));
    this.#linesLookedAt = this.logLines.length;
    if (this.#postgres) return await secretsWatch.look({ url: this.#postgres.url });
    const key = await readFile(`${this.databasePath}.key`, 'utf8').catch(() => undefined);
    secretsWatch.know([key?.trim()]);
    return await secretsWatch.look(key === undefined ? {} : { path: this.databasePath });
  }

  /**
   * Ends everything and deletes the database.
   * @throws when a secret was written anywhere in the clear, or a line of the log is not what a machine can read
   */
  async close(): Promise<void> {
    // Twice: the write-ahead log is there while the server runs, and the end of the server is written as well.
    const found = this.stage.isRunning ? await this.leaks() : [];
    if (this.stage.isRunning) await this.stop();
    found.push(...(await this.leaks()));
    this.#forgetSecrets();
    await this.stage.close();
    await this.#postgres?.drop();
    const leak = leakError(found);
    if (leak) throw leak;
    const faulty = faultyLogLines(this.logLines.join(''));
    if (faulty.length > 0) throw new Error(`Log lines are no JSON objects:\n${faulty.slice(0, 3).join('\n')}`);
  }

  async #told<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      secretsWatch.caught('error of start', error);
      throw error;
    }
  }

  async #withStorage<T>(work: (storage: Storage) => Promise<T>): Promise<T> {
    const storage = await openStorage(this.#database, { clock: this.clock });
    try {
      return await work(storage);
    } finally {
      await storage.close();
    }
  }
}

/** The bot of most tests. */
export function answerHi({ bot }: BotServer): void {
  bot.message('hi', async ({ say }) => {
    await say('hello');
  });
}

/** A socket of the team was accepted. */
export function isSocketOpen(team: string): Fits {
  return ({ kind, team: of, ok }) => kind === 'socket_open' && of === team && ok !== false;
}

/** A socket of the team is gone. */
export function isSocketClosed(team: string): Fits {
  return ({ kind, team: of }) => kind === 'socket_close' && of === team;
}

/** The bot posted in the team. */
export function isPostIn(team: string): Fits {
  return ({ kind, team: of, method, ok }) =>
    kind === 'request' && of === team && method === 'chat.postMessage' && ok === true;
}

/** A request was answered with an error code. */
export function isRefused(method: string, error: string): Fits {
  return (record) => record.kind === 'request' && record.method === method && record.error === error;
}

/** A request was answered, or stands before a `hold` or `hang`. */
export function isRequest(method: string, kind: 'request' | 'request_held' = 'request'): Fits {
  return (record) => record.kind === kind && record.method === method;
}
