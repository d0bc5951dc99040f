/**
 * Keeps the newest version of a bot that works serving. A new one is loaded in a process of its own, beside the one that serves;
 * only when that went well is the old one stopped and the new one started, on the same port and database.
 */
import { basename } from 'node:path';
import { say } from '../output.ts';
import { BotProcess } from './bot-process.ts';
import type { DevSettings } from './dev-messages.ts';
import { SourceWatch } from './source-watch.ts';

export interface ReloaderOptions {
  botPath: string | undefined;
  /** Aborted when everything ends. */
  signal: AbortSignal;
  /** What the processes run. @defaultValue the program of this one, with its hidden command */
  program?: string;
  /** Where is said what became of a change. @defaultValue the terminal */
  tell?: (line: string) => void;
}

export class Reloader {
  readonly #options: Required<ReloaderOptions>;
  readonly #watch = new SourceWatch();
  readonly #processes = new Set<BotProcess>();
  #serving: BotProcess | undefined;
  /** One that was forked before it was needed. */
  #spare: BotProcess | undefined;
  #settings: DevSettings = {};

  constructor(options: ReloaderOptions) {
    this.#options = { program: process.argv[1] ?? '', tell: say, ...options };
    this.#spare = this.#fork();
    // Also one that is loading, and may never be done.
    options.signal.addEventListener('abort', () => void this.stop(), { once: true });
    // A second Ctrl-C ends this process at once.
    process.on('exit', () => this.#processes.forEach((one) => one.kill()));
  }

  /** Starts the first one. Resolves with the URL of the server, or with the exit code of the process that failed and said why. */
  async start(settings: DevSettings): Promise<{ url: string } | { code: number }> {
    const first = this.#next();
    const isPrepared = await first.prepare(this.#options.botPath, settings);
    const url = isPrepared && !this.#options.signal.aborted ? await first.start() : undefined;
    if (url === undefined) return { code: (await first.ended) ?? 1 };
    // The next ones listen where the first one did, and find its teams.
    this.#settings = { ...settings, newDatabase: false, port: Number(new URL(url).port) };
    this.#serve(first);
    return { url };
  }

  /** Exchanges the bot whenever one of its files changes, until the signal. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    for (;;) {
      const changes = await this.#watch.changed(signal);
      if (changes === undefined) return;
      await this.#reload(changes);
    }
  }

  /** Ends all of its processes. */
  async stop(): Promise<void> {
    // It has done nothing yet, and is not waited for.
    this.#spare?.kill();
    await Promise.all([...this.#processes].map((one) => one.stop()));
  }

  async #reload(changes: readonly string[]): Promise<void> {
    const startedAtMs = performance.now();
    this.#watch.lookAtAll();
    const next = this.#next();
    if (!(await this.#isPrepared(next))) return;
    const last = this.#serving;
    this.#serving = undefined;
    await last?.stop();
    if (this.#options.signal.aborted) return;
    if ((await next.start()) === undefined)
      return this.#options.tell('No bot is running: it did not start. Save a file to try again.');
    this.#watch.keepOnly(next.files);
    this.#serve(next);
    const names = changes.map((path) => basename(path)).join(', ');
    this.#options.tell(`reloaded: ${names} changed (${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s)`);
  }

  /** Loads a new version. False when it does not load, or is outdated already, or nothing is wanted any more. */
  async #isPrepared(next: BotProcess): Promise<boolean> {
    const { botPath, signal } = this.#options;
    const over = new AbortController();
    const outdated = this.#watch.changed(AbortSignal.any([signal, over.signal])).then(() => 'outdated' as const);
    const prepared = next.prepare(botPath, this.#settings).then((went) => (went ? 'prepared' : 'failed'));
    const first = await Promise.race([prepared, outdated]);
    over.abort();
    if (first === 'prepared') return true;
    if (first === 'outdated') next.kill();
    await next.ended;
    if (first === 'failed')
      this.#options.tell(
        this.#serving
          ? 'The bot from before goes on. Save a file to try again.'
          : 'No bot is running. Save a file to try again.',
      );
    return false;
  }

  #serve(one: BotProcess): void {
    this.#serving = one;
    void one.ended.then((code) => {
      if (this.#serving !== one || this.#options.signal.aborted) return;
      this.#serving = undefined;
      this.#options.tell(
        `The process of the bot ended (${code === null ? 'killed' : `code ${code}`}). Save a file to start it again.`,
      );
    });
  }

  #next(): BotProcess {
    const next = this.#spare ?? this.#fork();
    this.#spare = undefined;
    return next;
  }

  #fork(): BotProcess {
    const one = new BotProcess(this.#options.program, (path, stamp) => this.#watch.note(path, stamp));
    this.#processes.add(one);
    void one.ended.then(() => this.#processes.delete(one));
    return one;
  }
}
