/** slack-bot-server as it is run: the database on disk, everything through createServer. */
import { createServer, type ServerOptions } from 'slack-bot-server';
import type { ClientSetup } from '../processes/messages.ts';
import type { Client } from './client.ts';

/** Without what spreads reconnects over time and writes them down: what is left is the cost of the code. */
const bare = {
  limiter: { ratePerSecond: Number.POSITIVE_INFINITY, maxConcurrent: Number.POSITIVE_INFINITY },
  timings: { initialMs: 0, maxMs: 0 },
  timeline: false,
} as const satisfies ServerOptions['connections'];

export function createServerClient({ apiUrl, databaseUrl, isBare = false }: ClientSetup): Client {
  if (databaseUrl === undefined) throw new Error('the server needs a database');
  const { server } = createServer({
    slackApiUrl: apiUrl,
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    ...(isBare ? { connections: bare } : {}),
  });
  return {
    async connect() {
      await server.start();
    },
  };
}
