/**
 * Since when teams were not heard, in their rows until hooks have been told of it: the next owner of a team, after a death or a
 * restart, tells what this one could not. Written when such a time begins, because the process may die while it lasts.
 */
import type { KeyOwnership } from '../ownership/key-ownership.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Installations, InstallationView, UntoldGap } from '../team/installations.ts';
import { RowWriter } from '../team/row-writer.ts';
import type { Clock } from '../time/clock.ts';

export interface UntoldGapsDeps {
  installations: Pick<Installations, 'setUntoldGaps'>;
  owner: Pick<KeyOwnership, 'epochOf'>;
  clock: Clock;
  log: { warn(facts: object, message: string): void };
}

/** A time without a connection; wall clock. */
interface Untold {
  sinceMs: number;
  /** Resolves when hooks were told; undefined while it lasts. */
  told?: Promise<void>;
}

/** One per process. Only of teams that have a connection of their own. */
export class UntoldGaps {
  readonly #deps: UntoldGapsDeps;
  readonly #rows: RowWriter<UntoldGap>;
  /** Of teams that are this node's: those of whom there is something to tell. */
  readonly #untold = new Map<InstallationKey, Untold[]>();
  /** Whose rows were read since they are this node's: from then on this process knows better. */
  readonly #read = new Set<InstallationKey>();

  constructor(deps: UntoldGapsDeps) {
    const { installations, clock, log } = deps;
    this.#deps = deps;
    this.#rows = new RowWriter({
      write: (gaps) => installations.setUntoldGaps(gaps),
      clock,
      onFailure: (err) => log.warn({ err }, 'since when teams are not heard is not written yet'),
    });
  }

  /** @returns since when a process of before did not hear the team and told nobody; once, and undefined if there is nothing to tell */
  take({ installation: { key }, untoldGapSinceMs: sinceMs }: InstallationView): number | undefined {
    if (this.#read.has(key)) return undefined;
    this.#read.add(key);
    if (sinceMs !== undefined) this.#add(key, { sinceMs });
    return sinceMs;
  }

  /** The team is not heard from now on. One that is another node's by now, while it is still heard here, is that one's to tell of. */
  begun(key: InstallationKey, sinceMs: number): void {
    if (this.#deps.owner.epochOf(key) === undefined) return;
    this.#add(key, { sinceMs });
    this.#write(key);
  }

  /** It is heard again, and hooks are being told of all the time before. */
  ended(key: InstallationKey, told: Promise<void>): void {
    const ending = this.#untold.get(key)?.filter((one) => one.told === undefined) ?? [];
    if (ending.length === 0) return;
    const isWritten = told.then(() => {
      const left = this.#untold.get(key)?.filter((one) => !ending.includes(one));
      if (!left) return;
      if (left.length === 0) this.#untold.delete(key);
      else this.#untold.set(key, left);
      this.#write(key);
    });
    for (const one of ending) one.told = isWritten;
  }

  /** Nobody is to hear it any more: it is not active, or nobody could connect it. */
  close({ installation: { key }, untoldGapSinceMs }: InstallationView): void {
    const isWritten = this.#untold.delete(key) || (untoldGapSinceMs !== undefined && !this.#read.has(key));
    this.#read.add(key);
    if (isWritten) this.#write(key);
  }

  /** Another node has it, or nobody: what is in the row is for that one. */
  forget(key: InstallationKey): void {
    this.#untold.delete(key);
    this.#read.delete(key);
  }

  /** Resolves when hooks of what is over were told, and that is written; of these teams or of all. */
  async settled(keys?: readonly InstallationKey[]): Promise<void> {
    const meant = keys ?? Array.from(this.#untold.keys());
    await Promise.all(meant.flatMap((key) => this.#untold.get(key) ?? []).map(async ({ told }) => await told));
    await this.#rows.settled();
  }

  /** Whether all that began until now is in the rows. */
  async isWritten(): Promise<boolean> {
    return await this.#rows.settled();
  }

  /** Writes nothing more. */
  stop(): void {
    this.#rows.stop();
  }

  #add(key: InstallationKey, untold: Untold): void {
    this.#untold.set(key, [...(this.#untold.get(key) ?? []), untold]);
  }

  /** Under the epoch of now. Of what is not this node's the row says what its owner knows. */
  #write(key: InstallationKey): void {
    const epoch = this.#deps.owner.epochOf(key);
    if (epoch === undefined) return;
    const untold = this.#untold.get(key) ?? [];
    const sinceMs = untold.length === 0 ? null : Math.min(...untold.map((one) => one.sinceMs));
    this.#rows.write({ key, sinceMs, epoch });
  }
}
