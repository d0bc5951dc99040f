/** Writes what the hooks were told when they have settled, many installations at once. What the store does not take is written later. */
import type { InstallationKey } from '../team/installation.ts';
import type { Installations, NewlyTold } from '../team/installations.ts';
import type { Clock } from '../time/clock.ts';

export interface ToldWriterDeps {
  installations: Pick<Installations, 'setTold'>;
  epochOf(key: InstallationKey): number | undefined;
  clock: Clock;
  log: { warn(facts: object, message: string): void };
}

/** After a start on the rows of an import there are thousands; one statement must not hold up events. */
const AT_ONCE = 100;
/** After a failure of the store, in milliseconds. */
const RETRY_MS = 1_000;

/** One per process. */
export class ToldWriter {
  readonly #deps: ToldWriterDeps;
  readonly #waiting = new Map<InstallationKey, NewlyTold>();
  /** Hooks that have not settled, and of whom. */
  readonly #emitting = new Map<Promise<unknown>, InstallationKey>();
  #writing: Promise<void> | undefined;

  constructor(deps: ToldWriterDeps) {
    this.#deps = deps;
  }

  /** Writes it when the hooks have settled; under the epoch of now, so that nothing late is written over what the next owner tells. */
  write(told: Omit<NewlyTold, 'epoch'>, hooksSettled: Promise<unknown>): void {
    const epoch = this.#deps.epochOf(told.key);
    const emitting = hooksSettled.then(() => {
      this.#emitting.delete(emitting);
      this.#waiting.set(told.key, { ...told, epoch });
      this.#writing ??= this.#writeAll();
    });
    this.#emitting.set(emitting, told.key);
  }

  /**
   * Resolves when everything is written, or what was told of these installations: the hooks of others hold nobody up. What the store
   * did not take it is given once more; then somebody else may tell it again.
   */
  async settled(keys?: readonly InstallationKey[]): Promise<void> {
    const isMeant = (key: InstallationKey) => keys === undefined || keys.includes(key);
    await Promise.all(
      Array.from(this.#emitting, async ([emitting, key]) => (isMeant(key) ? await emitting : undefined)),
    );
    await this.#writing;
    if (this.#waiting.size > 0) this.#writing ??= this.#writeAll();
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const told: NewlyTold[] = [];
      for (const [key, one] of this.#waiting) {
        this.#waiting.delete(key);
        if (told.push(one) === AT_ONCE) break;
      }
      try {
        await this.#deps.installations.setTold(told);
      } catch (err) {
        for (const one of told) if (!this.#waiting.has(one.key)) this.#waiting.set(one.key, one);
        this.#deps.log.warn({ err }, 'what hooks were told is not written yet');
        this.#deps.clock.after(RETRY_MS, () => {
          this.#writing ??= this.#writeAll();
        });
        break;
      }
    }
    this.#writing = undefined;
  }
}
