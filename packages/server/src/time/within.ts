/** A promise against a time limit. The work itself goes on: whoever can end it does so in `late`. */
import type { Clock } from './clock.ts';

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
  const { promise: over, resolve } = Promise.withResolvers<'over'>();
  const timer = clock.after(limitMs, () => resolve('over'));
  try {
    // Behind an object, so that no value of the work can be taken for the end of the time.
    const first = await Promise.race([work.then((value) => ({ value })), over]);
    return first === 'over' ? late() : first.value;
  } finally {
    timer.cancel();
  }
}
