/** A person fills in, submits or cancels a dialog, or types into a select whose options the app gives. */
import type { z } from 'zod';
import { isObject } from '../content/block-kit/rules.ts';
import type { DeliveryOutcome } from '../deliveries/delivery.ts';
import { SimulatorError } from '../errors.ts';
import { personOf, teamOf } from '../workspace/lookups.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import { type ActionInfo, dialogInfo, outcomeInfo } from './action-info.ts';
import type { dialogCancelBody, dialogOptionsBody, dialogSubmitBody } from './action-schemas.ts';
import {
  type ActionTools,
  type Actor,
  type ActorNames,
  actorOf,
  channelReference,
  commonFields,
  sendInteractive,
} from './actor.ts';
import type { Dialog } from './dialogs.ts';
import { optionsOf } from './option-answers.ts';

/** Sends dialog_submission; the dialog closes unless the app answers errors, or not at all. */
export async function submitDialog(tools: ActionTools, body: z.output<typeof dialogSubmitBody>): Promise<ActionInfo> {
  const dialog = openDialog(tools, body);
  const actor = actorOf(tools.world, { ...body, app: dialog.app.id });
  for (const [name, value] of Object.entries(body.values)) fillIn(dialog, name, value);
  dialog.errors = clientErrors(dialog);
  if (Object.keys(dialog.errors).length > 0) return { acked: false, errors: dialog.errors, dialog: dialogInfo(dialog) };
  const payload = {
    ...dialogFields(tools, actor, dialog, 'dialog_submission'),
    submission: dialog.values,
    response_url: responseUrl(tools, actor, dialog),
  };
  const outcome = await sendInteractive(tools, actor, { payload, acceptsResponse: true });
  if (!outcome.acked) return { ...outcomeInfo(outcome), dialog: dialogInfo(dialog) };
  const problems = obey(dialog, outcome);
  const isOpen = problems.length > 0 || Object.keys(dialog.errors).length > 0;
  if (!isOpen) tools.interactions.dialogs.close(dialog);
  return {
    ...outcomeInfo(outcome),
    ...(problems.length > 0 && { failure: 'dispatch_failed', problems }),
    ...(isOpen && { errors: dialog.errors, dialog: dialogInfo(dialog) }),
  };
}

/** Closes it; only an app that asked for it is told. */
export async function cancelDialog(tools: ActionTools, body: z.output<typeof dialogCancelBody>): Promise<ActionInfo> {
  const dialog = openDialog(tools, body);
  const actor = actorOf(tools.world, { ...body, app: dialog.app.id });
  tools.interactions.dialogs.close(dialog);
  if (!dialog.content.notify_on_cancel) return { acked: true };
  const payload = {
    ...dialogFields(tools, actor, dialog, 'dialog_cancellation'),
    response_url: responseUrl(tools, actor, dialog),
  };
  return outcomeInfo(await sendInteractive(tools, actor, { payload }));
}

/** Sends dialog_suggestion, and gives the options that the person would see. */
export async function suggestInDialog(
  tools: ActionTools,
  body: z.output<typeof dialogOptionsBody>,
): Promise<ActionInfo> {
  const dialog = openDialog(tools, body);
  const actor = actorOf(tools.world, { ...body, app: dialog.app.id });
  if (elementOf(dialog, body.name).data_source !== 'external') {
    throw new SimulatorError('invalid_input', `${body.name} has its options already: its data_source is not external`);
  }
  const outcome = await sendInteractive(tools, actor, {
    payload: {
      ...dialogFields(tools, actor, dialog, 'dialog_suggestion'),
      name: body.name,
      value: body.value,
    },
    url: actor.app.optionsUrl ?? actor.app.interactivityUrl,
    acceptsResponse: true,
  });
  return { ...outcomeInfo(outcome), ...(outcome.acked && optionsOf(outcome.payload, isOption)) };
}

function isOption(option: Json): boolean {
  return typeof option.label === 'string' && typeof option.value === 'string';
}

/** @throws SimulatorError `not_found` */
function openDialog({ world, interactions }: ActionTools, names: ActorNames): Dialog {
  const team = teamOf(world, names.team);
  const user = personOf(team, names.user);
  const dialog = interactions.dialogs.find(team, user.id);
  if (!dialog || (names.app !== undefined && dialog.app.id !== names.app)) {
    throw new SimulatorError('not_found', `${user.name} sees no dialog`);
  }
  return dialog;
}

function elementOf({ content }: Dialog, name: string): Json {
  const element = content.elements.find((one) => one.name === name);
  if (!element) throw new SimulatorError('invalid_input', `The dialog has no element ${name}`);
  return element;
}

function fillIn(dialog: Dialog, name: string, value: string): void {
  const element = elementOf(dialog, name);
  const groups = Array.isArray(element.option_groups) ? (element.option_groups as Json[]) : [];
  const options = [element, ...groups].flatMap(({ options: some }) => (Array.isArray(some) ? (some as Json[]) : []));
  const isKnown = options.length === 0 || value === '' || options.some((option) => option.value === value);
  if (!isKnown) throw new SimulatorError('invalid_input', `${name} has no option ${value}`);
  dialog.values[name] = value === '' ? null : value;
}

/** Slack's client checks these itself and sends nothing. */
function clientErrors({ content, values }: Dialog): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const element of content.elements) {
    const name = String(element.name);
    const wrong = fieldError(element, values[name] ?? null);
    if (wrong !== undefined) errors[name] = wrong;
  }
  return errors;
}

function fieldError(element: Json, value: string | null): string | undefined {
  if (value === null) return element.optional === true ? undefined : 'This field is required.';
  const { min_length: least = 0, max_length: most = element.type === 'textarea' ? 3000 : 150 } = element;
  if (element.type === 'select') return undefined;
  if (value.length < Number(least)) return `Enter at least ${String(least)} characters.`;
  return value.length > Number(most) ? `Enter at most ${String(most)} characters.` : undefined;
}

function dialogFields({ world }: ActionTools, actor: Actor, { content, channel }: Dialog, type: string): Json {
  const { user, api_app_id: _, ...rest } = commonFields(actor);
  const { username: __, ...shownUser } = user as Json;
  return {
    type,
    ...rest,
    user: shownUser,
    ...(channel && { channel: channelReference(channel) }),
    callback_id: content.callback_id,
    action_ts: world.ids.timestamp(),
    // Apps get the state back only when they gave one.
    ...(content.state !== undefined && { state: content.state }),
  };
}

function responseUrl({ interactions, url }: ActionTools, { app, team, user }: Actor, { channel }: Dialog): string {
  if (!channel) return '';
  return (
    url() + interactions.responseUrls.open('actions', { app, team, channel, userId: user.id, original: undefined })
  );
}

/** An empty body closes; `errors` stand under the fields; anything else is "We had some trouble connecting". */
function obey(dialog: Dialog, { payload, text }: DeliveryOutcome): readonly string[] {
  dialog.errors = {};
  if (!payload || Object.keys(payload).length === 0)
    return text.trim() === '' || payload ? [] : ['the answer must be empty or JSON'];
  const { errors } = payload;
  if (!Array.isArray(errors)) return ['the answer must be empty, or have a list of errors'];
  const named = errors.filter(isObject).map(({ name, error }) => [String(name), String(error)] as const);
  const unknown = named.filter(([name]) => !dialog.content.elements.some((element) => element.name === name));
  if (unknown.length > 0 || named.length < errors.length) return unknown.map(([name]) => `no element is named ${name}`);
  dialog.errors = Object.fromEntries(named);
  return [];
}
