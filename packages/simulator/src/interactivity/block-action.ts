/** A person uses a button, a select or another element of a message or a view, or types into an external select. */
import type { z } from 'zod';
import { isObject } from '../content/block-kit/rules.ts';
import { SimulatorError } from '../errors.ts';
import { personOf, teamOf } from '../workspace/lookups.ts';
import type { Channel, User } from '../workspace/model.ts';
import { type Json, messageShape } from '../workspace/slack-shapes.ts';
import { type ActionInfo, outcomeInfo, viewInfo } from './action-info.ts';
import type { blockActionBody, optionsBody } from './action-schemas.ts';
import {
  type ActionTools,
  type Actor,
  actorOf,
  channelOf,
  channelReference,
  commonFields,
  sendInteractive,
} from './actor.ts';
import {
  appWithin,
  blocksOfMessage,
  containerFields,
  placeIn,
  type SeenMessage,
  type Within,
} from './element-place.ts';
import {
  type Choice,
  chosenValue,
  type FoundElement,
  findElement,
  initialValues,
  keepsValue,
  type StateValues,
  setValue,
} from './elements.ts';
import { newPane } from './entity-panes.ts';
import { functionFields } from './function-fields.ts';
import { optionsOf } from './option-answers.ts';
import { type View, viewShape } from './view.ts';
import { newestView, viewsOf } from './view-action.ts';

/** Where the element is. */
type Spot = ({ kind: 'message'; within: Within | undefined } & SeenMessage) | { kind: 'view'; view: View };

/** Sends block_actions. What is shown comes later, by response_url or the Web API. */
export async function useElement(tools: ActionTools, body: z.output<typeof blockActionBody>): Promise<ActionInfo> {
  const { world, interactions } = tools;
  const { actor, spot, found } = aim(tools, body);
  const action = actionOf(found, body.value, world.ids.timestamp());
  if (found.block.type === 'input' && found.block.dispatch_action !== true) {
    throw new SimulatorError('invalid_input', `${body.actionId} is sent with the form only: it has no dispatch_action`);
  }
  const values = valuesAt(tools, spot);
  if (keepsValue(found.element)) setValue(values, found, chosenValue(found.element, body.value) ?? {});
  const triggerId = interactions.triggers.issue({
    app: actor.app,
    team: actor.team,
    userId: actor.user.id,
    viewId: spot.kind === 'view' ? spot.view.id : undefined,
    channel: spot.kind === 'view' ? spot.view.channel : spot.channel,
    pane: spot.kind === 'view' ? undefined : paneOf(actor, spot),
  });
  const responseUrl = spot.kind === 'message' ? openResponseUrl(tools, actor, spot) : undefined;
  const outcome = await sendInteractive(tools, actor, {
    payload: {
      type: 'block_actions',
      ...commonFields(actor),
      ...spotFields(actor, spot, values),
      trigger_id: triggerId,
      ...(responseUrl !== undefined && { response_url: responseUrl }),
      actions: [action],
      ...functionFields(world, runIdOf(spot), { userId: actor.user.id, triggerId }),
    },
  });
  return { ...outcomeInfo(outcome), triggerId, responseUrl, ...viewsNow(tools, spot) };
}

/** Sends block_suggestion, and gives the options that the person would see. */
export async function askForOptions(tools: ActionTools, body: z.output<typeof optionsBody>): Promise<ActionInfo> {
  const { actor, spot, found } = aim(tools, body);
  if (!String(found.element.type).endsWith('external_select')) {
    throw new SimulatorError('invalid_input', `${body.actionId} has its options already: it is not an external select`);
  }
  const outcome = await sendInteractive(tools, actor, {
    payload: {
      type: 'block_suggestion',
      ...commonFields(actor),
      ...spotFields(actor, spot),
      action_id: found.element.action_id,
      block_id: found.block.block_id,
      value: body.value,
      ...functionFields(tools.world, runIdOf(spot), { userId: actor.user.id }),
    },
    url: actor.app.optionsUrl ?? actor.app.interactivityUrl,
    acceptsResponse: true,
  });
  return { ...outcomeInfo(outcome), ...(outcome.acked && optionsOf(outcome.payload, isOption)) };
}

type ElementBody = z.output<typeof optionsBody> | z.output<typeof blockActionBody>;

function aim(tools: ActionTools, body: ElementBody) {
  const { spot, found } = findAim(tools, body);
  const app = spot.kind === 'view' ? spot.view.app.id : (appWithin(spot.within) ?? spot.message.appId ?? body.app);
  return { spot, found, actor: actorOf(tools.world, { ...body, app }) };
}

interface Aim {
  spot: Spot;
  found: FoundElement;
}

/** In the place that was named, or wherever the person sees the element: in a view first. */
function findAim(tools: ActionTools, body: ElementBody): Aim {
  const { world } = tools;
  if (body.viewId !== undefined) {
    return (
      aimAtView(
        newestView(tools, body, () => true),
        body,
      ) ?? noElement(body, 'is shown there')
    );
  }
  const user = personOf(teamOf(world, body.team), body.user);
  if (body.channel !== undefined || body.to !== undefined) {
    return aimAtMessage([channelOf(world, body)], user, body) ?? noElement(body, 'is shown there');
  }
  const isOfMessage = body.ts !== undefined;
  for (const view of isOfMessage ? [] : viewsOf(tools, body)) {
    const aimed = aimAtView(view, body);
    if (aimed) return aimed;
  }
  const channels = [...teamOf(world, body.team).channels.values()].filter(({ members }) => members.has(user.id));
  const places = isOfMessage ? 'message' : 'view or message';
  return aimAtMessage(channels, user, body) ?? noElement(body, `is in any ${places} that ${user.name} sees`);
}

function aimAtView(view: View, { actionId }: ElementBody): Aim | undefined {
  const found = findElement(view.content.blocks, actionId);
  return found && { spot: { kind: 'view', view }, found };
}

/** At the newest message that has the element. */
function aimAtMessage(channels: readonly Channel[], user: User, { ts, actionId }: ElementBody): Aim | undefined {
  const seen = channels.flatMap((channel) => messagesSeen(channel, user));
  for (const one of seen.toSorted((first, second) => (first.message.ts < second.message.ts ? 1 : -1))) {
    const { message } = one;
    const found = ts === undefined || ts === message.ts ? findElement(blocksOfMessage(message), actionId) : undefined;
    if (found) return { spot: { kind: 'message', ...one, within: placeIn(message, found) }, found };
  }
  return undefined;
}

function messagesSeen(channel: Channel, { id }: User): SeenMessage[] {
  const ephemerals = channel.ephemerals.filter(({ userId }) => userId === id);
  return [
    ...Array.from(channel.messages, (message) => ({ channel, message, isEphemeral: false })),
    ...ephemerals.map(({ message }) => ({ channel, message, isEphemeral: true })),
  ];
}

function runIdOf(spot: Spot): string | undefined {
  return spot.kind === 'view' ? spot.view.functionRunId : spot.message.functionRunId;
}

/** @param missing What the sentence says of it */
function noElement({ actionId }: ElementBody, missing: string): never {
  throw new SimulatorError('not_found', `No element ${actionId} ${missing}`);
}

/** The entry in `actions`: the element without what only matters for drawing it, and what was chosen. */
function actionOf({ block, element }: FoundElement, choice: Choice | undefined, actionTs: string): Json {
  const { options: _, option_groups: __, initial_options: ___, ...shown } = element;
  const { positive_button: ____, negative_button: _____, ...rest } = shown;
  const value = BUTTONS.has(element.type) ? {} : pressedOrChosen(element, choice);
  if (value === undefined) {
    throw new SimulatorError('invalid_input', `${String(element.action_id)} has no such option, or nothing was chosen`);
  }
  return { ...rest, block_id: block.block_id, ...value, type: element.type, action_ts: actionTs };
}

/** They say by being pressed what there is to say. */
const BUTTONS: ReadonlySet<unknown> = new Set(['button', 'workflow_button', 'icon_button']);

/** Of two feedback buttons the text and value of the one; of anything else what was chosen. (bolt-js, FeedbackButtonsAction) */
function pressedOrChosen(element: Json, choice: Choice | undefined): Json | undefined {
  if (element.type !== 'feedback_buttons') return chosenValue(element, choice);
  const { positive_button: positive, negative_button: negative } = element;
  const pressed = [positive, negative].find(
    (one) => isObject(one) && (one.value === choice || choice === (one === positive ? 'positive' : 'negative')),
  );
  return isObject(pressed) ? { text: pressed.text, value: pressed.value } : undefined;
}

function valuesAt({ interactions }: ActionTools, spot: Spot): StateValues {
  if (spot.kind === 'view') return spot.view.values;
  const { messageValues } = interactions;
  const known = messageValues.get(spot.message) ?? initialValues(blocksOfMessage(spot.message), spot.channel.id);
  messageValues.set(spot.message, known);
  return known;
}

/** The container, and what it contains. */
function spotFields({ team }: Actor, spot: Spot, values?: StateValues): Json {
  if (spot.kind === 'view') {
    return { container: { type: 'view', view_id: spot.view.id }, view: viewShape(spot.view) };
  }
  return {
    ...containerFields(spot, spot.within),
    channel: channelReference(spot.channel),
    message: messageShape(team, spot.message),
    ...(values && { state: { values } }),
  };
}

/** The pane that the app may open for who pressed a button of an entity. */
function paneOf({ app, team, user }: Actor, { channel, message, within }: Extract<Spot, { kind: 'message' }>) {
  if (within?.kind !== 'entity') return undefined;
  return newPane({ app, team, userId: user.id, channel, message, entity: within.shared.entity });
}

function openResponseUrl(
  { interactions, url }: ActionTools,
  { app, team, user }: Actor,
  spot: Extract<Spot, { kind: 'message' }>,
): string {
  const { channel, message, isEphemeral } = spot;
  const original = { ts: message.ts, isEphemeral };
  return url() + interactions.responseUrls.open('actions', { app, team, channel, userId: user.id, original });
}

function viewsNow({ interactions }: ActionTools, spot: Spot): Partial<ActionInfo> {
  return spot.kind === 'view' ? { views: interactions.views.stackOf(spot.view).map(viewInfo) } : {};
}

function isOption(option: Json): boolean {
  return isObject(option.text) && typeof option.value === 'string';
}
