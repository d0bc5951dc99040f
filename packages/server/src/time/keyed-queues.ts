/** Work on one thing never overlaps itself and keeps its order; different things do not wait for each other. */

interface Queue {
  /** Resolves when everything so far has ended. Never rejects. */
  last: Promise<void>;
  /** How many run or wait. */
  length: number;
}

/** One queue per key. A key without work takes no memory. */
export class KeyedQueues<Key> {
  readonly #queues = new Map<Key, Queue>();

  /**
   * Runs `work` behind what was added of the key before, however that ended.
   * @throws what `work` throws
   */
  add<T>(key: Key, work: () => T | Promise<T>): Promise<T> {
    const queue = this.#queues.get(key) ?? { last: Promise.resolve(), length: 0 };
    this.#queues.set(key, queue);
    queue.length++;
    const done = queue.last.then(work);
    const end = () => {
      queue.length--;
      if (queue.length === 0) this.#queues.delete(key);
    };
    queue.last = done.then(end, end);
    return done;
  }

  /** How much of the key runs or waits. */
  lengthOf(key: Key): number {
    return this.#queues.get(key)?.length ?? 0;
  }

  /** Resolves when nothing runs or waits, also of what is added meanwhile. */
  async settled(): Promise<void> {
    while (this.#queues.size > 0) await Promise.all(Array.from(this.#queues.values(), ({ last }) => last));
  }
}
