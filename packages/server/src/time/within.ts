/** A promise against a time limit. The work itself goes on: whoever can end it does so in `late`. */
import type { Clock } from './clock.ts';

/** No value of any work. */
const OVER: unique symbol = Symbol('the time is over');

export interface TimeLimit<Late> {
  clock: Pick<Clock, 'after'>;
  /** In milliseconds. */
  limitMs: number;
  /** What counts when the time is over: a value, or what it throws. */
  late: () => Late;
}

/**
 * The work's own end, or what is said when it takes longer. No timer stays behind.
 * @throws what the work or `late` throws
 */
export async function within<T, Late>(work: Promise<T>, { clock, limitMs, late }: TimeLimit<Late>): Promise<T | Late> {
  const { promise: over, resolve } = Promise.withResolvers<typeof OVER>();
  const timer = clock.after(limitMs, () => resolve(OVER));
  try {
    const first = await Promise.race([work, over]);
    return first === OVER ? late() : first;
  } finally {
    timer.cancel();
  }
}
