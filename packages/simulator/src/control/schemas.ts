/** What `/_sim` takes, as schemas; the client's types are made of them. */
import { z } from 'zod';
import { logKinds } from '../log/log-record.ts';

/** A number, in a query as text. */
export const count = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ])
  .pipe(z.int().nonnegative());

export const installBody = z.strictObject({
  /** Id, domain or name. */
  team: z.string(),
  /** Id; the default app when absent. */
  app: z.string().optional(),
  /** Who installs, by id or name; the first person when absent. */
  user: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  /** Of the person who installs, for a granular app; those of the app's settings when absent. */
  userScopes: z.array(z.string()).optional(),
  forceNewToken: z.boolean().optional(),
});

export const configTokenBody = z.strictObject({
  /** Id, domain or name. */
  team: z.string(),
  /** Whose it is, by id or name; the first person when absent. */
  user: z.string().optional(),
});

export const memberBody = z.strictObject({
  /** Id or name, or `bot` for the bot of the app. */
  user: z.string(),
  app: z.string().optional(),
  /** Who invites, by id or name; the first person when absent. */
  by: z.string().optional(),
});

/** Where and by whom: `to: 'bot'` is the direct message with the bot of the app. */
const placeFields = {
  team: z.string(),
  channel: z.string().optional(),
  to: z.literal('bot').optional(),
  app: z.string().optional(),
  /** Id or name; the first person when absent. */
  user: z.string().optional(),
};

export const messageBody = z.strictObject({
  ...placeFields,
  text: z.string().min(1).max(40_000),
  threadTs: z.string().optional(),
});

export const typingBody = z.strictObject(placeFields);

export const messageQuery = z.strictObject({
  ...placeFields,
  limit: count.optional(),
});

/** Which records: those after a number, of a team, and so on. */
export const streamQuery = z.strictObject({
  after: count.optional(),
  team: z.string().optional(),
  app: z.string().optional(),
  method: z.string().optional(),
  kind: z.enum(logKinds).optional(),
  tokenId: z.string().optional(),
  socket: z.string().optional(),
});

export const logQuery = z.strictObject({
  ...streamQuery.shape,
  limit: count.optional(),
  /** Wait up to so many milliseconds of real time for a first match. */
  waitMs: count.pipe(z.int().max(60_000)).optional(),
});

export const clockBody = z.strictObject({
  mode: z.enum(['system', 'manual']).optional(),
  advanceMs: z
    .int()
    .nonnegative()
    .max(366 * 86_400_000)
    .optional(),
});

export type InstallRequestBody = z.input<typeof installBody>;
export type ConfigTokenBody = z.input<typeof configTokenBody>;
export type MemberBody = z.input<typeof memberBody>;
export type MessageBody = z.input<typeof messageBody>;
export type TypingBody = z.input<typeof typingBody>;
export type MessageQuery = z.input<typeof messageQuery>;
export type ClockBody = z.input<typeof clockBody>;
export type StreamQuery = z.input<typeof streamQuery>;
export type LogWaitQuery = z.input<typeof logQuery>;
