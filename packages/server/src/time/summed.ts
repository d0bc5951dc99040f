/** Something that strangers can make happen as often as they like, told at most once in a while with how often it happened. */
import type { Clock } from './clock.ts';

/** One line a minute says that it goes on, in milliseconds; more of them would fill the log. */
const EVERY_MS = 60_000;

/**
 * Tells of the first at once, and of those behind it together with the first one a minute later.
 * @example
 * const rejected = summedUp(clock, (count) => log.warn({ rejected: count }, 'requests rejected'));
 */
export function summedUp<Facts = void>(
  clock: Pick<Clock, 'monotonic'>,
  tell: (count: number, facts: Facts) => void,
): (facts: Facts) => void {
  let count = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (facts) => {
    count++;
    if (clock.monotonic() - toldAtMs < EVERY_MS) return;
    toldAtMs = clock.monotonic();
    tell(count, facts);
    count = 0;
  };
}
