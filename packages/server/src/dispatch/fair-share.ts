/**
 * How much of something limited a team may have while others want it, too (P6): slots to run in, or bytes of memory. A team's
 * share shrinks as the process fills, and a reserve stays for teams that have nothing. Pure.
 *
 * With 500 shared, 20 per team and a reserve of 2,000: one team gets 20; 24 that take all they can get 20 each and leave 20,
 * of which the next takes 10; a hundred that come together get 4 each. Every further team still gets its first one, until
 * 2,000 teams hold some at the same time: the total is never more than `shared + reserve`.
 */

export interface FairLimits {
  /** The most that one team may have. */
  perTeam: number;
  /** What all teams share. A team that has some gets more only while it has less than what is left of this. */
  shared: number;
  /** Beyond that, only for teams that have nothing. */
  reserve: number;
}

/**
 * Whether a team that holds `own` may take more, when all together hold `total`. Who holds less may whenever who holds more
 * may. While fewer than `reserve` teams hold any, one that holds nothing may always.
 */
export function mayTakeMore(own: number, total: number, { perTeam, shared, reserve }: FairLimits): boolean {
  if (own === 0) return total < shared + reserve;
  return own < perTeam && own < shared - total;
}

/** Counts slots by team. */
export class FairSlots {
  readonly #limits: FairLimits;
  readonly #byTeam = new Map<string, number>();
  #total = 0;

  constructor(limits: FairLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  takenBy(teamId: string): number {
    return this.#byTeam.get(teamId) ?? 0;
  }

  /** Takes a slot if the team may have one. */
  take(teamId: string): boolean {
    const own = this.takenBy(teamId);
    if (!mayTakeMore(own, this.#total, this.#limits)) return false;
    this.#byTeam.set(teamId, own + 1);
    this.#total++;
    return true;
  }

  giveBack(teamId: string): void {
    const left = this.takenBy(teamId) - 1;
    this.#total--;
    if (left > 0) this.#byTeam.set(teamId, left);
    else this.#byTeam.delete(teamId);
  }
}
