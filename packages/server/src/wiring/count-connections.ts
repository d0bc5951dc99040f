/** Counts what connections go through: each attempt that ended, and each open one that was lost or closed. */
import type { ConnectionChange } from '../connection/connection-observer.ts';
import type { Counters } from '../observability/metrics/counters.ts';

/** A planned successor counts when it takes over, and when it could not be had. */
export function countChange(
  counters: Pick<Counters, 'connects' | 'closes'>,
  transport: 'rtm' | 'socket',
  { from, to, isReplaced, reason }: ConnectionChange,
): void {
  if (isReplaced || (to === 'open' && from !== 'open')) counters.connects.add(transport, 'open');
  else if (from === 'connecting' && to === 'waiting') counters.connects.add(transport, reason);
  // Closed by us as soon as the new one had said hello.
  if (isReplaced) counters.closes.add(transport, reason === 'hello' ? 'replaced' : reason);
  else if (from === 'open' && to !== 'open') counters.closes.add(transport, reason);
}
