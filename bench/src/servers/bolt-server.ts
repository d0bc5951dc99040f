/** Bolt as its documentation shows it: an App with its HTTPReceiver and one listener; signatures are verified. */

import type { AddressInfo } from 'node:net';
import { App, LogLevel } from '@slack/bolt';
import { type EventServer, noteHandled } from './event-server.ts';

export async function startBoltServer(options: { signingSecret: string; apiUrl: string }): Promise<EventServer> {
  const { signingSecret, apiUrl } = options;
  const app = new App({
    signingSecret,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: apiUrl },
    authorize: ({ teamId }) =>
      Promise.resolve({
        botToken: 'xoxb-bench',
        botId: 'B0BOT00001',
        botUserId: 'U0BOT00001',
        ...(teamId === undefined ? {} : { teamId }),
      }),
  });
  app.event('message', async () => noteHandled());
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  return { port: (server.address() as AddressInfo).port };
}
