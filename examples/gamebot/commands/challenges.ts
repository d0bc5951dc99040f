/** challenge, accept, decline, cancel, challenges; and what a match would be worth. */
import type { CommandTable } from 'slack-bot-server/commands';
import type { Board } from '../game/board.ts';
import {
  accept,
  type Challenge,
  cancel,
  decline,
  describe,
  propose,
  requireSides,
  type Sides,
} from '../game/challenges.ts';
import { chancesOf, stakesOf } from '../game/outlook.ts';
import { namesOf } from '../game/players.ts';
import type { Settings } from '../game/settings.ts';
import { outlookText } from '../words/outlook.ts';
import { ageText } from '../words/times.ts';
import type { Turns } from './turn.ts';
import { idsOf, sidesOf } from './who.ts';

const topic = 'playing';

export function declareChallenges({ command }: CommandTable, turns: Turns): void {
  command(
    'challenge <!here>|<!channel>|@here|@channel|anyone',
    {
      usage: 'challenge anyone',
      summary: 'a challenge to whoever takes it; also `challenge @here`',
      aliases: ['challenge <!everyone>'],
      topic,
    },
    (context) =>
      turns.change(context, ({ board, settings, me, atMs }) => {
        const challenge = propose(board, { own: [me], others: [], isOpen: true }, { atMs, settings });
        return `${describe(board, challenge)}: the first one to \`accept\` plays.`;
      }),
  );

  command(
    'challenge :opponents(user)+ [with :mates(user)+]',
    {
      summary: 'proposes a match',
      description:
        'Opponents first, your mates behind `with`. They say `accept` or `decline` then, and either side can `cancel` it.',
      examples: ['challenge @bob', 'challenge @bob @cleo with @dan'],
      topic,
    },
    (context) =>
      turns.change(context, ({ board, settings, me, atMs }) => {
        const { opponents, mates } = context.captures;
        const sides = sidesOf(me, opponents, mates) ?? { own: [me], others: [] };
        const challenge = propose(board, sides, { atMs, settings });
        const asked = challenge.challenged.map((id) => `<@${id}>`).join(', ');
        return `${describe(board, challenge)}! ${asked}: \`accept\` or \`decline\`?`;
      }),
  );

  command(
    'challenge? :players(user)+ [against :others(user)+]',
    {
      summary: 'what such a match is worth',
      description: 'Without `against` it is you who plays.',
      examples: ['challenge? @bob', 'challenge? @ann @bob against @cleo @dan'],
      topic,
    },
    (context) =>
      turns.read(context, ({ board, settings, me }) => {
        const sides = imagined(board, me, context.captures, settings);
        return outlookText(board, sides, stakesOf(board, sides, settings));
      }),
  );

  command(
    'predict :players(user)+ [against :others(user)+]',
    { summary: 'how likely either side wins', examples: ['predict @bob', 'predict @ann against @bob'], topic },
    (context) =>
      turns.read(context, ({ board, settings, me }) => {
        const { own, others } = imagined(board, me, context.captures, settings);
        const [mine, theirs] = chancesOf(board, { own, others });
        return `${namesOf(board, own)}: ${mine} %, ${namesOf(board, others)}: ${theirs} %.`;
      }),
  );

  const answers = [
    { word: 'accept', summary: 'takes a challenge: yours, or one to anyone', act: accept, text: 'It is on' },
    { word: 'decline', summary: 'refuses a challenge', act: decline, text: 'Declined' },
    { word: 'cancel', summary: 'takes back your challenge, or calls off your match', act: cancel, text: 'Canceled' },
  ] as const;
  for (const { word, summary, act, text } of answers) {
    command(word, { summary, topic }, (context) =>
      turns.change(context, ({ board, me }) => `${text}: ${describe(board, act(board, me))}.`),
    );
  }

  command('challenges', { summary: 'which ones are open', topic }, (context) =>
    turns.read(context, ({ board, atMs }) => {
      if (board.challenges.length === 0) return 'No challenge is open.';
      return board.challenges.map((one) => challengeText(board, one, atMs)).join('\n');
    }),
  );
}

function challengeText(board: Board, challenge: Challenge, atMs: number): string {
  const { state, proposedAtMs } = challenge;
  return `• ${describe(board, challenge)}: ${state} ${ageText(atMs - proposedAtMs)} ago`;
}

/** Two sides that somebody asks about. */
function imagined(
  board: Board,
  me: string,
  { players, others }: { players: readonly { id: string }[]; others: readonly { id: string }[] | undefined },
  settings: Settings,
): Sides {
  const sides = others ? { own: idsOf(players), others: idsOf(others) } : { own: [me], others: idsOf(players) };
  // One against two is a question, too, although it may be no match here.
  requireSides(board, sides, { ...settings, unbalanced: true });
  return sides;
}
