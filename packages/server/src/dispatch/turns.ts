/** The teams that wait for a slot: who holds fewest is next, and among those who has waited longest. Pure bookkeeping. */

/** What stands in line. It stands where it was put until it is put again or taken out. */
export interface Waiter {
  /** How many slots it holds. */
  readonly running: number;
  /** Where it stands: the number of slots that it held when it was put there; undefined = nowhere. */
  turn: number | undefined;
}

export class Turns<Team extends Waiter> {
  /** By slots that they have. Never longer than the limit of a team. */
  readonly #bySlots: Set<Team>[] = [];
  /** Nobody stands before this. */
  #least = 0;

  /** Puts the team at the end of those that hold as many as it does; one that stands there already keeps its place. */
  put(team: Team): void {
    const { running } = team;
    if (team.turn === running) return;
    this.remove(team);
    while (this.#bySlots.length <= running) this.#bySlots.push(new Set());
    this.#bySlots[running]?.add(team);
    team.turn = running;
    if (running < this.#least) this.#least = running;
  }

  remove(team: Team): void {
    if (team.turn === undefined) return;
    this.#bySlots[team.turn]?.delete(team);
    team.turn = undefined;
  }

  /** The team whose turn it is; it stays where it stands. */
  next(): Team | undefined {
    for (; this.#least < this.#bySlots.length; this.#least++) {
      const [team] = this.#bySlots[this.#least] ?? [];
      if (team) return team;
    }
    return undefined;
  }
}
