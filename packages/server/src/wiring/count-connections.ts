/** Counts what connections go through: each attempt that ended, and each open one that was lost or closed. */
import type { ConnectionChange } from '../connection/connection-observer.ts';
import type { Counters } from '../observability/metrics/counters.ts';

/** A planned successor counts when it takes over, and when it could not be had. */
export function countChange(
  counters: Pick<Counters, 'connects' | 'closes'>,
  transport: 'rtm' | 'socket',
  { from, to, reason }: ConnectionChange,
): void {
  if (to === 'open' && from !== 'open') counters.connects.add(transport, 'open');
  else if (from === 'connecting' && to === 'waiting') counters.connects.add(transport, reason);
  if (from === 'open' && to !== 'open') counters.closes.add(transport, reason);
}
