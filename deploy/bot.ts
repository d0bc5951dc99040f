/** The bot of these examples. */
import type { BotServer } from 'slack-bot-server';

export default ({ bot }: BotServer) => {
  bot.message('hi', async ({ context, say }) => {
    await say(`Hi <@${context.userId}>!`);
  });
};
