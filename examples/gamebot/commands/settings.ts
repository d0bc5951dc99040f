/** set and unset: of a channel by its captains; in a direct message of the whole team, by whoever installed the bot or an admin. */
import { type CommandContext, type CommandTable, escapeText, UserError } from 'slack-bot-server/commands';
import { nameOf, playerOf, requireCaptain } from '../game/players.ts';
import {
  nameOfSetting,
  readSetting,
  requireConsistent,
  type SettingKey,
  type Settings,
  settingIn,
  settingKeys,
  settingsDefaults,
  settingsOf,
  showSetting,
} from '../game/settings.ts';
import type { Boards } from '../store/boards.ts';
import type { Turns } from './turn.ts';

const topic = 'captains';
const LONGEST_NICKNAME = 30;

/** What is set, where, and who may. */
interface Scope {
  /** Undefined: of the whole team. */
  channelId: string | undefined;
  settings: Settings;
  /** What is set besides, a line each. */
  more: readonly string[];
  /** @throws UserError for whoever may not, or for what cannot change now */
  mayChange(key: SettingKey): void | Promise<void>;
}

export interface SettingsDeps {
  turns: Turns;
  boards: Boards;
  /** Whether somebody may set what counts for the whole team. */
  readonly isTeamAdmin: (context: CommandContext<object>) => Promise<boolean>;
}

export function declareSettings({ command }: CommandTable, deps: SettingsDeps): void {
  const { turns } = deps;
  command(
    'set nickname [:player(user)] :name+',
    {
      summary: 'how a player is called here',
      examples: ['set nickname The Wall', 'set nickname @bob Bobby'],
      topic: 'players',
    },
    (context) =>
      turns.change(context, ({ board, me }) => {
        const { player: { id } = { id: me }, name } = context.captures;
        if (id !== me) requireCaptain(board, me);
        if (name.length > LONGEST_NICKNAME || /[<>\n]/.test(name)) {
          throw new UserError(`A nickname has at most ${LONGEST_NICKNAME} characters, and mentions nobody.`);
        }
        const before = nameOf(board, id);
        playerOf(board, id).nickname = name;
        return `${before} is ${escapeText(name)} from now on.`;
      }),
  );
  command('unset nickname [:player(user)]', { summary: 'forgets a nickname', topic: 'players' }, (context) =>
    turns.change(context, ({ board, me }) => {
      const { player: { id } = { id: me } } = context.captures;
      if (id !== me) requireCaptain(board, me);
      delete playerOf(board, id).nickname;
      return `${nameOf(board, id)} it is.`;
    }),
  );

  command(
    'set [:setting+]',
    {
      usage: 'set [<name>] [<value>]',
      summary: 'shows the settings, or changes one',
      description: `There are: ${settingKeys.map((key) => `\`${nameOfSetting(key)}\``).join(', ')}. In a direct message they are the defaults of all channels.`,
      examples: ['set', 'set elo base 1000', 'set expire 2 days', 'set remind never'],
      topic,
    },
    async (context) => {
      const { setting = '' } = context.captures;
      const scope = await scopeOf(context, deps);
      await context.reply(await setOrShow(setting, scope, { context, deps }));
    },
  );

  command(
    'unset :setting+',
    { usage: 'unset <name>', summary: 'forgets a setting', examples: ['unset elo base'], topic },
    async (context) => {
      const key = found(context.captures.setting).key;
      const scope = await scopeOf(context, deps);
      await scope.mayChange(key);
      const { teamId, reply } = context;
      const inherited = scope.channelId === undefined ? settingsDefaults : await deps.boards.teamSettings(teamId);
      requireConsistent({ ...scope.settings, [key]: inherited[key] });
      await deps.boards.set(teamId, scope.channelId, { [key]: undefined });
      await reply(`As usual: ${showSetting(key, inherited)}.`);
    },
  );
}

async function setOrShow(
  text: string,
  scope: Scope,
  { context, deps }: { context: CommandContext<object>; deps: SettingsDeps },
): Promise<string> {
  if (text === '') {
    return [...settingKeys.map((key) => showSetting(key, scope.settings)), ...scope.more]
      .map((line) => `• ${line}`)
      .join('\n');
  }
  const group = settingKeys.filter((key) => nameOfSetting(key).startsWith(`${text.trim().toLowerCase()} `));
  if (group.length > 0) return group.map((key) => `• ${showSetting(key, scope.settings)}`).join('\n');
  const { key, rest } = found(text);
  if (rest === '') return `${showSetting(key, scope.settings)}.`;
  await scope.mayChange(key);
  const change = readSetting(key, rest);
  const settings = settingsOf(scope.settings, change);
  requireConsistent(settings);
  await deps.boards.set(context.teamId, scope.channelId, change);
  return `Set: ${showSetting(key, settings)}.`;
}

/** @throws UserError */
function found(text: string): { key: SettingKey; rest: string } {
  const setting = settingIn(text);
  if (setting) return setting;
  const names = settingKeys.map((key) => `\`${nameOfSetting(key)}\``).join(', ');
  throw new UserError(`There is no setting “${escapeText(text)}”. There are: ${names}.`);
}

async function scopeOf(context: CommandContext<object>, { turns, boards, isTeamAdmin }: SettingsDeps): Promise<Scope> {
  if (context.isDirect) {
    return {
      channelId: undefined,
      settings: await boards.teamSettings(context.teamId),
      more: [],
      async mayChange() {
        if (await isTeamAdmin(context)) return;
        throw new UserError(
          'For all channels only whoever installed me, or an admin, can set something. In a channel its captains can.',
        );
      },
    };
  }
  const { board, settings, me } = await turns.look(context);
  return {
    channelId: context.channelId,
    settings,
    more: [`nickname of ${nameOf(board, me)}: ${escapeText(playerOf(board, me).nickname ?? 'none')}`],
    mayChange(key) {
      requireCaptain(board, me);
      if (key !== 'algorithm' || board.season.algorithm === undefined) return;
      throw new UserError(
        'Matches of this season were rated already: the algorithm can change once it is over. `reset` ends it.',
      );
    },
  };
}
