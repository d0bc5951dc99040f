/** The only source of random numbers for jitter; ids and keys come from node:crypto. */

/** A number from 0 (included) to 1 (excluded). */
export const systemRandom = (): number => Math.random();
