/**
 * The last things that happened in this process, in memory, so many and no more. Adding costs a store into an array, as every event pays
 * for it; whoever asks looks at all of them.
 */
import { type Fact, type FactSubject, isAbout } from './fact.ts';

/** How far back a ring sees. */
export interface RingReach {
  /** How many it holds. */
  remembers: number;
  /** Since when nothing was forgotten. */
  sinceMs: number;
}

export class FactRing {
  readonly #facts: (Fact | undefined)[];
  readonly #sinceMs: number;
  #next = 0;
  #total = 0;

  /** @param sinceMs When the process began to remember */
  constructor(capacity: number, sinceMs: number) {
    // Filled at once: an array that grows while events come would be copied again and again.
    this.#facts = Array.from({ length: capacity });
    this.#sinceMs = sinceMs;
  }

  add(fact: Fact): void {
    const capacity = this.#facts.length;
    if (capacity === 0) return;
    this.#facts[this.#next] = fact;
    this.#next = this.#next + 1 === capacity ? 0 : this.#next + 1;
    this.#total++;
  }

  get reach(): RingReach {
    const remembers = Math.min(this.#total, this.#facts.length);
    if (this.#total <= this.#facts.length && this.#facts.length > 0) return { remembers, sinceMs: this.#sinceMs };
    return { remembers, sinceMs: this.#facts[this.#next]?.atMs ?? Number.POSITIVE_INFINITY };
  }

  /** Those about it, the oldest first. */
  about(subject: FactSubject): Fact[] {
    return this.where((fact) => isAbout(fact, subject));
  }

  /** Those that fit, the oldest first. */
  where(fits: (fact: Fact) => boolean): Fact[] {
    const found: Fact[] = [];
    for (let step = 0; step < this.#facts.length; step++) {
      const fact = this.#facts[(this.#next + step) % this.#facts.length];
      if (fact && fits(fact)) found.push(fact);
    }
    return found;
  }
}
