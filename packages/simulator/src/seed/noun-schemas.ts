/** Teams, people, channels and apps as seeds and `/_sim` take them. */
import { z } from 'zod';

const name = z.string().min(1).max(80);
const slackId = (letters: string) =>
  z.string().regex(new RegExp(`^[${letters}][0-9A-Z]{1,31}$`), `must look like ${letters[0]}0A1B2C3D4`);
export const userBody = z.strictObject({
  id: slackId('UW').optional(),
  name,
  realName: z.string().max(80).optional(),
  email: z.string().max(200).optional(),
  isAdmin: z.boolean().optional(),
});

export const channelBody = z.strictObject({
  id: slackId('CG').optional(),
  name,
  isPrivate: z.boolean().optional(),
  isReadOnly: z.boolean().optional(),
  topic: z.string().max(250).optional(),
  purpose: z.string().max(250).optional(),
  members: z.array(z.string()).max(10_000).optional(),
});

export const teamBody = z.strictObject({
  id: slackId('T').optional(),
  name,
  domain: z
    .string()
    .regex(/^[a-z0-9-]{1,80}$/, 'must be lower case letters, digits and hyphens')
    .optional(),
  enterprise: z.strictObject({ id: slackId('E'), name }).optional(),
  users: z
    .array(z.union([userBody, name]))
    .max(10_000)
    .optional(),
  channels: z
    .array(z.union([channelBody, name]))
    .max(10_000)
    .optional(),
});

export const appBody = z.strictObject({
  id: slackId('A').optional(),
  name: name.optional(),
  botName: name.optional(),
  kind: z.enum(['classic', 'granular']).optional(),
  clientId: z.string().min(1).optional(),
  clientSecret: z.string().min(1).optional(),
  signingSecret: z.string().min(1).optional(),
  verificationToken: z.string().min(1).optional(),
  appLevelToken: z.string().min(1).optional(),
  botScopes: z.array(z.string()).optional(),
  userScopes: z.array(z.string()).optional(),
  redirectUrls: z.array(z.string()).optional(),
  requestUrl: z.string().optional(),
  interactivityUrl: z.string().optional(),
  optionsUrl: z.string().optional(),
  commands: z.array(z.strictObject({ command: z.string().startsWith('/'), url: z.string().optional() })).optional(),
  shortcuts: z
    .array(z.strictObject({ type: z.enum(['global', 'message']), name, callbackId: z.string().min(1).max(255) }))
    .optional(),
  eventSubscriptions: z.array(z.string()).optional(),
  isSocketModeOn: z.boolean().optional(),
  isDelayedEventsOn: z.boolean().optional(),
  isTokenRotationOn: z.boolean().optional(),
  isOrgWide: z.boolean().optional(),
  isDistributed: z.boolean().optional(),
  isUnlisted: z.boolean().optional(),
  homeTeam: z.string().optional(),
  isPkceOn: z.boolean().optional(),
  optionalScopes: z.array(z.string()).optional(),
  approvedScopes: z.array(z.string()).optional(),
  /** Slack's app manifest; what is said beside it wins. */
  manifest: z.record(z.string(), z.unknown()).optional(),
});

/** Slack's app manifest over HTTP: an object, or its text. */
export const manifestBody = z.union(
  [z.record(z.string(), z.unknown()), z.string()],
  'must be an object, or its text in JSON or YAML',
);

/** An app that is made over HTTP. */
export const appRequest = appBody.extend({ manifest: manifestBody.optional() });
