/** Tickets, as a bot file: the same listeners; HTTP, tokens, uninstalls, errors and time are the server's. */
import type { BotServer } from 'slack-bot-server';
import { listenForDone } from './listeners/done.ts';
import { listenForHome } from './listeners/home.ts';
import { listenForNewTickets } from './listeners/new-ticket.ts';
import { TeamTickets } from './tickets.ts';

export interface TicketsOptions {
  /** Whoever asks how many tickets a team has must know it. @defaultValue nobody may ask */
  statusKey?: string | undefined;
}

export const ticketsWith =
  ({ statusKey }: TicketsOptions) =>
  ({ bot, server }: BotServer): void => {
    const tickets = new TeamTickets(server);

    listenForNewTickets(bot, tickets);
    listenForDone(bot, tickets);
    listenForHome(bot, tickets);

    server.everyTeam(
      'day',
      async ({ teamId, client }) => {
        const open = await tickets.open(teamId);
        if (open.length > 0) {
          await client.chat.postMessage({ channel: '#general', text: `Open tickets: ${open.length}.` });
        }
      },
      { name: 'reminder' },
    );

    server.route('GET /tickets', async (request) => {
      const isAllowed = statusKey !== undefined && request.headers.get('authorization') === `Bearer ${statusKey}`;
      if (!isAllowed) return new Response(null, { status: 401 });
      const team = new URL(request.url).searchParams.get('team') ?? '';
      return Response.json({ open: team === '' ? 0 : (await tickets.open(team)).length });
    });
  };

export default ticketsWith({ statusKey: process.env.STATUS_KEY });
