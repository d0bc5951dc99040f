/** The public API of slack-bot-server/commands. */
export type { Via } from './address.ts';
export type { Answer, AnswerMessage, CommandContext, Permission, Posted } from './command-context.ts';
export type {
  CommandHandler,
  CommandOptions,
  CommandsOptions,
  CommandTable,
  DeclarationOptions,
  HearingOptions,
  MatchCaptures,
  Place,
} from './command-options.ts';
export { commands } from './commands.ts';
export type { Localized } from './localized.ts';
export { escapeText } from './mrkdwn.ts';
export type { CapturesOf, CaptureTypes, ChannelMention, Link, UserMention } from './pattern-types.ts';
export type { Person } from './people.ts';
export { admins, anyOf, inChannels, people } from './permissions.ts';
export type { CommandTexts, TextTables } from './texts.ts';
export { UserError } from './user-error.ts';
