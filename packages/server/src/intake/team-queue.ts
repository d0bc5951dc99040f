/** The waiting and running events of one team: which one may start next. Pure bookkeeping; dispatcher.ts runs them. */
import type { Envelope } from './envelope.ts';

interface Running {
  orderKey: string | undefined;
  /** Its conversation may go on although it still runs: it took longer than the order waits. */
  isOvertaken: boolean;
}

/** Events of one team, oldest first, with at most one running per conversation unless the running one was overtaken. */
export class TeamQueue {
  readonly #waiting: Envelope[] = [];
  readonly #running = new Map<Envelope, Running>();

  get waiting(): number {
    return this.#waiting.length;
  }

  get running(): number {
    return this.#running.size;
  }

  add(envelope: Envelope): void {
    this.#waiting.push(envelope);
  }

  /** Takes the oldest event whose conversation is free, and counts it as running. */
  takeNext(): Envelope | undefined {
    const busy = new Set<string>();
    for (const { orderKey, isOvertaken } of this.#running.values()) {
      if (orderKey !== undefined && !isOvertaken) busy.add(orderKey);
    }
    const index = this.#waiting.findIndex(({ orderKey }) => orderKey === undefined || !busy.has(orderKey));
    if (index < 0) return undefined;
    const [envelope] = this.#waiting.splice(index, 1);
    if (envelope) this.#running.set(envelope, { orderKey: envelope.orderKey, isOvertaken: false });
    return envelope;
  }

  /** The running event no longer holds up its conversation. */
  overtake(envelope: Envelope): void {
    const running = this.#running.get(envelope);
    if (running) running.isOvertaken = true;
  }

  finish(envelope: Envelope): void {
    this.#running.delete(envelope);
  }

  /** Forgets everything that waits; answers how many. */
  clear(): number {
    return this.#waiting.splice(0).length;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#running.size === 0;
  }
}
