/** What `/_sim` answers about deliveries, views and what people do with apps, as schemas for its description. */
import { z } from 'zod';
import type { DeliveryInfo } from '../control/delivery-routes.ts';
import type { ActionInfo, DialogInfo, EntityPaneInfo, ViewInfo } from '../interactivity/action-info.ts';
import { messageInfo } from './answer-schemas.ts';

const text = z.string();
/** An object of Slack's, which its own documentation describes. */
const slackObject = z.record(z.string(), z.unknown());

export const deliveryInfo = z.strictObject({
  id: text,
  atMs: z.number(),
  app: text,
  team: text.optional(),
  kind: text,
  event: text,
  eventId: text.optional(),
  attempt: z.int(),
  reason: text.optional(),
  via: z.enum(['http', 'socket']),
  target: text.optional(),
  acked: z.boolean(),
  status: z.int().optional(),
  error: text.optional(),
  durationMs: z.number(),
  nextAtMs: z.number().optional(),
  payload: slackObject,
  answer: text,
}) satisfies z.ZodType<DeliveryInfo>;

export const viewInfo = z.strictObject({
  id: text,
  team: text,
  app: text,
  user: text,
  type: z.enum(['modal', 'home']),
  errors: z.record(text, text),
  view: slackObject,
}) satisfies z.ZodType<ViewInfo>;

export const dialogInfo = z.strictObject({
  team: text,
  app: text,
  user: text,
  values: z.record(text, text.nullable()),
  errors: z.record(text, text),
  dialog: slackObject,
}) satisfies z.ZodType<DialogInfo>;

export const entityPaneInfo = z.strictObject({
  team: text,
  app: text,
  user: text,
  channel: text,
  ts: text,
  url: text,
  externalRef: z.looseObject({ id: text, type: text.optional() }),
  state: z.enum(['asked', 'shown', 'sign_in', 'error']),
  metadata: slackObject.optional(),
  userAuthUrl: text.optional(),
  error: slackObject.optional(),
}) satisfies z.ZodType<EntityPaneInfo>;

export const actionInfo = z.strictObject({
  delivery: text.optional(),
  acked: z.boolean(),
  failure: z.enum(['operation_timeout', 'dispatch_failed']).optional(),
  problems: z.array(text).optional(),
  triggerId: text.optional(),
  responseUrl: text.optional(),
  message: messageInfo.optional(),
  isEphemeral: z.boolean().optional(),
  options: z.unknown().optional(),
  optionGroups: z.unknown().optional(),
  errors: z.record(text, text).optional(),
  views: z.array(viewInfo).optional(),
  dialog: dialogInfo.optional(),
}) satisfies z.ZodType<ActionInfo>;
