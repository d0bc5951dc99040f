/**
 * Writes what is to be in rows of installations: the last value of each, many at once, and one statement after the other. What the
 * store does not take is written later.
 */
import type { Clock, Timer } from '../time/clock.ts';
import type { InstallationKey } from './installation.ts';

export interface RowWriterDeps<Value> {
  write(values: readonly Value[]): Promise<void>;
  clock: Pick<Clock, 'after'>;
  /** The store took nothing; once for each attempt. */
  readonly onFailure: (error: unknown) => void;
}

/** After a start on the rows of an import, or when all teams are lost, there are thousands; one statement must not hold up events. */
const AT_ONCE = 100;
/** After a failure of the store, in milliseconds. */
const RETRY_MS = 1_000;

export class RowWriter<Value extends { key: InstallationKey }> {
  readonly #deps: RowWriterDeps<Value>;
  readonly #waiting = new Map<InstallationKey, Value>();
  #writing: Promise<void> | undefined;
  #retry: Timer | undefined;
  #isStopped = false;

  constructor(deps: RowWriterDeps<Value>) {
    this.#deps = deps;
  }

  /** Returns at once. What waits for the same installation is forgotten. */
  write(value: Value): void {
    if (this.#isStopped) return;
    this.#waiting.set(value.key, value);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when nothing waits any more. What the store did not take it is given once more; then that is left for later: false. */
  async settled(): Promise<boolean> {
    await this.#writing;
    if (this.#waiting.size > 0) this.#writing ??= this.#writeAll();
    await this.#writing;
    return this.#waiting.size === 0 && !this.#isStopped;
  }

  /** What waits stays unwritten: the store is about to be closed. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting.clear();
    this.#retry?.cancel();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const values: Value[] = [];
      for (const [key, value] of this.#waiting) {
        this.#waiting.delete(key);
        if (values.push(value) === AT_ONCE) break;
      }
      try {
        await this.#deps.write(values);
      } catch (error) {
        if (this.#isStopped) break;
        for (const value of values) if (!this.#waiting.has(value.key)) this.#waiting.set(value.key, value);
        this.#deps.onFailure(error);
        this.#retry?.cancel();
        this.#retry = this.#deps.clock.after(RETRY_MS, () => {
          // What waited may be written by now: then nothing would end what began here.
          if (this.#waiting.size > 0) this.#writing ??= this.#writeAll();
        });
        break;
      }
    }
    this.#writing = undefined;
  }
}
