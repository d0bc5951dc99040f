/** How many events run, and when none does any more. */
import type { Shard } from '../ownership/ownership.ts';
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';

/** One per dispatcher. */
export class RunningEvents {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #byShard = new Map<Shard, number>();
  readonly #waiting = new Set<() => void>();
  #count = 0;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#count;
  }

  /** `shard`: where several nodes share the inbox. */
  begin(shard: Shard | undefined): void {
    this.#count++;
    if (shard !== undefined) this.#byShard.set(shard, this.#in(shard) + 1);
  }

  end(shard: Shard | undefined): void {
    this.#count--;
    if (shard !== undefined) this.#byShard.set(shard, this.#in(shard) - 1);
    for (const look of this.#waiting) look();
  }

  /** Resolves when nothing runs, or nothing of these shards, or after `graceMs`. */
  async untilIdle(graceMs: number, shards?: readonly Shard[]): Promise<void> {
    const isIdle = () => (shards ? shards.every((shard) => this.#in(shard) === 0) : this.#count === 0);
    if (isIdle()) return;
    const { promise: idle, resolve } = Promise.withResolvers<void>();
    const look = () => void (isIdle() && resolve());
    this.#waiting.add(look);
    await within(idle, { clock: this.#clock, limitMs: graceMs, late: () => undefined });
    this.#waiting.delete(look);
  }

  #in(shard: Shard): number {
    return this.#byShard.get(shard) ?? 0;
  }
}
