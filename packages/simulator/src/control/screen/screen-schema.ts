/** What one person sees of a workspace at once: the answer behind the page, described for everybody who writes another one. */
import { z } from 'zod';

const text = z.string();
const json = z.record(z.string(), z.unknown());

export const screenQuery = z.strictObject({
  /** Id or name; the first person when absent. */
  user: text.optional(),
  /** Id or name; absent: no messages. `bot` is the direct message with the default app. */
  channel: text.optional(),
  /** Only messages before this timestamp. */
  before: z
    .string()
    .regex(/^\d+\.\d+$/, 'must be a timestamp')
    .optional(),
  /** All messages from this timestamp on, as far as an answer may hold them; without it as many as fit a tall screen a few times. */
  from: z
    .string()
    .regex(/^\d+\.\d+$/, 'must be a timestamp')
    .optional(),
  /** The first message of a thread, whose messages are wanted too. */
  thread: z
    .string()
    .regex(/^\d+\.\d+$/, 'must be a timestamp')
    .optional(),
});

export const screenPerson = z.strictObject({
  id: text,
  name: text,
  realName: text,
  isBot: z.boolean(),
  isDeleted: z.boolean(),
  isAdmin: z.boolean(),
  isOnline: z.boolean(),
  /** Six hexadecimal digits. */
  color: text,
  title: text,
  statusText: text,
  statusEmoji: text,
  /** Of a bot user. */
  app: text.optional(),
});

export const screenConversation = z.strictObject({
  id: text,
  kind: z.enum(['channel', 'group', 'im', 'mpim']),
  name: text,
  /** The other one of a direct message. */
  partner: text.optional(),
  isMember: z.boolean(),
  isArchived: z.boolean(),
  topic: text,
  members: z.int(),
  /** Messages of others since the person read. */
  unread: z.int(),
  mentions: z.int(),
});

export const screenMessage = z.strictObject({
  ts: text,
  threadTs: text.optional(),
  /** A user, or a bot that is none. */
  author: text,
  name: text,
  isBot: z.boolean(),
  app: text.optional(),
  subtype: text.optional(),
  text,
  blocks: z.array(z.unknown()).readonly().optional(),
  attachments: z.array(z.unknown()).readonly().optional(),
  files: z.array(z.strictObject({ id: text, name: text, mimetype: text, size: z.int() })).optional(),
  reactions: z.array(z.strictObject({ name: text, users: z.array(text).readonly() })).optional(),
  isEdited: z.boolean(),
  isPinned: z.boolean(),
  /** Only the person sees it. */
  isEphemeral: z.boolean(),
  /** Set while and after an app streams it. */
  stream: z.enum(['in_progress', 'completed', 'stopped_by_user', 'expired']).optional(),
  replies: z.strictObject({ count: z.int(), latest: text, users: z.array(text) }).optional(),
  /** What is chosen in its elements, by block and action. */
  values: json.optional(),
});

export const screenThread = z.strictObject({
  threadTs: text,
  app: text,
  title: text,
  status: text,
  promptsTitle: text.optional(),
  prompts: z.array(z.strictObject({ title: text, message: text })).readonly(),
  session: z.enum(['active', 'processing', 'suspended', 'closed']).optional(),
});

export const screenApp = z.strictObject({
  id: text,
  name: text,
  kind: z.enum(['classic', 'granular']),
  /** In this workspace. */
  status: z.enum(['active', 'disabled', 'removed', 'none']),
  botUserId: text.optional(),
  /** RTM sockets of this workspace; Socket Mode sockets of the app. */
  sockets: z.int(),
  hasHome: z.boolean(),
  commands: z.array(text),
  shortcuts: z.array(z.strictObject({ type: z.enum(['global', 'message']), name: text, callbackId: text })).readonly(),
});

export const screenInfo = z.strictObject({
  team: z.strictObject({ id: text, name: text, domain: text, enterprise: text.optional() }),
  me: text,
  people: z.array(screenPerson),
  conversations: z.array(screenConversation),
  apps: z.array(screenApp),
  /** Custom emoji: name → URL, or `alias:name`. */
  emoji: z.record(text, text),
  channel: z
    .strictObject({
      id: text,
      messages: z.array(screenMessage),
      hasOlder: z.boolean(),
      /** Before the oldest one there were others: the simulator let them go, and keeps so many. */
      trimmedTo: z.int().optional(),
      threads: z.array(screenThread),
      thread: z.array(screenMessage).optional(),
      pins: z.int(),
      /** Others who type here, by id. */
      typing: z.array(text),
    })
    .optional(),
});

/** What a person sees. */
export type ScreenInfo = z.output<typeof screenInfo>;
export type ScreenMessage = z.output<typeof screenMessage>;
export type ScreenConversation = z.output<typeof screenConversation>;
export type ScreenPerson = z.output<typeof screenPerson>;
export type ScreenApp = z.output<typeof screenApp>;
export type ScreenQuery = z.input<typeof screenQuery>;
