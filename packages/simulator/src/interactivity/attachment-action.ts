/**
 * A person presses a button or chooses in a menu of an attachment: what messages had before blocks.
 * (https://docs.slack.dev/legacy/legacy-messaging/legacy-making-messages-interactive)
 */
import type { z } from 'zod';
import { isObject } from '../content/block-kit/rules.ts';
import { SimulatorError } from '../errors.ts';
import { isRefusal } from '../wire/answer.ts';
import { messageInfo } from '../workspace/info.ts';
import type { Channel, Message } from '../workspace/model.ts';
import { type Json, messageShape } from '../workspace/slack-shapes.ts';
import { type ActionInfo, outcomeInfo } from './action-info.ts';
import type { attachmentActionBody, attachmentOptionsBody } from './action-schemas.ts';
import {
  type ActionTools,
  type Actor,
  actorOf,
  channelOf,
  channelReference,
  commonFields,
  sendInteractive,
} from './actor.ts';
import { readAppMessage, showAppMessage } from './app-messages.ts';
import { optionsOf } from './option-answers.ts';
import type { ResponseTarget } from './response-urls.ts';

/** An action of an attachment, and where it is. */
interface Spot {
  channel: Channel;
  message: Message;
  isEphemeral: boolean;
  attachment: Json;
  action: Json;
}

type Asked = z.output<typeof attachmentActionBody> | z.output<typeof attachmentOptionsBody>;

/** Sends interactive_message. What the app answers replaces the message, unless it says otherwise. */
export async function useAttachment(
  tools: ActionTools,
  body: z.output<typeof attachmentActionBody>,
): Promise<ActionInfo> {
  const { world, interactions } = tools;
  const spot = findAction(tools, body, body.value);
  const actor = actorOf(world, { ...body, app: spot.message.appId ?? body.app });
  const chosen = chosenIn(spot.action, body.value);
  const { app, team, user } = actor;
  const { channel, message, isEphemeral } = spot;
  const original = { ts: message.ts, isEphemeral };
  const target: ResponseTarget = { app, team, channel, userId: user.id, original, isReplacedByDefault: true };
  const responseUrl = tools.url() + interactions.responseUrls.open('actions', target);
  const triggerId = interactions.triggers.issue(target);
  const outcome = await sendInteractive(tools, actor, {
    payload: {
      type: 'interactive_message',
      actions: [chosen],
      ...spotFields(tools, actor, spot),
      is_app_unfurl: spot.attachment.is_app_unfurl === true,
      // The person alone has an ephemeral message; apps do not get it back.
      ...(!isEphemeral && { original_message: messageShape(team, message) }),
      response_url: responseUrl,
      trigger_id: triggerId,
    },
    acceptsResponse: true,
  });
  const info = { ...outcomeInfo(outcome), triggerId, responseUrl };
  const answer = outcome.payload ?? (outcome.text.trim() === '' ? {} : { text: outcome.text });
  if (!outcome.acked || Object.keys(answer).length === 0) return info;
  const read = readAppMessage(world, team, answer, { isReplacedByDefault: true });
  if (isRefusal(read)) return { ...info, failure: 'dispatch_failed', problems: [read.error] };
  const shown = showAppMessage(world, target, read);
  return {
    ...info,
    message: shown.message && messageInfo(team, channel, shown.message),
    isEphemeral: shown.how === 'ephemeral' || isEphemeral,
  };
}

/** Asks for the options of a menu whose data_source is external. */
export async function askForAttachmentOptions(
  tools: ActionTools,
  body: z.output<typeof attachmentOptionsBody>,
): Promise<ActionInfo> {
  const spot = findAction(tools, body);
  const actor = actorOf(tools.world, { ...body, app: spot.message.appId ?? body.app });
  if (spot.action.data_source !== 'external') {
    throw new SimulatorError('invalid_input', `${body.name} has its options already: its data_source is not external`);
  }
  const outcome = await sendInteractive(tools, actor, {
    payload: {
      type: 'interactive_message',
      name: body.name,
      value: body.value,
      ...spotFields(tools, actor, spot),
    },
    url: actor.app.optionsUrl ?? actor.app.interactivityUrl,
    acceptsResponse: true,
  });
  return { ...outcomeInfo(outcome), ...(outcome.acked && optionsOf(outcome.payload, isOption)) };
}

function isOption(option: Json): boolean {
  return typeof option.text === 'string' && typeof option.value === 'string';
}

/** The newest action of that name; buttons often share a name, and then the value tells them apart. */
function findAction({ world }: ActionTools, body: Asked, value?: string): Spot {
  const channel = channelOf(world, body);
  const { user } = actorOf(world, body);
  const ephemerals = channel.ephemerals.filter(({ userId }) => userId === user.id).map(({ message }) => message);
  const messages = [...channel.messages, ...ephemerals].toSorted((one, other) => (one.ts < other.ts ? 1 : -1));
  for (const message of messages) {
    if (body.ts !== undefined && body.ts !== message.ts) continue;
    for (const attachment of (message.attachments ?? []).filter(isObject)) {
      const named = actionsOf(attachment).filter(({ name }) => name === body.name);
      const action = named.find((one) => one.type === 'button' && one.value === value) ?? named[0];
      if (action) return { channel, message, attachment, action, isEphemeral: ephemerals.includes(message) };
    }
  }
  throw new SimulatorError('not_found', `No attachment there has an action ${body.name}`);
}

function actionsOf({ actions }: Json): Json[] {
  return Array.isArray(actions) ? actions.filter(isObject) : [];
}

/** The entry in `actions`: a button with its value, or what was chosen in a menu. */
function chosenIn({ name, type, value: own, ...action }: Json, value: string | undefined): Json {
  if (type !== 'select') {
    if (value !== undefined && value !== own) {
      throw new SimulatorError('invalid_input', `No button ${String(name)} there has the value ${value}`);
    }
    return { name, type: 'button', value: own ?? '' };
  }
  if (value === undefined) throw new SimulatorError('invalid_input', `Nothing was chosen in ${String(name)}`);
  const groups = Array.isArray(action.option_groups) ? action.option_groups.filter(isObject) : [];
  const options = [action, ...groups].flatMap(({ options: some }) => (Array.isArray(some) ? (some as unknown[]) : []));
  const hasOwn = (action.data_source ?? 'static') === 'static';
  if (hasOwn && !options.some((option) => isObject(option) && option.value === value)) {
    throw new SimulatorError('invalid_input', `${String(name)} has no option ${value}`);
  }
  return { name, type: 'select', selected_options: [{ value }] };
}

function spotFields({ world }: ActionTools, actor: Actor, { channel, message, attachment }: Spot): Json {
  const { user, api_app_id: _, ...rest } = commonFields(actor);
  const { username: __, ...shownUser } = user as Json;
  return {
    ...rest,
    user: shownUser,
    callback_id: attachment.callback_id ?? '',
    channel: channelReference(channel),
    action_ts: world.ids.timestamp(),
    message_ts: message.ts,
    attachment_id: String(attachment.id),
  };
}
