/** One child process of the benchmark: asked over IPC, ended by its own handle, and its death is a result with a reason. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AnswerMessage, RequestName, Requests } from './messages.ts';

/** The programs that can be started. */
const programs = {
  simulator: './simulator-process.ts',
  contender: './contender-process.ts',
  eventServer: './event-server-process.ts',
  generator: './generator-process.ts',
  attacker: './attacker-process.ts',
  wires: './wires-process.ts',
} as const;

/** How much of what a child wrote to standard error is kept for the reason of its death. */
const ERROR_TAIL_CHARACTERS = 2_000;

/** No request takes this long; a child that is stuck must not keep the run. */
const ANSWER_TIMEOUT_MS = 120_000;

interface Waiting {
  resolve(output: unknown): void;
  reject(error: Error): void;
}

/** A running child. `failed` rejects when it ends without having been asked to. */
export class Child implements AsyncDisposable {
  /** Never resolves; rejects with the reason when the process dies. */
  readonly failed: Promise<never>;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #errorTail = '';
  #isStopping = false;

  private constructor(program: keyof typeof programs) {
    this.#process = fork(fileURLToPath(new URL(programs[program], import.meta.url)), [], {
      execArgv: ['--conditions=source', '--expose-gc', '--no-warnings'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A signal of the terminal is for the benchmark, which ends its children; they end with it, too, however it ends.
      detached: true,
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errorTail = (this.#errorTail + text).slice(-ERROR_TAIL_CHARACTERS);
    });
    this.#process.on('message', (message) => this.#onAnswer(message as AnswerMessage));
    const { promise: failed, reject } = Promise.withResolvers<never>();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.failed = failed;
    this.#ended = ended;
    // The failure is also told to whoever waits for an answer; nobody has to look at `failed`.
    failed.catch(() => {});
    this.#process.on('error', (error) => this.#onEnd(error.message, reject, resolve));
    this.#process.on('close', (code, signal) => {
      this.#onEnd(`process ended with ${signal ?? `code ${code}`}${this.#lastWords()}`, reject, resolve);
    });
  }

  static start(program: keyof typeof programs): Child {
    return new Child(program);
  }

  /** Asks and waits for the answer. @throws Error when the child refuses or dies */
  ask<Name extends RequestName>(name: Name, input: Requests[Name]['input']): Promise<Requests[Name]['output']> {
    const id = ++this.#lastId;
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const giveUp = () => this.#settle(id)?.reject(new Error(`no answer to ${name}`));
      setTimeout(giveUp, ANSWER_TIMEOUT_MS).unref();
      this.#process.send({ id, name, input }, (error) => error && this.#settle(id)?.reject(error));
    }) as Promise<Requests[Name]['output']>;
  }

  /** Ends the process at once and waits until it is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #onAnswer(answer: AnswerMessage): void {
    const waiting = this.#settle(answer.id);
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.output);
  }

  #onEnd(reason: string, reject: (error: Error) => void, ended: () => void): void {
    const error = new Error(reason);
    for (const id of this.#waiting.keys()) this.#settle(id)?.reject(error);
    if (!this.#isStopping) reject(error);
    ended();
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  /** The line of standard error that says most: the message of an uncaught error, or the last one. */
  #lastWords(): string {
    const lines = this.#errorTail.split('\n').filter((line) => line.trim() !== '');
    const words = lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
    return words === undefined ? '' : `: ${words.trim()}`;
  }
}
