/**
 * Two PostgreSQL servers of one's own, for tests and benchmarks of failing over: a primary and a synchronous standby that streams
 * from it. A commit that was answered is on both. They run in a process of their own (postgres-pair-process.test-kit.ts), which
 * ends them when this one dies.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What the process of a pair is told; it does one after the other and answers each. */
export type PairOrder =
  /** Makes both and starts them. */
  | { what: 'create'; options: PairOptions }
  /** Ends the primary as `pg_ctl stop -m fast` does, or without telling anybody (`immediate`). */
  | { what: 'stop'; mode: 'fast' | 'immediate' }
  /** Starts the primary that was stopped. */
  | { what: 'start' }
  /** Kills the primary and promotes the standby. */
  | { what: 'failover' }
  /** Runs a statement on the primary. */
  | { what: 'execute'; sql: string }
  /** Makes a standby where the dead primary was, synchronous from when it has caught up. */
  | { what: 'restoreStandby' };

export type PairAnswer = { number: number; state: PairState } | { number: number; error: string };

export interface PairOptions {
  /** Whether commits reach the disk; only a power cut notices. @defaultValue false */
  fsync?: boolean;
  /** Added to the command line of both, for example `-c max_connections=300`. */
  flags?: readonly string[];
}

/** Where the two are. The ports stay; who is primary changes. */
export interface PairState {
  ports: readonly [number, number];
  password: string;
  primary: 0 | 1;
}

export class PostgresPair implements AsyncDisposable {
  readonly #child: ChildProcess;
  #state: PairState;
  #number = 0;

  private constructor(child: ChildProcess, state: PairState) {
    this.#child = child;
    this.#state = state;
  }

  /** Takes some seconds. */
  static async start(options: PairOptions = {}): Promise<PostgresPair> {
    const child = fork(new URL('./postgres-pair-process.test-kit.ts', import.meta.url), {
      execArgv: ['--conditions=source'],
      // A signal from the terminal is for the tests; this process ends after them.
      detached: true,
    });
    const pair = new PostgresPair(child, { ports: [0, 0], password: '', primary: 0 });
    try {
      await pair.#order({ what: 'create', options });
      return pair;
    } catch (error) {
      await pair[Symbol.asyncDispose]();
      throw error;
    }
  }

  get ports(): readonly [number, number] {
    return this.#state.ports;
  }

  get password(): string {
    return this.#state.password;
  }

  /** The port that takes writes. */
  get primaryPort(): number {
    return this.#state.ports[this.#state.primary];
  }

  /** A URL with both hosts, as libpq reads it; whoever takes writes is connected to. `ports`: those of proxies before them. */
  url(database = 'postgres', ports: readonly number[] = this.ports): string {
    const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',');
    return `postgres://postgres:${this.password}@${hosts}/${database}?target_session_attrs=read-write`;
  }

  /** The URL of the one that is primary now. */
  primaryUrl(database = 'postgres'): string {
    return `postgres://postgres:${this.password}@127.0.0.1:${this.primaryPort}/${database}`;
  }

  /** Runs a statement as the administrator, in the database `postgres`. */
  async execute(sql: string): Promise<void> {
    await this.#order({ what: 'execute', sql });
  }

  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    await this.#order({ what: 'stop', mode });
  }

  async startAgain(): Promise<void> {
    await this.#order({ what: 'start' });
  }

  /** Resolves when the former standby takes writes. There is no standby then. */
  async failover(): Promise<void> {
    await this.#order({ what: 'failover' });
  }

  /** Needed before the next failover; commits wait for the new standby from then on. */
  async restoreStandby(): Promise<void> {
    await this.#order({ what: 'restoreStandby' });
  }

  /** Stops and deletes both. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    await gone;
  }

  async #order(order: PairOrder): Promise<void> {
    const number = ++this.#number;
    const { promise, resolve, reject } = Promise.withResolvers<PairState>();
    const onMessage = (answer: PairAnswer) => {
      if (answer.number !== number) return;
      if ('error' in answer) reject(new Error(`${order.what} of PostgreSQL failed: ${answer.error}`));
      else resolve(answer.state);
    };
    const onExit = () => reject(new Error('The process of the PostgreSQL pair ended'));
    this.#child.on('message', onMessage).once('exit', onExit);
    try {
      this.#child.send({ number, ...order });
      this.#state = await promise;
    } finally {
      this.#child.off('message', onMessage).off('exit', onExit);
    }
  }
}
