/**
 * Turns of one process: whoever comes about the same things waits here, in the order of arrival, and not on a connection. So however
 * many wait for one installation, they keep no connection from the others. Between processes the database's locks decide.
 */
import type { SharedSubject, Subject } from './store.ts';

export class SubjectTurns {
  readonly #last = new Map<Subject | SharedSubject, Promise<void>>();

  /** Resolves when it is the turn; the answer ends it. In line for all subjects at once, so that no two wait for each other. */
  async take(subjects: readonly (Subject | SharedSubject)[]): Promise<() => void> {
    const distinct = new Set(subjects);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const before = Array.from(distinct, (subject) => this.#last.get(subject) ?? Promise.resolve());
    for (const subject of distinct) this.#last.set(subject, ended);
    await Promise.all(before);
    return () => {
      for (const subject of distinct) if (this.#last.get(subject) === ended) this.#last.delete(subject);
      end();
    };
  }
}
