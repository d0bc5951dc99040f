/**
 * How many events memory holds, and how large they are: shared between teams as fair-share.ts says. What has no room stays in
 * the table and is read when there is some. Bytes are counted from when an event waits until its listeners have settled.
 */
import type { DispatcherOptions } from './dispatcher-options.ts';
import { type FairLimits, mayTakeMore } from './fair-share.ts';

/** What memory holds of a team. */
export interface Holding {
  readonly waiting: number;
  readonly bytes: number;
}

type MemoryOptions = Pick<
  Required<DispatcherOptions>,
  'inMemoryPerTeam' | 'inMemoryPerProcess' | 'inMemoryBytesPerTeam' | 'inMemoryBytesPerProcess'
>;

/** One per dispatcher. */
export class MemoryShare {
  readonly #counts: FairLimits;
  readonly #sizes: FairLimits;
  #waiting = 0;
  #bytes = 0;

  /** The reserve for teams of which nothing is in memory is half of what the process may hold. */
  constructor(options: MemoryOptions) {
    this.#counts = limitsOf(options.inMemoryPerTeam, options.inMemoryPerProcess);
    this.#sizes = limitsOf(options.inMemoryBytesPerTeam, options.inMemoryBytesPerProcess);
  }

  get waiting(): number {
    return this.#waiting;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether one more event of the team may wait in memory; `comingBytes` are on their way already. */
  hasRoom({ waiting, bytes }: Holding, comingBytes = 0): boolean {
    return (
      mayTakeMore(waiting, this.#waiting, this.#counts) &&
      mayTakeMore(bytes + comingBytes, this.#bytes + comingBytes, this.#sizes)
    );
  }

  /** How much may be read for the team at once. */
  roomFor({ waiting, bytes }: Holding): { limit: number; maxBytes: number } {
    return { limit: this.#counts.perTeam - waiting, maxBytes: this.#sizes.perTeam - bytes };
  }

  added(sizeBytes: number): void {
    this.#waiting++;
    this.#bytes += sizeBytes;
  }

  started(): void {
    this.#waiting--;
  }

  ended(sizeBytes: number): void {
    this.#bytes -= sizeBytes;
  }
}

function limitsOf(perTeam: number, perProcess: number): FairLimits {
  const reserve = Math.ceil(perProcess / 2);
  return { perTeam, shared: perProcess - reserve, reserve };
}
