/**
 * Who may write now: commits of new and finished events overlap, and everything else takes a turn of its own, in which no commit
 * is under way. Turns come in the order in which they were asked for.
 */

/** One per inbox. */
export class CommitTurns {
  readonly #underWay = new Set<Promise<unknown>>();
  /** The last turn that was asked for; undefined when commits may go at once. */
  #turn: Promise<unknown> | undefined;

  /** Whether a commit may go at once. */
  get isFree(): boolean {
    return this.#turn === undefined;
  }

  /** Counts a commit as under way until it has settled. */
  async overlap<T>(commit: Promise<T>): Promise<T> {
    this.#underWay.add(commit);
    try {
      return await commit;
    } finally {
      this.#underWay.delete(commit);
    }
  }

  /** Runs `work` when no commit is under way, and lets none begin until it has ended. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#turn ?? Promise.allSettled(this.#underWay);
    const own = before.then(work);
    const settled = own.then(
      () => {},
      () => {},
    );
    const turn = settled.then(() => {
      if (this.#turn === turn) this.#turn = undefined;
    });
    this.#turn = turn;
    return own;
  }
}
