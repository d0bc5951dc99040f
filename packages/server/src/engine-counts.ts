/** What an engine tells of its parts for metrics, in words that stand in the labels of series. */
import type { SocketConnections } from './connection/socket-connections.ts';
import type { ConnectionCounts, Supervisor } from './connection/supervisor.ts';
import type { DispatchCounts } from './dispatch/dispatcher-deps.ts';
import type { Receiver, ReceiverCounts } from './dispatch/receiver.ts';
import type { UnroutedCounts } from './dispatch/unrouted.ts';
import type { SocketCounts } from './observability/metrics/sources.ts';

export interface EngineCounts {
  events: DispatchCounts;
  deliveries: Record<string, number>;
  unrouted: UnroutedCounts;
  sockets: readonly SocketCounts[];
  ownedShards: number;
}

interface Connected {
  teams: Pick<Supervisor, 'counts'>;
  /** Undefined unless events come by Socket Mode. */
  sockets: Pick<SocketConnections, 'connections'> | undefined;
  receiver: Pick<Receiver, 'counts'>;
}

interface Taken {
  dispatcher: { readonly counts: DispatchCounts };
  unrouted: { readonly counts: UnroutedCounts };
}

export function engineCounts(
  { teams, sockets, receiver }: Connected,
  { dispatcher, unrouted }: Taken,
  { slackTransport }: { slackTransport: string },
  ownedShards: number,
): EngineCounts {
  return {
    events: dispatcher.counts,
    deliveries: deliveryCounts(receiver.counts),
    unrouted: unrouted.counts,
    sockets: [
      ...(slackTransport === 'rtm' ? [socketCounts('rtm', teams.counts())] : []),
      ...(sockets ? [socketCounts('socket', sockets.connections)] : []),
    ],
    ownedShards,
  };
}

function deliveryCounts({ rateLimited, ...counts }: ReceiverCounts): Record<string, number> {
  return { ...counts, rate_limited: rateLimited };
}

function socketCounts(
  transport: SocketCounts['transport'],
  { byKind, queued, malformedFrames }: ConnectionCounts,
): SocketCounts {
  return { transport, byState: byKind, queued, malformedFrames };
}
