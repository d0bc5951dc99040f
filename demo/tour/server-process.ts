/** The server under rehearsal: a process of its own, whose time stands still until it is moved. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

export interface ServerProcessOptions {
  cli: string;
  bot: string;
  env: Readonly<Record<string, string>>;
}

/** Lines of the server's output that are kept for the report of a failed step. */
const KEPT_LINES = 60;

/** Starts, moves, kills and asks one server after the other on the same database. */
export class ServerProcess {
  readonly #options: ServerProcessOptions;
  readonly #lines: string[] = [];
  #log = '';
  #child: ChildProcess | undefined;
  #url = '';

  constructor(options: ServerProcessOptions) {
    this.#options = options;
  }

  get url(): string {
    return this.#url;
  }

  /** The last lines that the server wrote. */
  get output(): readonly string[] {
    return this.#lines;
  }

  /** All lines that servers wrote to standard output, whole ones. */
  get log(): readonly string[] {
    return this.#log.split('\n').slice(0, -1);
  }

  /** Starts the server at `startMs` of its clock; resolves when it has looked at every team. */
  async start(startMs: number): Promise<void> {
    const child = fork(this.#options.cli, ['start', this.#options.bot, '--test-clock', String(startMs)], {
      execArgv: ['--conditions=source'],
      env: this.#environment(),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => this.#keep(String(data)));
    // A server that was killed may have left half a line.
    if (this.#log !== '' && !this.#log.endsWith('\n')) this.#log = this.#log.slice(0, this.#log.lastIndexOf('\n') + 1);
    child.stdout?.on('data', (data: Buffer) => (this.#log += String(data)));
    const message = await Promise.race([
      once(child, 'message').then(([told]) => told as { url: string }),
      once(child, 'exit'),
    ]);
    if (Array.isArray(message)) throw new Error('The server ended while it started');
    this.#url = message.url;
  }

  /** Moves the server's clock, timer by timer. */
  async advance(ms: number): Promise<void> {
    await this.#order('advance', ms);
  }

  /** Moves it at once, as on a machine that slept: each chain of timers goes on once. */
  async leap(ms: number): Promise<void> {
    await this.#order('leap', ms);
  }

  async #order(type: 'advance' | 'leap', ms: number): Promise<void> {
    const child = this.#running();
    child.send({ type, ms });
    await once(child, 'message');
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM: the server ends by itself. Answers its exit code. */
  async stop(): Promise<number | null> {
    if (!this.#child) return null;
    const child = this.#child;
    // Its clock stands still; what it waits for while it stops is moved along.
    const move = () => child.connected && child.send({ type: 'advance', ms: 100 }, () => {});
    const moving = setInterval(move, 20);
    await this.#end('SIGTERM');
    clearInterval(moving);
    return child.exitCode;
  }

  /** Runs `slack-bot-server teams …` beside the server and reads its JSON. */
  async teams<Result>(...words: string[]): Promise<Result> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=source', this.#options.cli, 'teams', ...words, '--json'],
      { env: this.#environment() },
    );
    return JSON.parse(stdout) as Result;
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#running();
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    this.#child = undefined;
  }

  #running(): ChildProcess {
    if (!this.#child) throw new Error('The server is not running');
    return this.#child;
  }

  #environment(): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    return { PATH, HOME, ...this.#options.env };
  }

  #keep(text: string): void {
    this.#lines.push(...text.split('\n').filter((line) => line !== ''));
    this.#lines.splice(0, Math.max(0, this.#lines.length - KEPT_LINES));
  }
}
