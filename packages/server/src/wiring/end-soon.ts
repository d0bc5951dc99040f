/** What is told, in the middle of a stop, to whoever still works for somebody. */
import type { Clock, Timer } from '../time/clock.ts';

/** Half of the grace is undisturbed, and half of it is there to finish: most answers take less than either. */
export function endSoon(
  workers: readonly { drain(): void }[],
  { clock, graceMs }: { clock: Pick<Clock, 'after'>; graceMs: number },
): Timer {
  return clock.after(graceMs / 2, () => {
    for (const worker of workers) worker.drain();
  });
}
