/** commands(): the way in for authors. */
import type { App } from '@slack/bolt';
import { CommandListener } from './command-listener.ts';
import type { CommandsOptions, CommandTable } from './command-options.ts';
import { createCommandSet } from './command-set.ts';
import { DECLARE_NEEDS, type MayDeclareNeeds } from './declared-needs.ts';

/**
 * Declares commands, and listens for them.
 * @param bot The Bolt app of a bot file
 * @param declare Called at once; what it declares is all
 * @throws BotServerError `usage` for what is no pattern, is declared twice, or could never run
 * @example
 * export default ({ bot }: BotServer) => {
 *   commands(bot, { slash: '/pong', aliases: ['pongbot'] }, (table) => {
 *     table.command('challenge :opponent(user)', async ({ captures, reply, userId }) => {
 *       if (captures.opponent.id === userId) throw new UserError('You cannot play against yourself.');
 *       await reply(`<@${userId}> challenges <@${captures.opponent.id}>!`);
 *     });
 *   });
 * };
 */
export function commands(bot: App, declare: (table: CommandTable) => void): void;
export function commands(bot: App, options: CommandsOptions, declare: (table: CommandTable) => void): void;
export function commands(
  bot: App,
  ...rest: [(table: CommandTable) => void] | [CommandsOptions, (table: CommandTable) => void]
): void {
  const [options, declare] = rest.length === 1 ? [{}, rest[0]] : rest;
  const set = createCommandSet(options, declare);
  const declareNeeds = (bot as MayDeclareNeeds)[DECLARE_NEEDS];
  if (declareNeeds) return declareNeeds(set.needs);
  new CommandListener(set).listenOn(bot);
}
