/** The smallest bot: it greets, in each workspace that installed it. Run it with: npx slack-bot-server dev bot.ts */
import type { BotServer } from 'slack-bot-server';

export default ({ bot, server }: BotServer) => {
  bot.message(/\b(hi|hello)\b/i, async ({ context, say }) => {
    await say(`Hi <@${context.userId}>!`);
  });

  server.on('installed', ({ teamId, teamName }) => {
    process.stdout.write(`hello: ${teamName ?? teamId} is new, welcome!\n`);
  });
  server.on('deactivated', ({ teamId, reason }) => {
    process.stdout.write(`hello: ${teamId} is gone (${reason})\n`);
  });
};
