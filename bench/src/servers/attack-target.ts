/** The server that is attacked: everything through createServer, with listeners that do as usual and listeners that misbehave. */
import { createServer } from 'slack-bot-server';
import { APP_TOKEN } from '../attack/cast.ts';
import type { ServerSetup } from '../processes/messages.ts';
import { type EventServer, noteHandled } from './event-server.ts';

export async function startAttackTarget(setup: ServerSetup): Promise<EventServer> {
  const { signingSecret, apiUrl, databaseUrl, encryptionKeys, client, transport = 'http' } = setup;
  if (databaseUrl === undefined || client === undefined) throw new Error('the server needs a database and a client');
  const { bot, server } = createServer({
    ...(transport === 'http'
      ? { slackTransport: transport, slackSigningSecret: signingSecret }
      : // One socket, so that everybody is everybody's neighbour.
        { slackTransport: transport, slackAppToken: APP_TOKEN, connections: { socketCount: 1 } }),
    slackClientId: client.id,
    slackClientSecret: client.secret,
    slackScopes: ['chat:write', 'commands'],
    slackApiUrl: apiUrl,
    publicUrl: 'http://bench.test',
    trustProxy: 0,
    host: '127.0.0.1',
    port: 0,
    databaseUrl,
    logLevel: 'error',
    ...(encryptionKeys === undefined ? {} : { encryptionKeys }),
  });
  bot.event('message', async ({ body, event }) => {
    const text = 'text' in event ? (event.text ?? '') : '';
    if (text.startsWith('hang')) await new Promise(() => {});
    if (text.startsWith('nul')) throw new Error('a\0b');
    noteHandled(body.event_id);
  });
  bot.command('/ping', ({ ack }) => ack('pong'));
  bot.command('/large', ({ ack }) => ack('x'.repeat(34_000)));
  bot.command('/hang', async ({ ack }) => {
    await ack();
    await new Promise(() => {});
  });
  const { url } = await server.start();
  return { port: Number(new URL(url).port) };
}
