/** The Socket Mode connections of a server, if its events come that way. */
import type { Config } from '../config.ts';
import { SocketConnections, type SocketConnectionsDeps } from '../connection/socket-connections.ts';

interface SocketsOfServerDeps extends Omit<SocketConnectionsDeps, 'appToken'> {
  config: Pick<Config, 'slackTransport' | 'slackAppToken'>;
}

/** The sockets of a server; undefined unless events come by Socket Mode. */
export function createSocketConnections({ config, ...deps }: SocketsOfServerDeps): SocketConnections | undefined {
  const { slackTransport, slackAppToken: appToken } = config;
  if (slackTransport !== 'socket' || appToken === undefined) return undefined;
  return new SocketConnections({ ...deps, appToken });
}
