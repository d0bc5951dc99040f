/** The smallest bot: it greets, in each workspace that installed it. Run it with: npx slack-bot-server dev bot.ts */
import type { BotServer } from 'slack-bot-server';

export default ({ bot, server }: BotServer) => {
  bot.message(/\b(hi|hello)\b/i, async ({ context, say }) => {
    const greetings = await server.data(`${context.teamId}`).update<number>('greetings', (count = 0) => count + 1);
    await say(`Hi <@${context.userId}>! Greeting number ${greetings?.value} in this workspace.`);
  });

  server.on('deactivated', ({ teamId, reason }) => {
    process.stdout.write(`hello: ${teamId} left (${reason})\n`);
  });
};
