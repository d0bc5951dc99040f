/** Lists across the conversations of a workspace, as one person sees them: what is for them, what they look for, what apps scheduled. */
import { z } from 'zod';
import { screenMessage } from '../screen/screen-schema.ts';

const text = z.string();

export const listQuery = z.strictObject({
  /** Id or name; the first person when absent. */
  user: text.optional(),
});

export const searchQuery = z.strictObject({
  ...listQuery.shape,
  /** Words, "phrases", -without, in:#channel, from:@person, before:, after:, on:, has:, is: as in Slack's search. */
  query: text.max(1_000),
});

/** A message, and where it stands. */
export const placedMessage = z.strictObject({
  channel: text,
  message: screenMessage.pick({ ts: true, threadTs: true, author: true, name: true, isBot: true, text: true }),
});

export const notification = z.strictObject({
  ...placedMessage.shape,
  /** Why it is one. */
  reason: z.enum(['direct', 'mention', 'everybody', 'thread']),
  isUnread: z.boolean(),
});

export const scheduledInfo = z.strictObject({
  id: text,
  channel: text,
  app: text,
  text,
  postAtMs: z.number(),
});

export const notificationList = z.strictObject({ notifications: z.array(notification) });
export const searchAnswer = z.strictObject({
  matches: z.array(placedMessage),
  /** Also those that are not among the matches, which are the newest hundred. */
  total: z.int(),
});
export const scheduledList = z.strictObject({ scheduled: z.array(scheduledInfo) });

export type PlacedMessage = z.output<typeof placedMessage>;
export type Notification = z.output<typeof notification>;
export type ScheduledInfo = z.output<typeof scheduledInfo>;
export type SearchAnswer = z.output<typeof searchAnswer>;
