/** The bot of the pictures: says who is on call, and breaks at a swap. */
import type { BotServer } from 'slack-bot-server';

export const rota = ({ bot, server }: BotServer) => {
  bot.message(/who is on call/, async ({ context, say }) => {
    const count = await server.data(`${context.teamId}`).increment('asked');
    await say(`It is <@${context.userId}> until 18:00. You asked ${count} ${count === 1 ? 'time' : 'times'} today.`);
  });
  bot.message(/^swap/, async ({ say, client, message }) => {
    await say('Let me look …');
    await client.reactions.add({ channel: message.channel, timestamp: message.ts, name: 'eyes' });
    throw new Error('The calendar does not answer');
  });
  bot.message(/^release (\d+)/, async ({ context, say, client, message }) => {
    const build = (context.matches as RegExpMatchArray)[1];
    await client.reactions.add({ channel: message.channel, timestamp: message.ts, name: 'rocket' });
    const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
    const button = (text: string, more: object = {}) => ({
      type: 'button',
      text: { type: 'plain_text', text },
      action_id: text,
      ...more,
    });
    await say({
      text: `Build ${build} is ready`,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: `Build ${build} is ready :rocket:` } },
        section('*All 8,101 checks passed* in 14 min.\nIt goes to `eu-west` first, then to everybody.'),
        {
          type: 'actions',
          elements: [
            button('Ship it', { style: 'primary' }),
            button('Look first'),
            button('Roll back', { style: 'danger' }),
          ],
        },
        {
          type: 'context',
          elements: [{ type: 'mrkdwn', text: `Asked for by <@${context.userId}> · on call until 18:00` }],
        },
      ],
    } as never);
  });
};
