/** Where the bot is: it begins a board where it is invited, and rests where it is removed. And who installed it. */
import type { BotServer } from 'slack-bot-server';
import type { Boards } from '../store/boards.ts';
import { note } from '../store/team-notes.ts';

export function followChannels({ bot, boards }: Pick<BotServer, 'bot'> & { boards: Boards }): void {
  bot.event('member_joined_channel', async ({ event, context, client, body }) => {
    if (event.user !== context.botUserId || !context.teamId) return;
    const place = { teamId: context.teamId, channelId: event.channel };
    const answer = await boards.change(
      place,
      (board) => {
        const isBack = !board.isEnabled || Object.keys(board.players).length > 0;
        board.isEnabled = true;
        return welcomeText({ isBack, inviter: event.inviter });
      },
      { eventId: body.event_id },
    );
    await client.chat.postMessage({ channel: event.channel, text: answer });
  });

  const rest = async (teamId: string | undefined, channelId: string) => {
    if (!teamId || !(await boards.read({ teamId, channelId })).board) return;
    await boards.change({ teamId, channelId }, (board) => {
      board.isEnabled = false;
      return '';
    });
  };
  // The bot itself is told that it has left by an event of its own, which has no user.
  bot.event('channel_left', async ({ event, context }) => await rest(context.teamId, event.channel));
  bot.event('group_left', async ({ event, context }) => await rest(context.teamId, event.channel));
  bot.event('member_left_channel', async ({ event, context }) => {
    if (event.user === context.botUserId) await rest(context.teamId, event.channel);
  });
}

function welcomeText({ isBack, inviter }: { isBack: boolean; inviter: string | undefined }): string {
  const thanks = inviter === undefined ? '' : ` Thank you for the invitation, <@${inviter}>.`;
  return isBack
    ? `I am back, and so is the board.${thanks}`
    : `From now on this channel has a leaderboard.${thanks} Mention me with \`help\`, or with \`challenge\` and somebody's name.`;
}

/** The install is told without the person, so that is noted before; it is only used once the team is there. */
export function followInstalls({ server }: Pick<BotServer, 'server'>): void {
  server.on('installing', async ({ teamId, userId }) => {
    await note(server, teamId, () => ({ installerId: userId }));
  });
  const arrived = async ({ teamId }: { teamId: string }) => {
    const nowMs = server.now();
    await note(server, teamId, ({ installedAtMs = nowMs }) => ({ installedAtMs, backAtMs: nowMs }));
  };
  server.on('installed', arrived);
  server.on('reinstalled', arrived);
}
