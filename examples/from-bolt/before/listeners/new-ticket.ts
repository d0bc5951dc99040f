/** `/ticket` opens a form; what is sent becomes a ticket in #general. */
import type { App, types } from '@slack/bolt';
import type { Tickets } from '../tickets.ts';

const form: types.ModalView = {
  type: 'modal',
  callback_id: 'new_ticket',
  title: { type: 'plain_text', text: 'New ticket' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: [
    {
      type: 'input',
      block_id: 'ticket',
      label: { type: 'plain_text', text: 'What is wrong?' },
      element: { type: 'plain_text_input', action_id: 'text' },
    },
  ],
};

export function listenForNewTickets(app: App, tickets: Tickets): void {
  app.command('/ticket', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: form });
  });

  app.view('new_ticket', async ({ ack, view, body, client, context }) => {
    const text = view.state.values.ticket?.text?.value ?? '';
    if (text.length < 5) {
      await ack({ response_action: 'errors', errors: { ticket: 'Tell a little more' } });
      return;
    }
    await ack();
    const ticket = await tickets.add(`${context.teamId}`, { text, by: body.user.id });
    const done = {
      type: 'button',
      action_id: 'done',
      value: `${ticket.number}`,
      text: { type: 'plain_text', text: 'Done' },
    } as const;
    await client.chat.postMessage({
      channel: '#general',
      text: `#${ticket.number} of <@${ticket.by}>: ${text}`,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `*#${ticket.number}* of <@${ticket.by}>: ${text}` } },
        { type: 'actions', elements: [done] },
      ],
    });
  });
}
