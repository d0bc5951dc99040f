/** What `/_sim` answers, as schemas for its description. The compiler holds each to the type that the route gives. */
import { z } from 'zod';
import type { ClockInfo, SimulatorStatus, WebhookInfo } from '../control/control-info.ts';
import type { FunctionRunInfo } from '../control/function-routes.ts';
import type { OrgInstallationInfo } from '../control/org-routes.ts';
import type { PersonActInfo } from '../control/person-act-info.ts';
import type { UrlVerification } from '../events-api/url-verification.ts';
import type { FaultOutcome } from '../faults/apply-fault.ts';
import { type FaultKind, faultSchema } from '../faults/fault.ts';
import type { FaultInfo } from '../faults/fault-info.ts';
import type { SocketInfo } from '../faults/live-sockets.ts';
import { type LogRecord, logKinds } from '../log/log-record.ts';
import type {
  AppInfo,
  ChannelInfo,
  ConfigTokenInfo,
  InstallationInfo,
  MessageInfo,
  TeamInfo,
  UserInfo,
} from '../workspace/info.ts';
import type { AssistantThread } from '../workspace/model.ts';

const text = z.string();
const texts = z.array(z.string()).readonly();
const ms = z.number();
const installationStatus = z.enum(['active', 'disabled', 'removed']);

export const appInfo = z.strictObject({
  id: text,
  name: text,
  botName: text.optional(),
  kind: z.enum(['classic', 'granular']),
  clientId: text,
  clientSecret: text,
  signingSecret: text,
  verificationToken: text,
  appLevelToken: text,
  botScopes: texts,
  userScopes: texts,
  redirectUrls: texts,
  requestUrl: text.optional(),
  interactivityUrl: text.optional(),
  optionsUrl: text.optional(),
  commands: z.array(z.strictObject({ command: text, url: text.optional() })).readonly(),
  shortcuts: z.array(z.strictObject({ type: z.enum(['global', 'message']), name: text, callbackId: text })).readonly(),
  eventSubscriptions: texts,
  isSocketModeOn: z.boolean(),
  isDelayedEventsOn: z.boolean(),
  areEventsEnabled: z.boolean(),
  isTokenRotationOn: z.boolean(),
  isUnlisted: z.boolean(),
  isOrgWide: z.boolean(),
  isDistributed: z.boolean(),
  homeTeam: text.optional(),
  isPkceOn: z.boolean(),
  optionalScopes: texts,
  approvedScopes: texts.optional(),
  manifest: z.record(text, z.unknown()).optional(),
}) satisfies z.ZodType<Partial<AppInfo>>;

export const userInfo = z.strictObject({
  id: text,
  name: text,
  realName: text,
  isBot: z.boolean(),
}) satisfies z.ZodType<UserInfo>;

export const channelInfo = z.strictObject({
  id: text,
  name: text,
  kind: z.enum(['channel', 'group', 'im', 'mpim']),
  members: z.array(text),
}) satisfies z.ZodType<ChannelInfo>;

export const installationInfo = z.strictObject({
  team: text,
  teamName: text,
  app: text,
  status: installationStatus,
  installerId: text,
  scopes: texts,
  botUserId: text,
  botId: text,
  botToken: text,
  botTokenId: text,
  userToken: text,
  userTokens: z.record(text, text),
}) satisfies z.ZodType<InstallationInfo>;

const anyValues = z.record(text, z.unknown()).readonly();

export const functionRunInfo = z.strictObject({
  id: text,
  app: text,
  team: text,
  callbackId: text,
  status: z.enum(['running', 'succeeded', 'failed']),
  inputs: anyValues,
  outputs: anyValues.optional(),
  error: text.optional(),
}) satisfies z.ZodType<FunctionRunInfo>;

export const configTokenInfo = z.strictObject({
  team: text,
  user: text,
  token: text,
  refreshToken: text,
  expiresAtMs: ms,
}) satisfies z.ZodType<ConfigTokenInfo>;

export const orgInstallationInfo = z.strictObject({
  enterprise: text,
  app: text,
  status: installationStatus,
  botToken: text,
  botUserId: text,
  teams: z.array(text),
}) satisfies z.ZodType<OrgInstallationInfo>;

export const teamInfo = z.strictObject({
  id: text,
  name: text,
  domain: text,
  enterprise: z.strictObject({ id: text, name: text }).optional(),
  users: z.array(userInfo),
  channels: z.array(channelInfo),
  installations: z.array(installationInfo),
}) satisfies z.ZodType<TeamInfo>;

export const messageInfo = z.strictObject({
  channel: text,
  ts: text,
  threadTs: text.optional(),
  author: text,
  name: text,
  isBot: z.boolean(),
  text,
  subtype: text.optional(),
  blocks: z.array(z.unknown()).readonly().optional(),
  attachments: z.array(z.unknown()).readonly().optional(),
  files: z
    .array(z.strictObject({ id: text, name: text, mimetype: text }))
    .readonly()
    .optional(),
  reactions: z
    .array(z.strictObject({ name: text, users: texts }))
    .readonly()
    .optional(),
}) satisfies z.ZodType<MessageInfo>;

const faultKind = z.enum(faultSchema.options.map((one) => one.shape.kind.value) as [FaultKind, ...FaultKind[]]);

export const faultInfo = z.strictObject({
  id: text,
  kind: text,
  spec: faultSchema,
  hits: z.int(),
  held: z.int(),
}) satisfies z.ZodType<Omit<FaultInfo, 'spec'>>;

export const faultOutcome = z.strictObject({
  id: text,
  kind: faultKind,
  isInForce: z.boolean(),
  socketsHit: z.int(),
}) satisfies z.ZodType<FaultOutcome>;

export const clockInfo = z.strictObject({
  mode: z.enum(['system', 'manual']),
  nowMs: ms,
}) satisfies z.ZodType<ClockInfo>;

export const statusInfo = z.strictObject({
  name: text,
  url: text,
  apiUrl: text,
  authorizeUrl: text,
  clock: clockInfo,
  apps: z.array(appInfo),
  teams: z.int(),
  sockets: z.int(),
  faults: z.int(),
  log: z.strictObject({ size: z.int(), capacity: z.int(), lastSeq: z.int() }),
}) satisfies z.ZodType<Omit<SimulatorStatus, 'apps'>>;

export const webhookInfo = z.strictObject({
  app: text,
  team: text,
  channel: text,
  url: text,
}) satisfies z.ZodType<WebhookInfo>;

export const socketInfo = z.strictObject({
  id: text,
  team: text,
  app: text,
  tokenId: text,
  state: z.enum(['open', 'muted']),
}) satisfies z.ZodType<SocketInfo>;

export const logRecord = z.strictObject({
  seq: z.int(),
  atMs: ms,
  kind: z.enum(logKinds),
  team: text.optional(),
  app: text.optional(),
  method: text.optional(),
  status: z.int().optional(),
  ok: z.boolean().optional(),
  error: text.optional(),
  token: text.optional(),
  tokenId: text.optional(),
  durationMs: ms.optional(),
  host: text.optional(),
  socket: text.optional(),
  channel: text.optional(),
  frame: text.optional(),
  sizeBytes: z.int().optional(),
  text: text.optional(),
  code: z.int().optional(),
  by: z.enum(['client', 'simulator']).optional(),
  fault: text.optional(),
  event: text.optional(),
  eventId: text.optional(),
  delivery: text.optional(),
  attempt: z.int().optional(),
  reason: text.optional(),
  url: text.optional(),
  nextAtMs: ms.optional(),
}) satisfies z.ZodType<LogRecord>;

export const urlVerification = z.strictObject({
  url: text,
  ok: z.boolean(),
  status: z.int().optional(),
  error: text.optional(),
  durationMs: ms,
}) satisfies z.ZodType<UrlVerification>;

export const assistantThread = z.strictObject({
  threadTs: text,
  appId: text,
  title: text,
  status: text,
  loadingMessages: texts,
  promptsTitle: text.optional(),
  prompts: z.array(z.strictObject({ title: text, message: text })),
  session: z.enum(['active', 'processing', 'suspended', 'closed']).optional(),
  shownAs: z
    .strictObject({ username: text.optional(), iconEmoji: text.optional(), iconUrl: text.optional() })
    .optional(),
}) satisfies z.ZodType<Partial<AssistantThread>>;

export const personActInfo = z.strictObject({
  user: text,
  channel: text.optional(),
  ts: text.optional(),
  file: text.optional(),
  threadTs: text.optional(),
  streamTs: texts.optional(),
}) satisfies z.ZodType<PersonActInfo>;

/** Every error of `/_sim`. */
export const errorInfo = z.strictObject({ error: z.strictObject({ code: text, message: text }) });
