/** season, seasons, reset: what is played now, what was, and the end of it. */
import { type CommandTable, UserError } from 'slack-bot-server/commands';
import { requireCaptain } from '../game/players.ts';
import { endSeason } from '../game/seasons.ts';
import { pastSeasonText, seasonText } from '../words/seasons.ts';
import type { Turns } from './turn.ts';

const topic = 'seasons';

export function declareSeasons({ command }: CommandTable, turns: Turns): void {
  command('season', { summary: 'the season that is played', topic }, (context) =>
    turns.read(context, ({ board, settings }) => seasonText(board, settings)),
  );

  command('seasons', { summary: 'this one and the ones before', topic }, (context) =>
    turns.read(context, ({ board, settings }) =>
      [
        seasonText(board, settings),
        ...board.pastSeasons.toReversed().map((past) => pastSeasonText(past, settings)),
      ].join('\n'),
    ),
  );

  command(
    'reset :channel',
    {
      summary: 'ends the season',
      description:
        'Keeps how it ended for `seasons`, and sets everybody to zero. Name the channel, so that nobody does it by mistake.',
      examples: ['reset #pong'],
      topic: 'captains',
    },
    (context) =>
      turns.change(context, ({ board, settings, me, atMs }) => {
        requireCaptain(board, me);
        if (context.captures.channel.id !== context.channelId) {
          throw new UserError(
            `That is another channel. To end the season of this one say \`reset\` and <#${context.channelId}>.`,
          );
        }
        const past = endSeason(board, atMs);
        return `${pastSeasonText(past, settings)}\nSeason ${board.season.number} begins.`;
      }),
  );
}
