/** hi, info and taunt. `help` is made of the declarations. */
import { type CommandTable, escapeText } from 'slack-bot-server/commands';
import { nameOf, namesOf } from '../game/players.ts';
import { tauntOf } from '../words/taunts.ts';
import type { Turns } from './turn.ts';
import { idsOf } from './who.ts';

const topic = 'bot';

export function declareGreeting({ command }: CommandTable, turns: Turns): void {
  command('hi', { summary: 'says hi', aliases: ['hello'], topic }, async ({ person, reply }) => {
    const { name, realName } = await person();
    const whom = escapeText(realName || name);
    await reply(`Hi ${whom}! Say \`challenge\` and mention somebody to begin, or \`help\` for everything else.`);
  });

  command('taunt :players(user)+', { summary: 'a few words', examples: ['taunt @bob'], topic }, (context) =>
    turns.read(context, ({ board, me, atMs }) =>
      tauntOf({ by: nameOf(board, me), whom: namesOf(board, idsOf(context.captures.players)), atMs }),
    ),
  );

  command('info', { summary: 'what this bot is', aliases: ['about'], topic }, async ({ reply }) => {
    await reply(
      'I keep leaderboards of games: one for each channel, by Elo or Glicko. I am the example `gamebot` of slack-bot-server, under the MIT licence; ' +
        'my behaviour follows the game bot of playplay.io by Daniel Doubrovkine.',
    );
  });
}
