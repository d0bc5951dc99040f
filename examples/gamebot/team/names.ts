/** The names of people in Slack: which one is shown, and boards that follow when it changes. */
import type { BotServer } from 'slack-bot-server';
import { rename } from '../game/players.ts';
import type { Boards } from '../store/boards.ts';

/** Of a user as Slack tells of one. */
interface Named {
  name?: string | undefined;
  real_name?: string | undefined;
  profile?: { display_name?: string | undefined } | undefined;
}

/** What Slack shows, or undefined for whoever has no name at all. */
export function shownName({ profile, real_name: realName, name }: Named): string | undefined {
  return [profile?.display_name, realName, name].find((one) => one !== undefined && one !== '');
}

export function followNames({ bot, server, boards }: Pick<BotServer, 'bot' | 'server'> & { boards: Boards }): void {
  bot.event('user_change', async ({ event, context }) => {
    const { teamId } = context;
    const { id } = event.user;
    const name = shownName(event.user);
    if (!teamId || name === undefined) return;
    for await (const { channelId, board } of boards.all(teamId)) {
      // Slack tells of every change of a profile. Only boards that have another name of them are written.
      if ((board.players[id]?.name ?? name) === name) continue;
      await boards.change({ teamId, channelId }, (now) => {
        rename(now, { id, name, namedAtMs: server.now() });
        return '';
      });
    }
  });
}
