/** A bot that counts praise, and misses none when its connection was gone for a while. README.md tells how to try it. */
import type { BotServer } from 'slack-bot-server';
import { type Client, catchUp, listed, type Pace, slackCodeOf, unlisted } from './catch-up.ts';
import { best, count, praisedIn, type Said } from './kudos.ts';

const REACTION = 'heavy_plus_sign';

interface Where {
  teamId: string;
  channel: string;
  client: Client;
}

/** The bot with what its app may read. */
export const kudosBot =
  (pace: Pace) =>
  (context: BotServer): void => {
    const { bot, server } = context;

    /** The same for what comes by itself and for what is read later. */
    async function handle(message: Said, { teamId, channel, client }: Where): Promise<void> {
      const praised = praisedIn(message);
      if (praised === undefined) return;
      await count(server.data(teamId), praised, `${channel}:${message.ts}`);
      await react(client, { channel, timestamp: message.ts });
    }

    bot.message(/\+\+/, async ({ message, client, context: { teamId } }) => {
      await handle(message as Said, { teamId: `${teamId}`, channel: message.channel, client });
    });

    bot.message('kudos', async ({ context: { teamId }, say }) => {
      const lines = (await best(server.data(`${teamId}`))).map(({ user, points }) => `<@${user}>: ${points}`);
      await say(lines.join('\n') || 'Nobody was praised yet. Praise somebody: @ann++');
    });

    catchUp(context, { pace, handle });
  };

/** A reaction is there or not: to add it twice changes nothing. */
async function react(client: Client, where: { channel: string; timestamp: string }): Promise<void> {
  try {
    await client.reactions.add({ ...where, name: REACTION });
  } catch (error) {
    if (slackCodeOf(error) !== 'already_reacted') throw error;
  }
}

export default kudosBot(process.env.SLACK_APP_IS_LISTED === 'true' ? listed : unlisted);
