/** A bot's commands when all are declared: how they are found, what they need of Slack, and what the bot says by itself. */
import { BotServerError } from '../errors.ts';
import type { CommandContext } from './command-context.ts';
import type { CommandsOptions, CommandTable } from './command-options.ts';
import { createDeclarations, type Entry, requireSlash } from './declarations.ts';
import type { DeclaredNeeds } from './declared-needs.ts';
import { code, helpList, helpOn, nearHelp } from './help.ts';
import { type Localized, localized } from './localized.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { escapeText } from './mrkdwn.ts';
import { isMultilingual, needsOf } from './needs.ts';
import { type Say, sayingIn, summariesOfHelp } from './texts.ts';

export interface CommandSet {
  options: CommandsOptions;
  lookup: Lookup;
  needs: DeclaredNeeds;
  /** By slash command: that of the table, with no entry, and those of single commands. */
  slashCommands: ReadonlyMap<string, Entry | undefined>;
  /** The bot's own sentences, for whoever gave the command. */
  voiceFor(context: CommandContext): Promise<Voice>;
  /** What is said of `help`, or of `help <what>`. */
  help(voice: Voice, what?: string): string;
}

/** A person's language. */
export interface Voice {
  say: Say;
  localize(this: void, text: Localized): string;
}

export const DEFAULT_LOCALE = 'en';
const HELP = 'help';
/** Of what a person wrote so much is repeated, in characters. */
const REPEATED = 60;

/** @throws BotServerError `usage` */
export function createCommandSet(options: CommandsOptions, declare: (table: CommandTable) => void): CommandSet {
  const { defaultLocale = DEFAULT_LOCALE, texts = {}, topics = {}, bots = false, edits = false } = options;
  const { table, entries, close } = createDeclarations();
  const returned: unknown = declare(table);
  if (returned instanceof Promise) {
    returned.catch(() => {});
    throw new BotServerError('usage', 'Commands are declared by a function that is not async');
  }
  const isHelpTheirs = entries.some(({ names }) => names.includes(HELP));
  if (options.help ?? !isHelpTheirs) {
    table.command('help [:what+]', { summary: summariesOfHelp(texts, defaultLocale) }, async (context) => {
      await context.reply(help(await voiceFor(context), context.captures.what));
    });
  }
  close();

  const asksLocale = isMultilingual(options, entries);
  async function voiceFor(context: CommandContext): Promise<Voice> {
    const locale = asksLocale ? await context.locale() : defaultLocale;
    return { say: sayingIn(texts, locale, defaultLocale), localize: (text) => localized(text, locale, defaultLocale) };
  }
  function help(voice: Voice, what?: string): string {
    const helpTexts = { ...voice, summary: options.summary, topics };
    if (what === undefined) return helpList(entries, helpTexts);
    const near = nearHelp(what, entries).map((name) => `${HELP} ${name}`);
    return helpOn(what, entries, helpTexts) ?? unknownText(voice, what, near);
  }
  const slashCommands = slashCommandsOf(options, entries);
  const needs = needsOf(options, { entries, slashCommands, asksLocale, defaultLocale });
  return { options, lookup: createLookup(entries, { bots, edits }), needs, slashCommands, voiceFor, help };
}

/** What is said to somebody whose words are no command. */
export function unknownText({ say }: Voice, text: string, suggestions: readonly string[]): string {
  const shown = text.length > REPEATED ? `${text.slice(0, REPEATED)}…` : text;
  const values = { text: escapeText(shown), names: suggestions.map(code).join(', '), help: code(HELP) };
  return say(suggestions.length > 0 ? 'didYouMean' : 'unknown', values);
}

/** What is said to somebody who left something out. */
export function usageText({ say }: Voice, entries: readonly Entry[]): string {
  const usages = entries.flatMap(({ usage, options }) =>
    usage === undefined || options.isHidden ? [] : [code(usage)],
  );
  return usages.length === 0 ? '' : say('usage', { usage: usages.slice(0, MOST_USAGES).join(', ') });
}

const MOST_USAGES = 5;

/** @throws BotServerError `usage` for one that has two meanings */
function slashCommandsOf({ slash }: CommandsOptions, entries: readonly Entry[]): Map<string, Entry | undefined> {
  const commands = new Map<string, Entry | undefined>();
  if (slash !== undefined) {
    requireSlash(slash);
    commands.set(slash, undefined);
  }
  for (const entry of entries) {
    const own = entry.options.slash;
    if (typeof own !== 'string') continue;
    if (commands.has(own)) throw new BotServerError('usage', `The slash command ${own} is declared twice`);
    commands.set(own, entry);
  }
  return commands;
}
