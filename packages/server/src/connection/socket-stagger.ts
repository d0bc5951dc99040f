/**
 * Keeps the ends of Socket Mode connections apart. Slack lets each live about equally long: two that were opened together
 * would be refreshed together, every time. The later slot is refreshed early once, and from then on they alternate.
 */
import type { Clock, Timer } from '../time/clock.ts';

export interface SocketStaggerDeps {
  /** In order; the first is never refreshed early. */
  slots: readonly string[];
  refresh(slot: string): void;
  clock: Clock;
}

/** One per process. */
export class SocketStagger {
  readonly #deps: SocketStaggerDeps;
  /** When Slack will ask for a refresh, on the monotonic clock. */
  readonly #endsAtMs = new Map<string, number>();
  readonly #timers = new Map<string, Timer>();

  constructor(deps: SocketStaggerDeps) {
    this.#deps = deps;
  }

  /** A slot has a new socket that will live about so long. */
  opened(slot: string, lifeMs: number): void {
    const { clock, slots } = this.#deps;
    this.closed(slot);
    const endsAtMs = clock.monotonic() + lifeMs;
    const shareMs = lifeMs / slots.length;
    const isApart = [...this.#endsAtMs.values()].every((otherMs) => Math.abs(otherMs - endsAtMs) >= shareMs / 2);
    this.#endsAtMs.set(slot, endsAtMs);
    const turn = slots.indexOf(slot);
    if (turn <= 0 || isApart) return;
    this.#timers.set(
      slot,
      clock.after(shareMs * turn, () => this.#deps.refresh(slot)),
    );
  }

  /** The slot has no socket. */
  closed(slot: string): void {
    this.#endsAtMs.delete(slot);
    this.#timers.get(slot)?.cancel();
    this.#timers.delete(slot);
  }

  stop(): void {
    for (const slot of this.#deps.slots) this.closed(slot);
  }
}
