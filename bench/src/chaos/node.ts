/** One node: `slack-bot-server start` as an operator runs it, started again when it ends, as a supervisor does. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Backend } from '../../../packages/server/test/balancer.test-kit.ts';

const SERVER_CLI = fileURLToPath(new URL('./cli/main.ts', import.meta.resolve('slack-bot-server')));
const BOT = fileURLToPath(new URL('./bot.ts', import.meta.url));
/** A supervisor does not start again at once. */
const RESTART_MS = 1_000;
const STOP_TIMEOUT_MS = 40_000;

export interface ClusterNodeOptions {
  name: string;
  env: Readonly<Record<string, string>>;
  /** Where its log goes. */
  logFile: string;
  /** The module of its bot. @defaultValue the one of chaos */
  bot?: string;
}

export class ClusterNode implements Backend, AsyncDisposable {
  readonly name: string;
  /** Ends that nobody asked for, after it had listened. */
  readonly problems: string[] = [];
  port: number | undefined;
  readonly #options: ClusterNodeOptions;
  #child: ChildProcess | undefined;
  #isWanted = false;
  #started = Promise.withResolvers<void>();

  constructor(options: ClusterNodeOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Resolves when it listens, however many starts that takes. */
  start(): Promise<void> {
    this.#isWanted = true;
    this.#started = Promise.withResolvers<void>();
    this.#launch();
    return this.#started.promise;
  }

  get logFile(): string {
    return this.#options.logFile;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Gone at once, without a word. */
  async kill(): Promise<void> {
    this.#isWanted = false;
    await this.#end('SIGKILL');
  }

  /** As a deployment does. */
  async terminate(): Promise<void> {
    this.#isWanted = false;
    const timer = setTimeout(() => {
      this.problems.push(`${this.name} did not end within ${STOP_TIMEOUT_MS} ms of SIGTERM`);
      this.#child?.kill('SIGKILL');
    }, STOP_TIMEOUT_MS);
    await this.#end('SIGTERM');
    clearTimeout(timer);
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #launch(): void {
    const { env, logFile, bot = BOT } = this.#options;
    const log = openSync(logFile, 'a', 0o600);
    const child = fork(SERVER_CLI, ['start', bot], {
      execArgv: ['--conditions=source', '--no-warnings'],
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', log, log, 'ipc'],
      // A signal of the terminal is not for it; it ends when its parent does.
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    child.on('message', (message: { type?: string; url?: string }) => {
      if (message.type !== 'started' || message.url === undefined) return;
      this.port = Number(new URL(message.url).port);
      this.#started.resolve();
    });
    child.once('exit', (code, signal) => void this.#onExit(child, signal ?? `code ${code}`));
  }

  async #onExit(child: ChildProcess, how: string): Promise<void> {
    if (this.#child !== child) return;
    const hadStarted = this.port !== undefined;
    this.port = undefined;
    this.#child = undefined;
    if (!this.#isWanted) return;
    // One that finds no database ends, and its supervisor tries again; one that served must not end.
    if (hadStarted) this.problems.push(`${this.name} ended by itself with ${how}`);
    await sleep(RESTART_MS);
    if (this.#isWanted && !this.#child) this.#launch();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
