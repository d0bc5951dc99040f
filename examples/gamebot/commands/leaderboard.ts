/** leaderboard, rank, matches, games, chart, history: what the board shows. */
import { type CommandTable, UserError } from 'slack-bot-server/commands';
import { namesOf } from '../game/players.ts';
import { ranksAround, ranksOf } from '../game/ranks.ts';
import { type PictureUrls, pictureBlock } from '../pictures/picture-urls.ts';
import { boardText, NOBODY, ranksText } from '../words/board-text.ts';
import { gamesText, pairsText } from '../words/totals.ts';
import type { Turns } from './turn.ts';
import { idsOf } from './who.ts';

const topic = 'board';
const MOST_PAIRS = 10;
/** More lines are no fun, and a picture of them cannot be read. */
const MOST_CURVES = 5;

export function declareLeaderboard({ command }: CommandTable, turns: Turns, pictures: PictureUrls): void {
  command(
    'leaderboard [:count(number)]',
    {
      usage: 'leaderboard [<count>|infinity]',
      summary: 'who is where',
      description:
        'A negative count shows the tail, `infinity` everybody. How many it shows by itself is `set leaderboard max`.',
      examples: ['leaderboard', 'leaderboard 3', 'leaderboard -3', 'leaderboard infinity'],
      aliases: ['board'],
      topic,
    },
    (context) =>
      turns.read(context, ({ board, settings }) => {
        const { count = settings.max } = context.captures;
        if (count === 0 || !Number.isInteger(count ?? 1))
          throw new UserError('A leaderboard of how many? `leaderboard 3`, or `leaderboard -3` for the tail.');
        return boardText(board, settings, count);
      }),
  );
  command('leaderboard infinity|all', { isHidden: true }, (context) =>
    turns.read(context, ({ board, settings }) => boardText(board, settings, null)),
  );

  command(
    'rank [me] [:players(user)*]',
    {
      usage: 'rank [<players…>]',
      summary: 'the part of the board around players',
      examples: ['rank', 'rank @bob @cleo'],
      topic,
    },
    (context) =>
      turns.read(context, ({ board, settings, me }) => {
        const named = idsOf(context.captures.players);
        const ids = named.length === 0 ? [me] : named;
        const around = ranksAround(ranksOf(board), ids);
        return around.length === 0
          ? `Without a game this season: ${namesOf(board, ids)}.`
          : ranksText(board, settings, around);
      }),
  );

  command(
    'matches [:players(user)+] [:count(number)]',
    { summary: 'who played whom how often this season', examples: ['matches', 'matches @bob 5'], topic },
    (context) =>
      turns.read(context, ({ board }) => {
        const { players, count = MOST_PAIRS } = context.captures;
        if (!(count >= 1)) throw new UserError('How many? `matches 5`.');
        return pairsText(board, { of: idsOf(players), max: Math.floor(count) });
      }),
  );

  command(
    'games [:players(user)+]',
    { summary: 'how many games were played, and by whom', examples: ['games', 'games @bob'], topic },
    (context) => turns.read(context, ({ board }) => gamesText(board, idsOf(context.captures.players))),
  );

  command('chart', { summary: 'the board as a picture', topic }, (context) =>
    turns.read(context, ({ board, settings, version }) => {
      if (ranksOf(board).length === 0) return NOBODY;
      const text = boardText(board, settings);
      const url = pictures.chart({ ...context, board, version });
      return { text, blocks: [pictureBlock({ url, alt: text })] };
    }),
  );

  command(
    'history [:players(user)+]',
    {
      summary: 'how ratings went, as a picture',
      description: `Of the top ${MOST_CURVES}, or of whom you name.`,
      examples: ['history', 'history @ann @bob'],
      topic,
    },
    (context) =>
      turns.read(context, ({ board, version }) => {
        const ranks = ranksOf(board);
        const named = idsOf(context.captures.players);
        const meant = named.length === 0 ? ranks : ranks.filter(({ player }) => named.includes(player.id));
        const ids = meant.slice(0, MOST_CURVES).map(({ player }) => player.id);
        if (ids.length === 0) return NOBODY;
        const text = `Ratings this season: ${namesOf(board, ids)}`;
        return {
          text,
          blocks: [pictureBlock({ url: pictures.history({ ...context, board, version, ids }), alt: text })],
        };
      }),
  );
}
