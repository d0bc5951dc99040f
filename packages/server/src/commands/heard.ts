/** What an event says, whoever brought it: the message of a person, of another bot, or an edited one. Pure. */
import { type Body, recordIn, textIn } from '../slack/delivery/body.ts';

/** A message that may be for the bot. */
export interface Heard {
  /** As Slack sent it. */
  raw: string;
  /** Who wrote it: a person, or a bot that has only the id of a bot. */
  userId: string;
  channelId: string;
  ts: string;
  threadTs: string | undefined;
  isDirect: boolean;
  isBot: boolean;
  isEdit: boolean;
  /** The message itself; of an edit the new one. */
  message: Body;
}

/** The bot that listens. */
export interface Self {
  botId?: string | undefined;
  botUserId?: string | undefined;
}

/** Messages that say something; the others tell of what happened. (https://docs.slack.dev/reference/events/message) */
const SPOKEN = new Set([undefined, 'bot_message', 'file_share', 'me_message', 'thread_broadcast']);

const SLACKBOT = 'USLACKBOT';

/** Undefined for what is no message, or the bot's own. Bolt leaves out most of its own, but not its edits. */
export function heardIn(event: Body, self: Self): Heard | undefined {
  const isChange = event.subtype === 'message_changed';
  const message = isChange ? recordIn(event.message) : event;
  if (!message || !SPOKEN.has(textIn(message.subtype)) || message.hidden === true) return undefined;
  const raw = textIn(message.text) ?? '';
  // Slack changes a message itself when it has fetched what a link leads to, or somebody answers in its thread.
  if (isChange && recordIn(event.previous_message)?.text === message.text) return undefined;
  const botId = textIn(message.bot_id);
  const userId = textIn(message.user) ?? botId;
  const channelId = textIn(event.channel);
  const ts = textIn(message.ts);
  if (userId === undefined || channelId === undefined || ts === undefined || isOf(self, { userId, botId })) {
    return undefined;
  }
  return {
    raw,
    userId,
    channelId,
    ts,
    threadTs: textIn(message.thread_ts),
    // RTM does not say of which kind a conversation is.
    isDirect: event.channel_type === 'im' || channelId.startsWith('D'),
    isBot: botId !== undefined || message.subtype === 'bot_message' || userId === SLACKBOT,
    isEdit: isChange || recordIn(message.edited) !== undefined,
    message,
  };
}

function isOf(self: Self, author: { userId: string; botId: string | undefined }): boolean {
  return author.userId === self.botUserId || (author.botId !== undefined && author.botId === self.botId);
}

/** Longest text that is gathered of a message's parts, in characters: as much as the text of a message can have. */
const MAX_TEXT = 40_000;
/** Blocks in blocks are followed so deep; Slack's own are not deeper. */
const MAX_DEPTH = 8;
/** Where Slack keeps words in attachments, blocks and the elements of rich text. */
const WORDS = ['pretext', 'title', 'text', 'value', 'url'] as const;
const PARTS = ['fields', 'elements', 'blocks', 'attachments'] as const;

/** The words in a message's attachments and blocks, one part a line. */
export function textInParts(message: Body): string {
  const lines: string[] = [];
  let length = 0;
  const gather = (value: unknown, depth: number): void => {
    if (depth > MAX_DEPTH || length > MAX_TEXT) return;
    if (Array.isArray(value)) {
      for (const one of value) gather(one, depth);
      return;
    }
    const part = recordIn(value);
    if (!part) return;
    for (const name of WORDS) {
      const text = textIn(part[name]) ?? textIn(recordIn(part[name])?.text);
      if (text === undefined) continue;
      lines.push(text);
      length += text.length;
    }
    for (const name of PARTS) gather(part[name], depth + 1);
  };
  gather(message.attachments, 0);
  gather(message.blocks, 0);
  return lines.join('\n').slice(0, MAX_TEXT);
}
