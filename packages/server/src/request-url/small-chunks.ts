/** How many tiny chunks are read in a while, of all bodies together: each costs the parser as much as a large one. */
import type { Clock } from '../time/clock.ts';

/** A chunk below this size; whoever cuts a body into such is no proxy and not Slack. */
const TINY_BYTES = 64;
/** The end of a body may be one, and packets that came in pieces. */
const FREE_PER_BODY = 16;
/** So many a second: some hundredths of a second of the processor's time. */
const PER_SECOND = 8_192;

/** One per process. */
export class SmallChunks {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #left = PER_SECOND;
  #filledAtMs: number;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#filledAtMs = clock.monotonic();
  }

  /** Counts the chunks of a body. The function answers false when there are too many, of all bodies together. */
  ofBody(): (chunkBytes: number) => boolean {
    let free = FREE_PER_BODY;
    return (chunkBytes) => {
      if (chunkBytes >= TINY_BYTES || free-- > 0) return true;
      return this.#take();
    };
  }

  #take(): boolean {
    if (this.#left < 1) {
      const nowMs = this.#clock.monotonic();
      this.#left = Math.min(PER_SECOND, ((nowMs - this.#filledAtMs) / 1_000) * PER_SECOND);
      this.#filledAtMs = nowMs;
    }
    return this.#left-- >= 1;
  }
}
