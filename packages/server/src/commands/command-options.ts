/** How commands are declared, and what can be set. Types only. */
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../time/clock.ts';
import type { CommandContext, Permission } from './command-context.ts';
import type { Localized } from './localized.ts';
import type { CapturesOf, Checked } from './pattern-types.ts';
import type { TextTables } from './texts.ts';

/** Of every kind of declaration. */
export interface DeclarationOptions {
  /** In one line what it is for: shown in the list of help, and as the description of its slash command. */
  summary?: Localized;
  /** What `help <command>` says besides. */
  description?: Localized;
  /** How to write it, for people. @defaultValue made of the pattern; a regular expression without it is not in the help */
  usage?: string;
  /** Lines that somebody could write, shown by `help <command>`. */
  examples?: readonly string[];
  /** Under which heading the help lists it; see `topics`. @defaultValue under none */
  topic?: string;
  /** Not in the help, and never suggested. @defaultValue false */
  isHidden?: boolean;
  /** Who may: each of several has to say yes. @defaultValue everybody */
  allow?: Permission | readonly Permission[];
  /** Also messages of other bots. @defaultValue as in the options of the table */
  bots?: boolean;
  /** Also edited messages. @defaultValue as in the options of the table */
  edits?: boolean;
}

export interface CommandOptions extends DeclarationOptions {
  /** Other names of the command: each stands for the words before the first capture. */
  aliases?: readonly string[];
  /** Only when somebody addresses the bot; false: it hears the command in every message that it gets. @defaultValue true */
  isAddressed?: boolean;
  /** A slash command of its own, or false: not through that of the table either. @defaultValue only that of the table */
  slash?: `/${string}` | false;
}

export interface HearingOptions extends DeclarationOptions {
  /** Where it is looked for: in the text, or in attachments and blocks, too. @defaultValue 'text' */
  within?: 'text' | 'attachments' | 'everything';
  /** Only when somebody addresses the bot. @defaultValue false */
  isAddressed?: boolean;
}

/** What runs. What it returns is not looked at; a promise is waited for. */
export type CommandHandler<Captures> = (context: CommandContext<Captures>) => unknown;

/** Of a regular expression. */
export interface MatchCaptures {
  /** As `RegExp.prototype.exec` answers it. */
  match: RegExpExecArray;
}

/** Takes the declarations. Of several that fit, the one that was declared first runs, and no other. */
export interface CommandTable {
  /**
   * A command: words, captures (`:name`, `:opponent(user)`, `:rest+`), and brackets around what may be missing.
   * @throws BotServerError `usage` for what is no pattern, or one that was declared before
   * @example
   * table.command('remind :who(user) to :what+', async ({ captures, reply }) => { … });
   */
  command<const P extends string>(this: void, pattern: P & Checked<P>, handler: CommandHandler<CapturesOf<P>>): void;
  command<const P extends string>(
    this: void,
    pattern: P & Checked<P>,
    options: CommandOptions,
    handler: CommandHandler<CapturesOf<P>>,
  ): void;
  /** The same by a regular expression, put to what is said to the bot. */
  command(this: void, pattern: RegExp, handler: CommandHandler<MatchCaptures>): void;
  command(this: void, pattern: RegExp, options: CommandOptions, handler: CommandHandler<MatchCaptures>): void;
  /**
   * A sign at the beginning of any message, addressed or not: `operator('=', …)` hears `= 6 * 7`.
   * @throws BotServerError `usage`
   */
  operator(this: void, sign: string, handler: CommandHandler<{ expression: string }>): void;
  operator(this: void, sign: string, options: HearingOptions, handler: CommandHandler<{ expression: string }>): void;
  /** Any message in which the expression is found. */
  match(this: void, pattern: RegExp, handler: CommandHandler<MatchCaptures>): void;
  match(this: void, pattern: RegExp, options: HearingOptions, handler: CommandHandler<MatchCaptures>): void;
  /** The same with every place where it is found. */
  scan(this: void, pattern: RegExp, handler: CommandHandler<{ matches: RegExpExecArray[] }>): void;
  scan(
    this: void,
    pattern: RegExp,
    options: HearingOptions,
    handler: CommandHandler<{ matches: RegExpExecArray[] }>,
  ): void;
}

/** A conversation of a team. */
export interface Place {
  teamId: string;
  channelId: string;
}

export interface CommandsOptions {
  /** What the bot is for, in one line: above the help, and the description of `slash`. */
  summary?: Localized;
  /** A slash command behind which every command can be given: `/pong challenge @ann`. @defaultValue none */
  slash?: `/${string}`;
  /** Who sees what is replied to a slash command. @defaultValue 'ephemeral': whoever gave it */
  slashReplies?: 'ephemeral' | 'in_channel';
  /** Names to which the bot answers besides its mention: words or emoji, at the beginning of a message. @defaultValue none */
  aliases?: readonly string[] | ((place: Place) => readonly string[] | Promise<readonly string[]>);
  /** It answers to the name that it has in the workspace, too; needs the scope users:read. @defaultValue false */
  byName?: boolean;
  /**
   * `mentions`: of channels only what mentions it (the event app_mention); `messages`: every message (message.channels and so
   * on), which names, operators, `match` and `scan` need. RTM brings messages alone.
   * @defaultValue 'messages' if something was declared that needs it, else 'mentions'
   */
  listen?: 'mentions' | 'messages';
  /** Other bots may give commands. @defaultValue false */
  bots?: boolean;
  /** An edited message is a command again. @defaultValue false */
  edits?: boolean;
  /** Where a person is told of a mistake. In a direct message, and after a slash command, they are told there. @defaultValue 'thread' */
  userErrors?: 'thread' | 'channel' | 'ephemeral';
  /**
   * What happens when the bot is addressed and knows no such command: it says so, and what is like it; or nothing; or what is given.
   * @defaultValue 'answer'
   */
  unknown?: 'answer' | 'ignore' | ((context: CommandContext) => unknown);
  /** Whether there is a command `help`. @defaultValue true, unless the author has declared one */
  help?: boolean;
  /** Headings of the help, by the names that declarations give as `topic`. */
  topics?: Readonly<Record<string, Localized>>;
  /** Other words for what the bot says by itself, by language. */
  texts?: TextTables;
  /** The language of people of whom nothing is known, and of texts that are there once. @defaultValue 'en' */
  defaultLocale?: string;
  /** In which language a person is answered. @defaultValue as users.info says, where texts in several are there */
  locale?: (whom: Place & { userId: string; client: WebClient }) => string | Promise<string>;
  /** Where time comes from. @defaultValue the machine's clock */
  clock?: Clock;
}
