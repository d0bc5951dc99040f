/** What only code can set of the parts that the engine joins. Each is described, with its defaults, where the part is. */
import type { RefresherOptions } from '../installation/refresher.ts';
import type { DispatcherOptions } from '../dispatch/dispatcher-options.ts';
import type { InteractionsOptions } from '../dispatch/interactions/interactions.ts';
import type { EventsOptions } from '../dispatch/own-messages.ts';
import type { JudgeOptions } from '../judge/judge.ts';
import type { PeriodicCheckOptions } from '../judge/periodic-check.ts';
import type { SocketConnectionsOptions } from '../connection/socket-connections.ts';
import type { TeamConnectionsOptions } from './create-team-connections.ts';

/** Settings of connections, of teams (RTM) and of the app (Socket Mode). */
export type ConnectionsOptions = TeamConnectionsOptions & SocketConnectionsOptions;

export interface EngineOptions {
  judge: JudgeOptions;
  periodicCheck: PeriodicCheckOptions;
  refresher: RefresherOptions;
  dispatcher: DispatcherOptions;
  interactions: InteractionsOptions;
  events: EventsOptions;
  connections: ConnectionsOptions;
}
