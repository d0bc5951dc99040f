/** What faults do to an event on its way to one addressee: it is lost, comes twice, late, or after the next one. */
import type { Clock, Timer } from '../clock/clock.ts';
import type { FaultBoard, FaultScope } from '../faults/fault-board.ts';

/** An event that a fault holds back for the next one leaves after so long in any case, in milliseconds. */
const REORDER_LIMIT_MS = 5000;

/** One per way on which events leave: for RTM frames, and for the deliveries of the Events API. */
export class DeliveryFaults {
  readonly #faults: FaultBoard;
  readonly #clock: Clock;
  readonly #late = new Set<Timer>();
  /** By addressee: what is held back until the next event has left. */
  readonly #heldBack = new Map<string, () => void>();

  constructor({ faults, clock }: { faults: FaultBoard; clock: Clock }) {
    this.#faults = faults;
    this.#clock = clock;
  }

  /**
   * Sends an event as the faults in force want it.
   * @param addressee Whose events are kept in order by themselves.
   * @returns false when it is lost
   */
  pass(addressee: string, scope: FaultScope, send: () => void): boolean {
    const faults = this.#faults;
    if (faults.match('delivery_drop', scope)) return false;
    const sendAll = faults.match('delivery_duplicate', scope) ? twice(send) : send;
    const delay = faults.match('delivery_delay', scope);
    if (delay) this.#later(delay.delayMs, sendAll);
    else if (!this.#heldBack.has(addressee) && faults.match('delivery_reorder', scope))
      this.#holdBack(addressee, sendAll);
    else {
      sendAll();
      this.#heldBack.get(addressee)?.();
    }
    return true;
  }

  /** What is still held up never leaves. */
  stop(): void {
    for (const timer of this.#late) timer.cancel();
    this.#late.clear();
    this.#heldBack.clear();
  }

  #holdBack(addressee: string, send: () => void): void {
    const leave = () => {
      if (this.#heldBack.get(addressee) !== leave) return;
      this.#heldBack.delete(addressee);
      send();
    };
    this.#heldBack.set(addressee, leave);
    this.#later(REORDER_LIMIT_MS, leave);
  }

  #later(delayMs: number, act: () => void): void {
    const timer = this.#clock.after(delayMs, () => {
      this.#late.delete(timer);
      act();
    });
    this.#late.add(timer);
  }
}

function twice(send: () => void): () => void {
  return () => {
    send();
    send();
  };
}
