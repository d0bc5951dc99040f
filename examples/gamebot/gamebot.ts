/** Puts the bot together: what people say, what happens in channels, what happens by itself, and what the Home tab shows. */
import type { BotFile } from 'slack-bot-server';
import { commands } from 'slack-bot-server/commands';
import { declareChallenges } from './commands/challenges.ts';
import { declareGreeting } from './commands/greeting.ts';
import { declareLeaderboard } from './commands/leaderboard.ts';
import { declarePlayers } from './commands/players.ts';
import { declareResults } from './commands/results.ts';
import { declareSeasons } from './commands/seasons.ts';
import { declareSettings } from './commands/settings.ts';
import { createTurns } from './commands/turn.ts';
import { declareWorkspace } from './commands/workspace.ts';
import { showHome } from './home/home.ts';
import { watchChallenges } from './jobs/challenge-clock.ts';
import { retireTeams } from './jobs/retirement.ts';
import type { GamebotOptions } from './options.ts';
import { addPictures } from './pictures/picture-routes.ts';
import { createPictureUrls } from './pictures/picture-urls.ts';
import { Boards } from './store/boards.ts';
import { readNotes } from './store/team-notes.ts';
import { followChannels, followInstalls } from './team/membership.ts';
import { followNames } from './team/names.ts';
import { addSubscriptions } from './team/subscriptions.ts';

const topics = {
  playing: 'Playing',
  board: 'The board',
  seasons: 'Seasons',
  players: 'Players',
  captains: 'For captains',
  workspace: 'In a direct message',
  bot: 'And',
};

export function createGamebot({ trialDays = null, subscribeUrl, billingSecret }: GamebotOptions = {}): BotFile {
  return ({ bot, server }) => {
    const now = () => server.now();
    const boards = new Boards(server);
    const pictures = createPictureUrls(server);
    const trial = { days: trialDays, url: subscribeUrl };
    const turns = createTurns({ boards, now });

    commands(
      bot,
      {
        summary: 'I keep a leaderboard of the games that are played in this channel.',
        aliases: async (place) => (await boards.settings(place)).aliases,
        userErrors: 'channel',
        topics,
      },
      (table) => {
        declareChallenges(table, turns);
        declareResults(table, turns);
        declareLeaderboard(table, turns, pictures);
        declareSeasons(table, turns);
        declarePlayers(table, turns);
        declareSettings(table, {
          turns,
          boards,
          async isTeamAdmin({ teamId, userId, person }) {
            if ((await readNotes(server, teamId)).installerId === userId) return true;
            const { isAdmin, isOwner } = await person();
            return isAdmin || isOwner;
          },
        });
        declareWorkspace(table, { server, boards, trial });
        declareGreeting(table, turns);
      },
    );
    followChannels({ bot, boards });
    followInstalls({ server });
    followNames({ bot, server, boards });
    showHome({ bot, boards, pictures });
    watchChallenges(server, boards);
    retireTeams({ server, boards, trial });
    addPictures(server, boards);
    if (billingSecret !== undefined) addSubscriptions(server, billingSecret);
  };
}
