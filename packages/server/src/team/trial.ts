/** A transaction that is rolled back after all was written, to know what would come of it. */

/** Thrown in a transaction to roll it back: nothing failed. */
export class EndOfTrial extends Error {
  readonly outcome: unknown;

  constructor(outcome: unknown) {
    super('Only a trial');
    this.outcome = outcome;
  }
}

/** @returns what the trial said, or what the work did */
export async function untilEndOfTrial<Outcome>(work: Promise<Outcome>): Promise<Outcome> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof EndOfTrial) return error.outcome as Outcome;
    throw error;
  }
}
