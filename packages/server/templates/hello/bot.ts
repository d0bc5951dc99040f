/** The bot. `npm run dev` runs it on a simulated Slack and reloads it when a file changes. */
import type { BotServer } from 'slack-bot-server';

export default ({ bot, server }: BotServer) => {
  // bot is a Bolt App: https://docs.slack.dev/tools/bolt-js/
  bot.message(/\b(hi|hello)\b/i, async ({ context, say }) => {
    await say(`Hi <@${context.userId}>!`);
  });

  // server knows the workspaces that added the bot.
  server.on('installed', ({ teamId }) => {
    console.log(`${teamId} added the bot`);
  });
};
