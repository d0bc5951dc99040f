/** @slack/rtm-api as its documentation shows it: one RTMClient per team, all in one process, default settings. */
import { LogLevel, RTMClient } from '@slack/rtm-api';
import type { ClientSetup } from '../processes/messages.ts';
import type { Client } from './client.ts';

export function createRtmApiClient({ apiUrl, teams }: ClientSetup): Client {
  const clients: RTMClient[] = [];
  return {
    connect() {
      for (const { token } of teams) {
        const client = new RTMClient(token, { slackApiUrl: apiUrl, logLevel: LogLevel.ERROR });
        clients.push(client);
        // `error` is the library's word for a broken socket; unheard it would end the process.
        client.on('error', () => {});
        client.start().catch(() => {});
      }
    },
  };
}
