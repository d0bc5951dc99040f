/** register, unregister, promote, demote: who is on the board, and who looks after it. */
import type { CommandTable } from 'slack-bot-server/commands';
import type { Board } from '../game/board.ts';
import { demote, listed, nameOf, playerOf, promote, register, requireCaptain, unregister } from '../game/players.ts';
import type { Turns } from './turn.ts';
import { idsOf } from './who.ts';

export function declarePlayers({ command }: CommandTable, turns: Turns): void {
  command(
    'register [me] [:players(user)*]',
    {
      usage: 'register [<players…>]',
      summary: 'puts you on the board; a captain can name others',
      examples: ['register', 'register @ann'],
      topic: 'players',
    },
    (context) =>
      turns.change(context, ({ board, me, newcomers }) => {
        const ids = idsOf(context.captures.players);
        if (ids.some((id) => id !== me)) requireCaptain(board, me);
        return (ids.length === 0 ? [me] : ids)
          .map((id) => registerText(board, id, { isNew: newcomers.includes(id) }))
          .join('\n');
      }),
  );

  command(
    'unregister [me] [:players(user)*]',
    {
      usage: 'unregister [<players…>]',
      summary: 'takes you off the board; a captain can name others',
      description: 'What was played stays. `register` brings you back.',
      examples: ['unregister', 'unregister @ann'],
      topic: 'players',
    },
    (context) =>
      turns.change(context, ({ board, me }) => {
        const ids = idsOf(context.captures.players);
        if (ids.some((id) => id !== me)) requireCaptain(board, me);
        const left = (ids.length === 0 ? [me] : ids).map((id) => ({
          name: nameOf(board, id),
          was: unregister(board, id),
        }));
        const [gone, never] = [true, false].map((was) => left.filter((one) => one.was === was).map(({ name }) => name));
        const lines = [];
        if (gone?.length) lines.push(`Off the board: ${listed(gone)}.`);
        if (never?.length) lines.push(`Not on the board anyway: ${listed(never)}.`);
        return lines.join(' ');
      }),
  );

  command(
    'promote :players(user)+',
    { summary: 'makes captains', examples: ['promote @bob'], topic: 'captains' },
    (context) =>
      turns.change(context, ({ board, me }) => {
        requireCaptain(board, me);
        const lines = idsOf(context.captures.players).map((id) => {
          const wasNone = promote(board, id);
          return `${nameOf(board, id)} is ${wasNone ? 'a captain now' : 'a captain already'}.`;
        });
        return lines.join(' ');
      }),
  );

  command('demote me', { summary: 'a captain steps down', topic: 'captains' }, (context) =>
    turns.change(context, ({ board, me }) => {
      requireCaptain(board, me);
      demote(board, me);
      return `${nameOf(board, me)} is no captain any more.`;
    }),
  );
}

function registerText(board: Board, id: string, { isNew }: { isNew: boolean }): string {
  const wasAway = register(board, id);
  const name = nameOf(board, id);
  if (wasAway) return `Welcome back, ${name}! You stand where you stood.`;
  const { isCaptain } = playerOf(board, id);
  if (!isNew) return `${name}, you are on the board already${isCaptain ? ', as a captain' : ''}.`;
  return `${name}, you are on the board${isCaptain ? ', and its captain' : ''}.`;
}
