/** One file of commands, and a table of what is said to it and what it answers, written by hand: the same on each transport. */

import { admins, commands, escapeText, UserError } from '../src/commands/index.ts';
import type { BotServer } from '../src/index.ts';

/** `$ann`, `$bob`, `$bot` and `$team` in the table stand for their ids. */
export function contractBot({ bot }: BotServer): void {
  commands(
    bot,
    {
      slash: '/pong',
      aliases: ['pong', ':ping_pong:'],
      byName: true,
      summary: 'I keep the score.',
      topics: { games: { en: 'Games', de: 'Spiele' } },
      texts: { en: {}, de: { failed: 'Das ging nicht.' } },
      // Where the address does not matter to the test, people are told where they wrote.
      userErrors: 'channel',
    },
    (table) => {
      table.command('hi', { aliases: ['hello', 'good morning'], summary: 'says hi' }, ({ reply }) => reply('hello'));
      table.command('who am i', ({ userId, teamId, reply }) => reply(`${userId} of ${teamId}`));
      table.command(
        'challenge :them(user)+ [with :us(user)+]',
        { topic: 'games', summary: { en: 'to a match', de: 'zum Spiel' }, examples: ['challenge @ann'] },
        ({ captures: { them, us = [] }, reply }) =>
          reply(`${them.map(({ id }) => id).join()} against ${us.map(({ id }) => id).join()}`),
      );
      table.command('top [:count(number)]', { topic: 'games' }, ({ captures, reply }) =>
        reply(`top ${captures.count ?? 10}`),
      );
      table.command('repeat :text+', ({ captures, reply }) => reply(escapeText(captures.text)));
      table.command('word :one :two', { isHidden: true }, ({ captures: { one, two }, reply }) =>
        reply(`[${escapeText(one)}] [${escapeText(two)}]`),
      );
      table.command('remind :what+ at :when', ({ captures: { what, when }, reply }) => reply(`${when}: ${what}`));
      table.command('see :link in :channel', ({ captures: { link, channel }, reply }) =>
        reply(`${link.label} ${channel.id}`),
      );
      table.command('refuse', { isHidden: true }, () => {
        throw new UserError({ en: 'Not like this.', de: 'So nicht.' });
      });
      table.command('fail', { isHidden: true }, () => Promise.reject(new Error('broken')));
      table.command('reset', { allow: admins() }, ({ reply }) => reply('reset'));
      table.command('closed', { allow: () => false, isHidden: true }, ({ reply }) => reply('open'));
      table.command('closed today', { allow: () => 'Come back tomorrow.', isHidden: true }, ({ reply }) =>
        reply('open'),
      );
      table.command(/^roll (\d+)d(\d+)$/i, ({ captures: { match }, reply }) =>
        reply(`${match[1]} dice of ${match[2]}`),
      );
      table.command(/^(a+)+$/, ({ reply }) => reply('only a'));
      table.operator('=', ({ captures, reply }) => reply(`calculates ${escapeText(captures.expression)}`));
      table.match(/\bgood bot\b/i, ({ reply }) => reply('thank you'));
      table.scan(/\b[A-Z]{2,}-\d+\b/, ({ captures, reply }) =>
        reply(captures.matches.map(([key]) => key).join(' and ')),
      );
    },
  );
}

export const HELP = `I keep the score.
• \`hi\` – says hi
• \`who am i\`
• \`repeat &lt;text…&gt;\`
• \`remind &lt;what…&gt; at &lt;when&gt;\`
• \`see &lt;link&gt; in &lt;channel&gt;\`
• \`reset\`
• \`=&lt;expression&gt;\`
• \`help [&lt;what…&gt;]\` – says what I can do
*Games*
• \`challenge &lt;them…&gt; [with &lt;us…&gt;]\` – to a match
• \`top [&lt;count&gt;]\`
Say \`help &lt;command&gt;\` for more about one of them.`;

/** What somebody says to the bot, whichever way it is addressed, and what it answers. */
export const addressed: readonly (readonly [string, string])[] = [
  ['hi', 'hello'],
  ['HELLO', 'hello'],
  ['good  morning', 'hello'],
  ['who am I', '$ann of $team'],
  ['challenge <@$bob>', '$bob against '],
  ['challenge <@$bob|bob>, <@$ann> with <@$bot>', '$bob,$ann against $bot'],
  ['challenge bob', 'I need that like this: `challenge &lt;them…&gt; [with &lt;us…&gt;]`'],
  ['challenge', 'I need that like this: `challenge &lt;them…&gt; [with &lt;us…&gt;]`'],
  ['top', 'top 10'],
  ['top -3', 'top -3'],
  ['top three', 'I need that like this: `top [&lt;count&gt;]`'],
  ['repeat one\ntwo   three', 'one\ntwo   three'],
  ['repeat &lt;!channel&gt; &amp; co', '&lt;!channel&gt; &amp; co'],
  ['repeat <mailto:a@example.com|a@example.com> <http://example.com|example.com>', 'a@example.com example.com'],
  ["word “two words” 'x'", "[two words] ['x']"],
  ['word "a &amp; b" c', '[a &amp; b] [c]'],
  ['remind eat at home at noon', 'noon: eat at home'],
  ['see <https://example.com|this> in <#C0X|x>', 'this C0X'],
  ['refuse', 'Not like this.'],
  ['reset', 'reset'],
  ['closed', 'Sorry, you are not allowed to do that.'],
  ['closed today', 'Come back tomorrow.'],
  ['Roll 3d6', '3 dice of 6'],
  ['= 6 &lt; 7', 'calculates 6 &lt; 7'],
  ['you are a GOOD BOT', 'thank you'],
  ['what of AB-1, AB-2?', 'AB-1 and AB-2'],
  ['chalenge <@$bob>', 'Sorry, I do not know “chalenge &lt;@$bob&gt;”. Did you mean `challenge`?'],
  ['hlep', 'Sorry, I do not know “hlep”. Did you mean `help`?'],
  ['help', HELP],
  ['help challenge', '• `challenge &lt;them…&gt; [with &lt;us…&gt;]` – to a match\nFor example:\n`challenge @ann`'],
  ['help good morning', '• `hi` – says hi\nAlso: `hello`, `good morning`'],
  ['help GAMES', '*Games*\n• `challenge &lt;them…&gt; [with &lt;us…&gt;]` – to a match\n• `top [&lt;count&gt;]`'],
  ['help tpo', 'Sorry, I do not know “tpo”. Did you mean `help top`?'],
  ['help &lt;@U1&gt;', 'Sorry, I do not know “&lt;@U1&gt;”. Say `help` to see what I can do.'],
  ['fail', 'Sorry, that did not work. My operators have been told.'],
];

/** What needs the bot's mention or its own conversation: a name in front of a sentence may be meant otherwise. */
export const mentioned: readonly (readonly [string, string])[] = [
  ['', HELP],
  ['tell me a story', 'Sorry, I do not know “tell me a story”. Say `help` to see what I can do.'],
  [`${'x'.repeat(100)}`, `Sorry, I do not know “${'x'.repeat(60)}…”. Say \`help\` to see what I can do.`],
];

/** What people say in a channel to each other. */
export const overheard: readonly (readonly [string, string | undefined])[] = [
  ['hi', undefined],
  ['=1+1', 'calculates 1+1'],
  ['such a good bot', 'thank you'],
  ['see AB-12', 'AB-12'],
  ['<@$ann> hi', undefined],
  ['hi <@$bot>', undefined],
  ['pongs hi', undefined],
  ['pong is a game that I like', undefined],
  ['roll 3d6', undefined],
  ['a'.repeat(39_999), undefined],
  [`${'a'.repeat(39_000)}!`, undefined],
  [`remind ${'at '.repeat(13_000)}`, undefined],
];
