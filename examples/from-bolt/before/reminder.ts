/** Once a day each team is reminded of its open tickets. */
import { type Logger, webApi } from '@slack/bolt';
import type { FileInstallations } from './installations.ts';
import type { Tickets } from './tickets.ts';

const DAY_MS = 86_400_000;

interface Reminder {
  installations: FileInstallations;
  tickets: Tickets;
  log: Logger;
}

export function remindDaily(reminder: Reminder): void {
  setInterval(() => void remindAll(reminder), DAY_MS);
}

async function remindAll({ installations, tickets, log }: Reminder): Promise<void> {
  for (const { teamId, token } of installations.all()) {
    try {
      const open = await tickets.open(teamId);
      if (open.length === 0) continue;
      const text = `Open tickets: ${open.length}.`;
      await new webApi.WebClient(token).chat.postMessage({ channel: '#general', text });
    } catch (error) {
      log.error(`${teamId} was not reminded`, error);
    }
  }
}
