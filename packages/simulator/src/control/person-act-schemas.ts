/** What a person may do besides writing, typing and using apps. */
import { z } from 'zod';

const who = {
  /** Id, domain or name. */
  team: z.string(),
  /** Who does it, by id or name; the first person when absent. */
  user: z.string().optional(),
};
const somewhere = { ...who, channel: z.string() };
/** On a message: where it is, and its timestamp. `to: 'bot'` is the direct message with the bot of the app. */
const onMessage = {
  ...who,
  channel: z.string().optional(),
  to: z.literal('bot').optional(),
  app: z.string().optional(),
  ts: z.string().regex(/^\d+\.\d+$/, 'must be a timestamp'),
};
/** On a thread in which an agent works. */
const inSession = {
  ...who,
  channel: z.string().optional(),
  to: z.literal('bot').optional(),
  app: z.string().optional(),
  threadTs: z.string().regex(/^\d+\.\d+$/, 'must be a timestamp'),
};
const emoji = z.string().regex(/^[^:\s]{1,100}$/, 'must be a name without colons');
const headline = z.string().max(250);

/** The content of a file: text, or base64. */
const content = z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.base64() })]);

export const personActBody = z.discriminatedUnion('kind', [
  z.strictObject({ ...somewhere, kind: z.literal('join') }),
  z.strictObject({ ...somewhere, kind: z.literal('leave') }),
  /** Somebody else is taken out; `bot` is the bot of the app. */
  z.strictObject({ ...somewhere, kind: z.literal('kick'), member: z.string(), app: z.string().optional() }),
  z.strictObject({ ...somewhere, kind: z.literal('rename_channel'), name: z.string().min(1).max(80) }),
  z.strictObject({ ...somewhere, kind: z.literal('set_topic'), topic: headline }),
  z.strictObject({ ...somewhere, kind: z.literal('set_purpose'), purpose: headline }),
  z.strictObject({ ...somewhere, kind: z.literal('archive') }),
  z.strictObject({ ...somewhere, kind: z.literal('unarchive') }),
  z.strictObject({ ...onMessage, kind: z.literal('edit'), text: z.string().min(1).max(40_000) }),
  z.strictObject({ ...onMessage, kind: z.literal('delete') }),
  z.strictObject({ ...onMessage, kind: z.literal('react'), emoji }),
  z.strictObject({ ...onMessage, kind: z.literal('unreact'), emoji }),
  z.strictObject({
    ...who,
    kind: z.literal('share_file'),
    channel: z.string().optional(),
    to: z.literal('bot').optional(),
    app: z.string().optional(),
    name: z.string().min(1).max(255),
    content,
    /** Further files in the same message. Slack takes 10. */
    others: z
      .array(z.strictObject({ name: z.string().min(1).max(255), content }))
      .max(9)
      .optional(),
    comment: z.string().max(40_000).optional(),
    /** The message whose thread it goes into. */
    threadTs: z
      .string()
      .regex(/^\d+\.\d+$/, 'must be a timestamp')
      .optional(),
  }),
  /** A file for the field of a form (`file_input`), which nobody else sees until the app shares it. */
  z.strictObject({ ...who, kind: z.literal('upload_file'), name: z.string().min(1).max(255), content }),
  /** Begins a direct message with these people, by id or name; the one that is there is opened. */
  z.strictObject({ ...who, kind: z.literal('open_dm'), users: z.array(z.string()).min(1).max(8) }),
  /** Presses the Stop button that Slack shows while an agent works. */
  z.strictObject({ ...inSession, kind: z.literal('stop_session') }),
  z.strictObject({ ...inSession, kind: z.literal('rename_session'), title: z.string().min(1).max(200) }),
  /** Looks at a channel, a message in it, a canvas or a list beside an app; at nothing when none is named. */
  z.strictObject({
    ...who,
    kind: z.literal('look_at'),
    app: z.string().optional(),
    channel: z.string().optional(),
    ts: z
      .string()
      .regex(/^\d+\.\d+$/, 'must be a timestamp')
      .optional(),
    canvas: z.string().min(1).max(255).optional(),
    list: z.string().min(1).max(255).optional(),
  }),
  /** Somebody does not want to join a call that a message of an app shows. */
  z.strictObject({ ...somewhere, kind: z.literal('reject_call'), callId: z.string() }),
  /** At the keyboard or not. */
  z.strictObject({ ...who, kind: z.literal('presence'), presence: z.enum(['active', 'away']) }),
  /** Names, address, profile, rights, and whether the account is there at all. */
  z.strictObject({
    ...who,
    kind: z.literal('change'),
    name: z.string().min(1).max(80).optional(),
    realName: z.string().min(1).max(80).optional(),
    email: z.string().max(200).optional(),
    isAdmin: z.boolean().optional(),
    isDeleted: z.boolean().optional(),
    displayName: z.string().max(80).optional(),
    title: z.string().max(255).optional(),
    statusText: z.string().max(100).optional(),
    statusEmoji: z.string().max(100).optional(),
    /** In seconds since the epoch; 0: it stays. */
    statusExpiration: z.int().nonnegative().optional(),
  }),
]);

/** One act, as it is sent. */
export type PersonAct = z.input<typeof personActBody>;

/** One act, as it was read. */
export type ReadPersonAct = z.output<typeof personActBody>;

/** The acts of one kind. */
export type ActOf<Kind extends ReadPersonAct['kind']> = Extract<ReadPersonAct, { kind: Kind }>;
