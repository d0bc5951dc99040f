/** What the bot says by itself: every sentence of this feature, so that an author can replace or translate it. */
import { chosen, filled, type Localized } from './localized.ts';

/** Sentences with their `{places}`. An empty one is not said. */
export interface CommandTexts {
  /** Nothing is like what was written. `{text}`, `{help}` */
  unknown: string;
  /** Something is. `{text}`, `{names}` */
  didYouMean: string;
  /** The command is there, and what came behind it does not fit. `{usage}` */
  usage: string;
  /** A permission said no and gave no reason. */
  forbidden: string;
  adminsOnly: string;
  /** `{channels}` */
  otherChannel: string;
  /** The command failed, and the server was told. */
  failed: string;
  /** Above the list of help. */
  helpTitle: string;
  /** Below it. `{help}` */
  helpMore: string;
  /** In front of a command's other names. `{names}` */
  helpAliases: string;
  helpExamples: string;
  /** What `help` itself is for. */
  helpSummary: string;
}

/** English. */
const defaultTexts: CommandTexts = {
  unknown: 'Sorry, I do not know “{text}”. Say {help} to see what I can do.',
  didYouMean: 'Sorry, I do not know “{text}”. Did you mean {names}?',
  usage: 'I need that like this: {usage}',
  forbidden: 'Sorry, you are not allowed to do that.',
  adminsOnly: 'Sorry, only admins of this workspace may do that.',
  otherChannel: 'Sorry, that works only in {channels}.',
  failed: 'Sorry, that did not work. My operators have been told.',
  helpTitle: 'This is what I can do:',
  helpMore: 'Say {help} for more about one of them.',
  helpAliases: 'Also: {names}',
  helpExamples: 'For example:',
  helpSummary: 'says what I can do',
};

/** By language; what a table lacks is said in the default language, and what that lacks in English. */
export type TextTables = Readonly<Record<string, Partial<CommandTexts>>>;

/** Says a sentence. */
export type Say = (name: keyof CommandTexts, values?: Readonly<Record<string, string>>) => string;

export function sayingIn(tables: TextTables, locale: string, defaultLocale: string): Say {
  const own = chosen(tables, locale, defaultLocale) ?? {};
  const fallback = chosen(tables, defaultLocale, defaultLocale) ?? {};
  return (name, values = {}) => filled(own[name] ?? fallback[name] ?? defaultTexts[name], values);
}

/** In every language that there is: what the built-in help is for. */
export function summariesOfHelp(tables: TextTables, defaultLocale: string): Localized {
  const locales = Object.keys(tables);
  if (locales.length === 0) return defaultTexts.helpSummary;
  return Object.fromEntries(locales.map((locale) => [locale, sayingIn(tables, locale, defaultLocale)('helpSummary')]));
}
