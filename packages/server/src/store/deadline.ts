/** A limit in real time for work of the database, which no clock moves: the database itself counts in real time, too. */
export class Deadline {
  /** Resolves when the time is over, unless it was cancelled before. */
  readonly passed: Promise<void>;
  #hasPassed = false;
  readonly #timer: NodeJS.Timeout;

  constructor(delayMs: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.passed = promise;
    this.#timer = setTimeout(() => {
      this.#hasPassed = true;
      resolve();
    }, delayMs);
  }

  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}
