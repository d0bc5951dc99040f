/**
 * The timers of a moved clock by the time at which they fall due: a binary heap, because a storm has ten thousand of them and
 * each one that fires asks which is next. What was cancelled stays in it until it is on top, or until it is half of all.
 */

/** A timer that waits. */
export interface Due {
  readonly atMs: number;
  /** Of two that fall due together the one that was set first fires first. */
  readonly order: number;
  readonly fn: () => void;
  /** It fired, or was cancelled. */
  isOver: boolean;
}

/** Below that many a queue is not worth tidying. */
const MIN_TIDIED = 64;

/** Timers in order. */
export class DueQueue {
  #heap: Due[] = [];
  #order = 0;
  #over = 0;

  /** How many wait. */
  get size(): number {
    return this.#heap.length - this.#over;
  }

  add(atMs: number, fn: () => void): Due {
    const due: Due = { atMs, order: this.#order++, fn, isOver: false };
    this.#heap.push(due);
    this.#raise(this.#heap.length - 1);
    return due;
  }

  /** Ends the wait of a timer; answers whether it waited. */
  remove(due: Due): boolean {
    if (due.isOver) return false;
    due.isOver = true;
    this.#over++;
    if (this.#over > this.#heap.length / 2 && this.#heap.length > MIN_TIDIED) this.#tidy();
    return true;
  }

  /** The one that falls due first. */
  first(): Due | undefined {
    while (this.#heap[0]?.isOver) this.#dropTop();
    return this.#heap[0];
  }

  #dropTop(): void {
    const last = this.#heap.pop();
    this.#over--;
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#lower(0);
  }

  #tidy(): void {
    // What is sorted is a heap.
    this.#heap = this.#heap.filter(({ isOver }) => !isOver).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#over = 0;
  }

  #raise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #lower(from: number): void {
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const [a, b] = [this.#heap[left], this.#heap[right]];
      const child = a && b && isBefore(b, a) ? right : left;
      if (!this.#swapIfBefore(child, at)) return;
      at = child;
    }
  }

  /** Swaps two places when the timer in the first falls due before the one in the second; answers whether it did. */
  #swapIfBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b || !isBefore(a, b)) return false;
    this.#heap[one] = b;
    this.#heap[other] = a;
    return true;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
