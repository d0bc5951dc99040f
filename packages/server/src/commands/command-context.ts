/** What a command gets when somebody gives it. Types only. */
import type { Context, SlashCommand, types } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Via } from './address.ts';
import type { Person } from './people.ts';

/** A message: its text, which notifications show, and what it looks like. */
export interface AnswerMessage {
  text: string;
  blocks?: (types.KnownBlock | types.Block)[];
  attachments?: types.MessageAttachment[];
}

/** What a command answers: mrkdwn, as Slack takes it. */
export type Answer = string | AnswerMessage;

/** What was posted; nothing is known of what only one person sees. */
export interface Posted {
  ts: string | undefined;
}

/** The person, the place and the ways to answer. */
export interface CommandContext<Captures = Readonly<Record<string, unknown>>> {
  /** What the pattern found, by the names in it. */
  readonly captures: Captures;
  /** The first words of the pattern, or the sign of an operator. */
  readonly command: string;
  /** What was said, without the bot's name; a command's pattern was compared with it. */
  readonly text: string;
  /** How the bot was addressed. */
  readonly via: Via;
  readonly teamId: string;
  readonly enterpriseId: string | undefined;
  /** Who gave the command; the bot's id where another bot did that has no user. */
  readonly userId: string;
  readonly channelId: string;
  /** Of the message; undefined for a slash command. */
  readonly ts: string | undefined;
  /** The thread in which the command was given; undefined outside of threads. */
  readonly threadTs: string | undefined;
  /** Whether it is a conversation with the bot alone. */
  readonly isDirect: boolean;
  /** 1, and more when the event was tried before. */
  readonly attempt: number;
  /** The message as Slack sent it; undefined for a slash command. */
  readonly message: Readonly<Record<string, unknown>> | undefined;
  /** The slash command as Slack sent it. */
  readonly slash: SlashCommand | undefined;
  /** Acts for the team, with its current token. */
  readonly client: WebClient;
  /** Bolt's context. */
  readonly bolt: Context;
  /** Answers where the command was given: in its channel, or in its thread. A slash command: see `slashReplies`. */
  reply(this: void, answer: Answer): Promise<Posted>;
  /** Answers in the thread of the message, which it begins if there is none. A slash command has none: as `reply`. */
  replyInThread(this: void, answer: Answer): Promise<Posted>;
  /** Answers so that nobody else sees it. */
  replyPrivately(this: void, answer: Answer): Promise<Posted>;
  /** The language of whoever gave the command, as `en-US`. */
  locale(this: void): Promise<string>;
  /** Whoever gave the command, as users.info knows them; kept for a minute. */
  person(this: void): Promise<Person>;
}

/** Whether somebody may: true, or false, or no with a reason. A {@link UserError} says no, too. */
export interface Permission {
  (context: CommandContext): boolean | string | Promise<boolean | string>;
  /** Methods of the Web API that it calls, for `manifest` and `doctor`. */
  calls?: readonly string[];
}
