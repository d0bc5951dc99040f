/** A bot with commands. `npm run dev` runs it on a simulated Slack and reloads it when a file changes. */
import type { BotServer } from 'slack-bot-server';
import { commands, UserError } from 'slack-bot-server/commands';

export default ({ bot, server }: BotServer) => {
  // "@bot points" in a channel, "points" in a direct message, "/score points" everywhere; and help for all of them.
  commands(bot, { summary: 'I keep the score.', slash: '/score' }, (table) => {
    table.command(
      'won against :loser(user)',
      { summary: 'a point for you', examples: ['won against @bob'] },
      async ({ captures: { loser }, teamId, userId, reply }) => {
        if (loser.id === userId) throw new UserError('You cannot win against yourself.');
        const points = await server.data(teamId).update<number>(userId, (count = 0) => count + 1);
        await reply(`<@${userId}> has ${points?.value} so far.`);
      },
    );

    table.command('points', { summary: 'how many you have' }, async ({ teamId, userId, reply }) => {
      const points = await server.data(teamId).get<number>(userId);
      await reply(`<@${userId}> has ${points?.value ?? 0} so far.`);
    });
  });
};
