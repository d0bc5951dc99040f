/** Remembers the ids of recent events, so that one that comes twice (two sockets during a takeover) is handled once. */
import type { Clock } from '../time/clock.ts';

/** How long an id is remembered, in milliseconds: longer than any overlap of two sockets. */
const REMEMBER_MS = 600_000;
/** How many ids are remembered at most; the oldest go first. */
const MAX_IDS = 50_000;

/** A bounded set of ids with their time. */
export class RecentIds {
  readonly #clock: Clock;
  readonly #seenAtMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds an id; false when it was seen before. */
  add(id: string): boolean {
    const nowMs = this.#clock.now();
    const seenAtMs = this.#seenAtMs.get(id);
    if (seenAtMs !== undefined && nowMs - seenAtMs < REMEMBER_MS) return false;
    this.#seenAtMs.delete(id);
    this.#seenAtMs.set(id, nowMs);
    this.#forgetOld(nowMs);
    return true;
  }

  #forgetOld(nowMs: number): void {
    for (const [id, atMs] of this.#seenAtMs) {
      if (this.#seenAtMs.size <= MAX_IDS && nowMs - atMs < REMEMBER_MS) return;
      this.#seenAtMs.delete(id);
    }
  }
}
