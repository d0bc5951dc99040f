/** The Socket Mode connections of a server, if its events come that way. */
import type { Config } from '../config/config.ts';
import type { ConnectionChange } from '../connection/connection-observer.ts';
import { SocketConnections, type SocketConnectionsDeps } from '../connection/socket-connections.ts';
import type { Counters } from '../observability/metrics/counters.ts';
import { countChange } from './count-connections.ts';

interface SocketsOfServerDeps extends Omit<SocketConnectionsDeps, 'appToken' | 'onChange'> {
  counters: Counters;
  config: Pick<Config, 'slackTransport' | 'slackAppToken'>;
}

/** The sockets of a server; undefined unless events come by Socket Mode. */
export function createSocketConnections({
  config,
  counters,
  ...deps
}: SocketsOfServerDeps): SocketConnections | undefined {
  const { slackTransport, slackAppToken: appToken } = config;
  if (slackTransport !== 'socket' || appToken === undefined) return undefined;
  const onChange = (change: ConnectionChange) => countChange(counters, 'socket', change);
  return new SocketConnections({ ...deps, appToken, onChange });
}
