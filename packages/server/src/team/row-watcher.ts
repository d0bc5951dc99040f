/**
 * Sees every change of the installation rows, whoever wrote them: this process, another one or the CLI.
 * Reads what is newer than it has seen, each second and at once when woken. What to do about a change is the caller's.
 */
import type { Clock, Timer } from '../time/clock.ts';
import type { Installations, InstallationView } from './installations.ts';

export interface RowWatcherDeps {
  installations: Installations;
  /** Called for each change, in commit order, one after the other. A failing call is logged and does not stop the others. */
  onChange(view: InstallationView): Promise<void>;
  clock: Clock;
  log: { error(facts: object, message: string): void };
  /** Time between two looks, in milliseconds. @defaultValue 1000 */
  intervalMs?: number;
}

/** Rows read at once; what is more comes with the next look, without a wait. */
const PAGE = 500;

/** Watches the rows from `start` to `stop`. */
export class RowWatcher {
  readonly #deps: RowWatcherDeps;
  readonly #intervalMs: number;
  #seenSeq = 0;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #isWoken = false;
  #isStopped = false;

  constructor(deps: RowWatcherDeps) {
    this.#deps = deps;
    this.#intervalMs = deps.intervalMs ?? 1_000;
  }

  /** Reads every row once; answers how many. From then on changes are seen. */
  async start(): Promise<number> {
    const count = await this.#readNewer();
    this.#plan();
    return count;
  }

  /** Looks at once. Several calls during one look lead to one more. */
  wake(): void {
    this.#isWoken = true;
    if (!this.#looking) this.#look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  #look(): void {
    if (this.#isStopped) return;
    this.#timer?.cancel();
    this.#looking = this.#lookUntilQuiet().finally(() => {
      this.#looking = undefined;
      if (this.#isWoken) this.#look();
      else this.#plan();
    });
  }

  async #lookUntilQuiet(): Promise<void> {
    this.#isWoken = false;
    try {
      await this.#readNewer();
    } catch (error) {
      // The store will answer again; until then every connection stays as it is.
      this.#deps.log.error({ err: error }, 'installations could not be read');
    }
  }

  #plan(): void {
    if (!this.#isStopped) this.#timer = this.#deps.clock.after(this.#intervalMs, () => this.#look());
  }

  async #readNewer(): Promise<number> {
    let count = 0;
    for (;;) {
      const views = await this.#deps.installations.changedSince(this.#seenSeq, PAGE);
      for (const view of views) await this.#tell(view);
      count += views.length;
      if (views.length < PAGE || this.#isStopped) return count;
    }
  }

  async #tell(view: InstallationView): Promise<void> {
    this.#seenSeq = view.installation.changedSeq;
    try {
      await this.#deps.onChange(view);
    } catch (error) {
      this.#deps.log.error(
        { key: view.installation.key, err: error },
        'change of an installation could not be followed',
      );
    }
  }
}
