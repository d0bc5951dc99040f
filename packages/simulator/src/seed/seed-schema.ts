/** What a seed may say: the state of a whole Slack as data. The fields of apps, people and channels are those of `/_sim`. */
import { z } from 'zod';
import { appBody, channelBody, teamBody, userBody } from './noun-schemas.ts';

/** Id or name. */
const reference = z.string().min(1);
const text = z.string().min(1).max(40_000);

const parts = z.array(z.record(z.string(), z.unknown())).min(1).max(100).optional();

const enterprise = teamBody.shape.enterprise.unwrap();

/** Larger ones make no seed that anybody reads. */
export const SEED_FILE_BYTES = 1_048_576;

const fileSchema = z
  .strictObject({
    name: z.string().min(1).max(255),
    /** @defaultValue its name */
    title: z.string().min(1).max(255).optional(),
    /** Its content: as it is … */
    text: z.string().max(SEED_FILE_BYTES).optional(),
    /** … or as base64. */
    base64: z
      .base64()
      .max(SEED_FILE_BYTES * 2)
      .optional(),
  })
  .refine(({ text: plain, base64 }) => (plain === undefined) !== (base64 === undefined), {
    message: 'Give its content as text or as base64',
  });

const replySchema = z.strictObject({
  /** Id or name of a person, or `bot` for the bot of the app. @defaultValue the first person */
  user: reference.optional(),
  /** Whose bot; the first app when absent. */
  app: reference.optional(),
  /** May be left out where there are blocks, attachments or files. */
  text: text.optional(),
  /** As Slack keeps them; nothing of them is checked. */
  blocks: parts,
  attachments: parts,
  /** What was shared with it. */
  files: z.array(fileSchema).min(1).max(20).optional(),
  /** Emoji without colons → who put it there. */
  reactions: z.record(z.string().min(1), z.array(reference).min(1)).optional(),
});

const messageSchema = z.strictObject({
  ...replySchema.shape,
  isPinned: z.boolean().optional(),
  replies: z.array(replySchema).max(1000).optional(),
});

const messages = z.array(messageSchema).max(1000).optional();

const channelSchema = z.strictObject({
  ...channelBody.shape,
  messages,
  /** Nobody writes there any more. */
  isArchived: z.boolean().optional(),
});

const directMessageSchema = z.strictObject({
  /** Ids or names; `bot` is the bot of the app. */
  users: z.array(reference).min(1).max(9),
  app: reference.optional(),
  messages,
});

const teamSchema = z.strictObject({
  ...teamBody.shape,
  /** Of the list `enterprises`, or said here. */
  enterprise: z.union([reference, enterprise]).optional(),
  users: z
    .array(z.union([z.string().min(1).max(80), userBody]))
    .max(10_000)
    .optional(),
  channels: z
    .array(z.union([z.string().min(1).max(80), channelSchema]))
    .max(10_000)
    .optional(),
  directMessages: z.array(directMessageSchema).max(10_000).optional(),
  /** Name → URL, or `alias:name`. */
  emoji: z.record(z.string().regex(/^[a-z0-9_+-]{1,100}$/), z.string().min(1)).optional(),
});

const installSchema = z
  .strictObject({
    /** Id or name; the first app when absent. */
    app: reference.optional(),
    /** Where: one workspace … */
    team: reference.optional(),
    /** … or a whole organization, … */
    enterprise: reference.optional(),
    /** … with access to these of its workspaces. */
    teams: z.array(reference).optional(),
    /** Who installs. @defaultValue the first person */
    user: reference.optional(),
    /** @defaultValue those of the app */
    scopes: z.array(z.string()).optional(),
    /** Of the person who installs. @defaultValue those of the app */
    userScopes: z.array(z.string()).optional(),
    /** Where the bot is besides #general. */
    channels: z.array(reference).optional(),
    /** In one workspace: the ids of the bot and the tokens, for an app that has them already. @defaultValue fresh ones */
    botUserId: z
      .string()
      .regex(/^[UW][0-9A-Z]{1,31}$/, 'must look like U0A1B2C3D4')
      .optional(),
    botId: z
      .string()
      .regex(/^B[0-9A-Z]{1,31}$/, 'must look like B0A1B2C3D4')
      .optional(),
    botToken: z
      .string()
      .regex(/^xoxb-[\w-]{8,200}$/, 'must look like xoxb-sim-…')
      .optional(),
    userToken: z
      .string()
      .regex(/^xoxp-[\w-]{8,200}$/, 'must look like xoxp-sim-…')
      .optional(),
  })
  .refine(({ team, enterprise }) => (team === undefined) !== (enterprise === undefined), {
    message: 'Name either a team or an enterprise',
  });

/** An incoming webhook; its URL ends with `/services/<team>/<bot>/<secret>`. */
export const webhookSchema = z.strictObject({
  /** Id or name; the first app when absent. It must be installed there. */
  app: reference.optional(),
  team: reference,
  channel: reference,
  secret: z
    .string()
    .regex(/^[A-Za-z0-9]{8,64}$/, 'must be 8 to 64 letters and digits')
    .optional(),
});

/** The whole seed. */
export const seedSchema = z.strictObject({
  enterprises: z.array(z.strictObject({ ...enterprise.shape, id: enterprise.shape.id.optional() })).optional(),
  /** @defaultValue one classic app with fixed credentials */
  apps: z.array(appBody).min(1).optional(),
  /** @defaultValue Acme, with ann and bob */
  teams: z.array(teamSchema).optional(),
  installs: z.array(installSchema).optional(),
  webhooks: z.array(webhookSchema).optional(),
});

/** A seed as it is written. */
export type Seed = z.input<typeof seedSchema>;
/** A seed that the schema accepted. */
export type CheckedSeed = z.output<typeof seedSchema>;
export type SeedTeam = NonNullable<CheckedSeed['teams']>[number];
export type SeedInstall = NonNullable<CheckedSeed['installs']>[number];
export type SeedWebhook = z.output<typeof webhookSchema>;
export type SeedMessage = z.output<typeof messageSchema>;
export type SeedFile = z.output<typeof fileSchema>;
