/**
 * How many events memory holds, and how large they are: shared between teams as fair-share.ts says. What has no room stays in
 * the table and is read when there is some. Bytes are counted from when an event waits until its listeners have settled, and
 * before that, while it waits to be committed: then there is no table yet in which it could stay, so that has a bound of its own.
 */
import type { DispatcherOptions } from './dispatcher-options.ts';
import { type FairLimits, mayTakeMore } from './fair-share.ts';

/** What memory holds of a team. */
export interface MemoryUse {
  readonly waiting: number;
  readonly bytes: number;
  /** Of what is not committed yet. */
  readonly arrivingBytes: number;
}

type MemoryOptions = Pick<
  Required<DispatcherOptions>,
  | 'inMemoryPerTeam'
  | 'inMemoryPerProcess'
  | 'inMemoryBytesPerTeam'
  | 'inMemoryBytesPerProcess'
  | 'arrivingBytesPerTeam'
  | 'arrivingBytesPerProcess'
>;

/** One per dispatcher. */
export class MemoryShare {
  readonly #counts: FairLimits;
  readonly #sizes: FairLimits;
  readonly #arrivals: FairLimits;
  #waiting = 0;
  #bytes = 0;
  #arrivingBytes = 0;

  /** The reserve for teams of which nothing is in memory is half of what the process may hold. */
  constructor(options: MemoryOptions) {
    this.#counts = limitsOf(options.inMemoryPerTeam, options.inMemoryPerProcess);
    this.#sizes = limitsOf(options.inMemoryBytesPerTeam, options.inMemoryBytesPerProcess);
    this.#arrivals = limitsOf(options.arrivingBytesPerTeam, options.arrivingBytesPerProcess);
  }

  get waiting(): number {
    return this.#waiting;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Of what is not committed yet, of all teams. */
  get arrivingBytes(): number {
    return this.#arrivingBytes;
  }

  /** Whether one more event of the team may come, to be committed. */
  mayArrive({ arrivingBytes }: MemoryUse): boolean {
    return mayTakeMore(arrivingBytes, this.#arrivingBytes, this.#arrivals);
  }

  /** Less than 0: so much is committed, or will not be. */
  arrived(sizeBytes: number): void {
    this.#arrivingBytes += sizeBytes;
  }

  /**
   * Whether one more event of the team may wait in memory. `comingBytes` of the present flush are on their way already;
   * `ownBytes` are those of the event itself, if it is not committed yet.
   */
  hasRoom({ waiting, bytes }: MemoryUse, { comingBytes = 0, ownBytes = 0 } = {}): boolean {
    return (
      mayTakeMore(waiting, this.#waiting, this.#counts) &&
      mayTakeMore(bytes + comingBytes, this.#bytes + this.#arrivingBytes - ownBytes, this.#sizes)
    );
  }

  /** How much may be read for the team at once. */
  roomFor({ waiting, bytes }: MemoryUse): { limit: number; maxBytes: number } {
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
