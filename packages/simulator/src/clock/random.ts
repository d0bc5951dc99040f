/** The only source of randomness: from the machine, or from a number so that ids and tokens repeat from run to run. */
import { randomBytes } from 'node:crypto';

/** Gives the next whole number in [0, below). */
export type Random = (below: number) => number;

/** Unpredictable; what a simulator uses unless it is given a seed number. */
export function systemRandom(): Random {
  let pool = Buffer.alloc(0);
  let at = 0;
  return (below) => {
    if (at + 4 > pool.length) {
      pool = randomBytes(4096);
      at = 0;
    }
    const value = pool.readUInt32LE(at);
    at += 4;
    return value % below;
  };
}

/** Repeats exactly for the same number (mulberry32). */
export function seededRandom(seedNumber: number): Random {
  let state = seedNumber >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
