/**
 * slack-bot-server as it is run: everything through createServer, the database on disk, one listener. A delay of its commits is
 * no public option, so this is the one file that imports the server's source by its path.
 */
import { createTunedServer } from '../../../packages/server/src/server.ts';
import type { ServerSetup } from '../processes/messages.ts';
import { type EventServer, noteHandled } from './event-server.ts';
import { logsHandling } from './handling-log.ts';
import { countersOf, registerSdk, SAMPLED, scrape } from './watched.ts';

export async function startBotServer(setup: ServerSetup): Promise<EventServer> {
  const { signingSecret, apiUrl, databaseUrl, encryptionKeys, commitDelayMs, handlingLog, watching } = setup;
  if (databaseUrl === undefined) throw new Error('the server needs a database');
  const options = {
    slackTransport: 'http',
    slackSigningSecret: signingSecret,
    slackApiUrl: apiUrl,
    publicUrl: 'http://bench.test',
    host: '127.0.0.1',
    port: 0,
    databaseUrl,
    ...(encryptionKeys === undefined ? {} : { encryptionKeys }),
  } as const;
  const counters = countersOf(watching);
  if (watching === 'traces') await registerSdk(1);
  if (watching === 'sampled') await registerSdk(SAMPLED);
  const { bot, server } = createTunedServer(options, { commitDelayMs, ...(counters && { counters }) });
  if (handlingLog === undefined) bot.event('message', async () => noteHandled());
  else bot.event('message', logsHandling(handlingLog));
  const { url } = await server.start();
  if (watching === 'metrics') scrape(server);
  return { port: Number(new URL(url).port), stop: async () => void (await server.stop()) };
}
