/** Writes what the hooks were told when they have settled, many installations at once. What the store does not take is written later. */
import type { InstallationKey } from '../team/installation.ts';
import type { Installations, NewlyTold } from '../team/installations.ts';
import { RowWriter } from '../team/row-writer.ts';
import type { Clock } from '../time/clock.ts';

export interface ToldWriterDeps {
  installations: Pick<Installations, 'setTold'>;
  epochOf(key: InstallationKey): number | undefined;
  clock: Clock;
  log: { warn(facts: object, message: string): void };
}

/** One per process. */
export class ToldWriter {
  readonly #deps: ToldWriterDeps;
  readonly #rows: RowWriter<NewlyTold>;
  /** Hooks that have not settled, and of whom. */
  readonly #emitting = new Map<Promise<unknown>, InstallationKey>();

  constructor(deps: ToldWriterDeps) {
    const { installations, clock, log } = deps;
    this.#deps = deps;
    this.#rows = new RowWriter({
      write: (told) => installations.setTold(told),
      clock,
      onFailure: (err) => log.warn({ err }, 'what hooks were told is not written yet'),
    });
  }

  /** Writes it when the hooks have settled; under the epoch of now, so that nothing late is written over what the next owner tells. */
  write(told: Omit<NewlyTold, 'epoch'>, hooksSettled: Promise<unknown>): void {
    const epoch = this.#deps.epochOf(told.key);
    const emitting = hooksSettled.then(() => {
      this.#emitting.delete(emitting);
      this.#rows.write({ ...told, epoch });
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
    await this.#rows.settled();
  }

  /** What is not written by now somebody else tells again. */
  stop(): void {
    this.#rows.stop();
  }
}
