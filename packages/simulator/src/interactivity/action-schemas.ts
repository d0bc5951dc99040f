/** One schema for each thing that a person can do with an app. */
import { z } from 'zod';

const json = z.record(z.string(), z.unknown());
/** A text, an option's value, an id, several of them, or Slack's own object. */
const choice = z.union([z.string(), z.array(z.string()), json]);

const actor = {
  /** Id, domain or name. */
  team: z.string(),
  /** Id or name; the first person when absent. */
  user: z.string().optional(),
  /** Id; the default app when absent. */
  app: z.string().optional(),
};
const place = { ...actor, channel: z.string().optional(), to: z.literal('bot').optional() };
const element = {
  ...place,
  /** Or `block_id/action_id`, where several have the same. */
  actionId: z.string(),
  /** Of the message; the newest one with that element when absent. */
  ts: z.string().optional(),
  /** The view; when neither it nor a conversation is named, the newest view with that element, or else the newest message. */
  viewId: z.string().optional(),
};

export const slashBody = z.strictObject({
  kind: z.literal('slash'),
  ...place,
  command: z.string().regex(/^\/\S{1,31}$/, 'must begin with a slash'),
  text: z.string().max(40_000).default(''),
});

export const blockActionBody = z.strictObject({
  kind: z.literal('block_action'),
  ...element,
  /** What is chosen or entered; not for buttons. */
  value: choice.optional(),
});

export const optionsBody = z.strictObject({
  kind: z.literal('options'),
  ...element,
  /** What was typed so far. */
  value: z.string().default(''),
});

const attachment = {
  ...place,
  /** Of the button or menu. */
  name: z.string(),
  /** Of the message; the newest one with that action when absent. */
  ts: z.string().optional(),
};

export const attachmentActionBody = z.strictObject({
  kind: z.literal('attachment_action'),
  ...attachment,
  /** What is chosen in a menu; of buttons with the same name, which one. */
  value: z.string().optional(),
});

export const attachmentOptionsBody = z.strictObject({
  kind: z.literal('attachment_options'),
  ...attachment,
  /** What was typed so far. */
  value: z.string().default(''),
});

export const dialogSubmitBody = z.strictObject({
  kind: z.literal('dialog_submit'),
  ...actor,
  /** By the element's name; what is absent stays as it is. */
  values: z.record(z.string(), z.string()).default({}),
});

export const dialogCancelBody = z.strictObject({ kind: z.literal('dialog_cancel'), ...actor });

export const dialogOptionsBody = z.strictObject({
  kind: z.literal('dialog_options'),
  ...actor,
  /** Of the select. */
  name: z.string(),
  /** What was typed so far. */
  value: z.string().default(''),
});

const view = {
  ...actor,
  /** The newest modal of the person when absent. */
  viewId: z.string().optional(),
};

export const viewSubmitBody = z.strictObject({
  kind: z.literal('view_submit'),
  ...view,
  /** By action_id, or by `block_id/action_id`. */
  values: z.record(z.string(), choice).default({}),
});

export const viewCloseBody = z.strictObject({
  kind: z.literal('view_close'),
  ...view,
  /** True for the cross, which closes the whole stack; false for the button. */
  isCleared: z.boolean().default(false),
});

export const shortcutBody = z.strictObject({ kind: z.literal('shortcut'), ...actor, callbackId: z.string() });

export const messageActionBody = z.strictObject({
  kind: z.literal('message_action'),
  ...place,
  callbackId: z.string(),
  /** Of the message; the newest one when absent. */
  ts: z.string().optional(),
});

export const openHomeBody = z.strictObject({
  kind: z.literal('open_home'),
  ...actor,
  tab: z.enum(['home', 'messages']).default('home'),
});

export const openEntityBody = z.strictObject({
  kind: z.literal('open_entity'),
  ...place,
  /** Of the message; the newest one with such an entity when absent. */
  ts: z.string().optional(),
  /** Of the entity, its own or the link that it stands for; the first one of the app when absent. */
  url: z.string().optional(),
});

export const actionBody = z.discriminatedUnion('kind', [
  slashBody,
  blockActionBody,
  optionsBody,
  attachmentActionBody,
  attachmentOptionsBody,
  dialogSubmitBody,
  dialogCancelBody,
  dialogOptionsBody,
  viewSubmitBody,
  viewCloseBody,
  shortcutBody,
  messageActionBody,
  openHomeBody,
  openEntityBody,
]);

/** What a caller may write: fields with defaults may be left out. */
export type ActionRequest = z.input<typeof actionBody>;
/** One action, as it was read. */
export type ReadAction = z.output<typeof actionBody>;
