/** lost, won, draw, resigned, undo: what comes of a match. */
import { type CommandTable, UserError } from 'slack-bot-server/commands';
import { undo } from '../game/matches.ts';
import { listed, nameOf } from '../game/players.ts';
import { drawn, lost, resigned, won } from '../game/results.ts';
import { isLosersFirst, parseScores, turned } from '../game/scores.ts';
import { outcomeText, resultText } from '../words/results.ts';
import type { Turns } from './turn.ts';
import { sidesOf } from './who.ts';

const topic = 'playing';

export function declareResults({ command }: CommandTable, turns: Turns): void {
  command(
    'lost [to :winners(user)+] [with :mates(user)+] [:scores+]',
    {
      summary: 'you lost',
      description:
        'Without a name it is your accepted challenge. Scores have your points first, set by set. Scores alone, within an hour of a loss, correct it.',
      examples: ['lost', 'lost 15:21 12:21', 'lost to @bob 15:21', 'lost to @bob @cleo with @dan'],
      topic,
    },
    (context) =>
      turns.change(context, ({ board, settings, me, atMs }) => {
        const { winners, mates, scores = '' } = context.captures;
        const said = { me, sides: sidesOf(me, winners, mates), scores: parseScores(scores) };
        const { match, isCorrection } = lost(board, said, { atMs, settings });
        return `${isCorrection ? 'Corrected: ' : ''}${resultText(board, match, settings)}`;
      }),
  );

  command(
    'won [against :losers(user)+] [with :mates(user)+] [:scores+]',
    {
      summary: 'you won',
      description: 'As `lost`, from the other side: scores have your points first. A captain can `set won off`.',
      examples: ['won', 'won against @bob 21:15'],
      topic,
    },
    (context) =>
      turns.change(context, ({ board, settings, me, atMs }) => {
        if (!settings.won) throw new UserError('Here the losers report: say `lost`.');
        const { losers, mates, scores = '' } = context.captures;
        const given = parseScores(scores);
        // The points of whoever won, or, by habit, those of whoever lost come first: only one of them fits.
        const losersFirst = isLosersFirst(given) ? given : turned(given);
        const said = { me, sides: sidesOf(me, losers, mates), scores: losersFirst };
        return resultText(board, won(board, said, { atMs, settings }), settings);
      }),
  );

  command(
    'draw [to|with :opponents(user)+] [with :mates(user)+] [:scores+]',
    {
      usage: 'draw [to <opponents…>] [with <mates…>] [<scores…>]',
      summary: 'nobody won: everybody who played has to say so',
      examples: ['draw', 'draw to @bob 2:2'],
      topic,
    },
    (context) =>
      turns.change(context, ({ board, settings, me, atMs }) => {
        const { opponents, mates, scores = '' } = context.captures;
        const said = { me, sides: sidesOf(me, opponents, mates), scores: parseScores(scores) };
        const outcome = drawn(board, said, { atMs, settings });
        if (!('missing' in outcome)) return resultText(board, outcome, settings);
        const waiting = outcome.missing.map((id) => `<@${id}>`);
        return `${nameOf(board, me)} says that it was a draw. ${listed(waiting)}: say \`draw\`, too, and it counts.`;
      }),
  );

  command(
    'resigned [to :winners(user)+] [with :mates(user)+]',
    { summary: 'you gave up: a loss without scores', examples: ['resigned', 'resigned to @bob'], topic },
    (context) =>
      turns.change(context, ({ board, settings, me, atMs }) => {
        const { winners, mates } = context.captures;
        const match = resigned(board, { me, sides: sidesOf(me, winners, mates) }, { atMs, settings });
        return resultText(board, match, settings);
      }),
  );

  command(
    'undo',
    {
      summary: 'takes back your last match',
      description:
        'Within an hour, while nobody of it has played again. For a captain it is the last match of the channel, whenever it was.',
      topic,
    },
    (context) =>
      turns.change(context, ({ board, me, atMs }) => {
        const match = undo(board, me, atMs);
        const again = board.challenges.some(({ id }) => id === match.challenge?.id)
          ? ' The challenge is open again.'
          : '';
        return `Taken back: ${outcomeText(board, match)}.${again}`;
      }),
  );
}
