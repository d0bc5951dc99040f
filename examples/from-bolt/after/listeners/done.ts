/** The button below a ticket closes it. */
import type { App } from '@slack/bolt';
import type { Tickets } from '../tickets.ts';

export function listenForDone(app: App, tickets: Tickets): void {
  app.action({ type: 'block_actions', action_id: 'done' }, async ({ ack, action, body, respond, context }) => {
    await ack();
    const number = action.type === 'button' ? Number(action.value) : Number.NaN;
    const ticket = await tickets.close(`${context.teamId}`, number);
    if (ticket)
      await respond({ replace_original: true, text: `#${number} is done, says <@${body.user.id}>: ${ticket.text}` });
  });
}
