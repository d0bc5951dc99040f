/** The Home tab shows the open tickets. */
import type { App } from '@slack/bolt';
import type { Tickets } from '../tickets.ts';

export function listenForHome(app: App, tickets: Tickets): void {
  app.event('app_home_opened', async ({ event, client, context }) => {
    if (event.tab !== 'home') return;
    const open = await tickets.open(`${context.teamId}`);
    const lines = open.map(({ number, text }) => `*#${number}* ${text}`);
    const text = lines.join('\n') || 'No ticket is open.';
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] },
    });
  });
}
