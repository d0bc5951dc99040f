/** What an engine tells of its parts for metrics, in words that stand in the labels of series. */
import type { ConnectionCounts } from './connection/supervisor.ts';
import type { DispatchCounts } from './dispatch/dispatcher-deps.ts';
import type { ReceiverCounts } from './dispatch/receiver.ts';
import type { UnroutedCounts } from './dispatch/unrouted.ts';
import type { SocketCounts } from './observability/metrics/sources.ts';

export interface EngineCounts {
  events: DispatchCounts;
  deliveries: Record<string, number>;
  unrouted: UnroutedCounts;
  sockets: readonly SocketCounts[];
  ownedShards: number;
}

export function deliveryCounts({ rateLimited, ...counts }: ReceiverCounts): Record<string, number> {
  return { ...counts, rate_limited: rateLimited };
}

export function socketCounts(
  transport: SocketCounts['transport'],
  { byKind, queued, malformedFrames }: ConnectionCounts,
): SocketCounts {
  return { transport, byState: byKind, queued, malformedFrames };
}
