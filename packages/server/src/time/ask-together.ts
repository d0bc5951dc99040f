/** One question about many at once, for those who each ask about one. */

/** Asked about at once; the others are asked about next. */
const MOST = 1_000;

interface Asker<Key> {
  key: Key;
  readonly resolve: (isAmong: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Which of many are among those that a question finds. Whoever asks while an answer is on its way gets the next one, together with all
 * others who wait for it: an answer is never older than what it answers.
 */
export class AskTogether<Key> {
  readonly #ask: (keys: readonly Key[]) => Promise<ReadonlySet<Key>>;
  #waiting: Asker<Key>[] = [];
  #isAsking = false;

  constructor(ask: (keys: readonly Key[]) => Promise<ReadonlySet<Key>>) {
    this.#ask = ask;
  }

  /** @throws whatever the question throws, for each of those it was about */
  isAmong(key: Key): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      if (!this.#isAsking) void this.#askAll();
    });
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    // One turn later, so that those who ask in the same turn of the event loop share the question.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#askNext(this.#waiting.splice(0, MOST));
    this.#isAsking = false;
  }

  async #askNext(askers: readonly Asker<Key>[]): Promise<void> {
    try {
      const found = await this.#ask(Array.from(new Set(askers.map(({ key }) => key))));
      for (const { key, resolve } of askers) resolve(found.has(key));
    } catch (error) {
      for (const { reject } of askers) reject(error);
    }
  }
}
