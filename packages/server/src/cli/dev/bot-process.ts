/** One process with a server and a bot, as `dev` sees it. It can be prepared beside the one that serves, and then take its place. */
import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { BotNews, DevOrder, DevSettings } from './dev-messages.ts';

/** The hidden command that it runs. */
export const BOT_COMMAND = 'dev-bot';

/** For how long it may stop, in milliseconds: its listeners get 3 s, and the rest is closing. Then it is killed. */
const STOP_MS = 8_000;

export class BotProcess {
  readonly #child: ChildProcess;
  readonly #files = new Set<string>();
  readonly #prepared = Promise.withResolvers<boolean>();
  readonly #started = Promise.withResolvers<string | undefined>();
  /** Resolves with its exit code when it has ended; null when it was killed. */
  readonly ended: Promise<number | null>;

  /**
   * Starts it; it loads what every server needs, and waits.
   * @param program What it runs. @param onFile Called for each file of the bot that it reads.
   */
  constructor(program: string, onFile: (path: string, stamp: string) => void) {
    this.#child = fork(program, [BOT_COMMAND]);
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.ended = promise;
    this.#child.once('exit', resolve);
    this.#child.once('error', () => resolve(1));
    this.#child.on('message', (news: BotNews) => {
      if (news.type === 'file') {
        this.#files.add(news.path);
        onFile(news.path, news.stamp);
      } else if (news.type === 'prepared') this.#prepared.resolve(true);
      else this.#started.resolve(news.url);
    });
    void promise.then(() => {
      this.#prepared.resolve(false);
      this.#started.resolve(undefined);
    });
  }

  /** The files of the bot that it has read. */
  get files(): ReadonlySet<string> {
    return this.#files;
  }

  /** Loads the bot. False when that failed: it has said why, and ends. */
  async prepare(botPath: string | undefined, settings: DevSettings): Promise<boolean> {
    this.#order({ type: 'prepare', botPath, settings });
    return await this.#prepared.promise;
  }

  /** Starts the server. Resolves with its URL; undefined when that failed: it has said why, and ends. */
  async start(): Promise<string | undefined> {
    this.#order({ type: 'start' });
    return await this.#started.promise;
  }

  /** Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#order({ type: 'stop' });
    const late = new AbortController();
    const killing = wait(STOP_MS, undefined, { signal: late.signal }).then(
      () => this.kill(),
      () => {},
    );
    await this.ended;
    late.abort();
    await killing;
  }

  /** At once, without a chance to finish anything. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #order(order: DevOrder): void {
    // It may have ended meanwhile; then `ended` tells.
    if (this.#child.connected) this.#child.send(order, () => {});
  }
}
