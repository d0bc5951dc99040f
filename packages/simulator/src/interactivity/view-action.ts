/** A person submits or closes a modal, and the app says what comes next. (https://docs.slack.dev/surfaces/modals) */
import type { z } from 'zod';
import { isObject } from '../content/block-kit/rules.ts';
import type { DeliveryOutcome } from '../deliveries/delivery.ts';
import { SimulatorError } from '../errors.ts';
import { personOf, teamOf } from '../workspace/lookups.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import { type ActionInfo, outcomeInfo, viewInfo } from './action-info.ts';
import type { viewCloseBody, viewSubmitBody } from './action-schemas.ts';
import { type ActionTools, type Actor, type ActorNames, actorOf, commonFields, sendInteractive } from './actor.ts';
import { elementsIn, findElement, isEmpty, setValue } from './elements.ts';
import { enteredValue } from './entered-value.ts';
import { functionFields } from './function-fields.ts';
import { type View, viewShape } from './view.ts';
import { readView } from './view-content.ts';

/** Fills the fields in, sends view_submission, and does what the answer says. */
export async function submitView(tools: ActionTools, body: z.output<typeof viewSubmitBody>): Promise<ActionInfo> {
  const view = newestView(tools, body, ({ content }) => content.type === 'modal');
  const actor = actorOf(tools.world, { ...body, app: view.app.id });
  for (const [reference, choice] of Object.entries(body.values)) {
    const found = findElement(view.content.blocks, reference);
    if (!found)
      throw new SimulatorError('invalid_input', `View ${view.id} has no field ${reference}; ${fieldNames(view)}`);
    const value = enteredValue(tools.world, view.team, found.element, choice);
    if (!value)
      throw new SimulatorError('invalid_input', `Field ${reference} of view ${view.id} does not take that value`);
    setValue(view.values, found, value);
  }
  view.errors = missingFields(view);
  if (Object.keys(view.errors).length > 0) return { acked: false, errors: view.errors, views: shownViews(tools, view) };
  const triggerId = triggerIn(tools, actor, view);
  const outcome = await sendInteractive(tools, actor, {
    payload: {
      ...viewFields('view_submission', actor, view),
      trigger_id: triggerId,
      response_urls: responseUrls(tools, actor, view),
      ...functionFields(tools.world, view.functionRunId, { userId: actor.user.id, triggerId }),
    },
    acceptsResponse: true,
  });
  const problems = outcome.acked ? obey(tools, view, outcome) : [];
  return {
    ...outcomeInfo(outcome),
    ...(problems.length > 0 && { failure: 'dispatch_failed', problems }),
    triggerId,
    ...(Object.keys(view.errors).length > 0 && { errors: view.errors }),
    views: shownViews(tools, view),
  };
}

/** The names to choose from: a mistake is mostly a `block_id` where an `action_id` belongs. */
function fieldNames({ content }: View): string {
  const names = elementsIn(content.blocks).map(({ element }) => String(element.action_id));
  return names.length === 0 ? 'it has none' : `it has these, by action_id: ${names.join(', ')}`;
}

/** Closes a modal, or with the cross its whole stack; an app that asked for it is told. */
export async function closeView(tools: ActionTools, body: z.output<typeof viewCloseBody>): Promise<ActionInfo> {
  const { views } = tools.interactions;
  const view = newestView(tools, body, ({ content }) => content.type === 'modal');
  const actor = actorOf(tools.world, { ...body, app: view.app.id });
  const isCleared = body.isCleared || view.content.clear_on_close;
  const closed = isCleared ? views.stackOf(view).toReversed() : [view];
  if (isCleared) views.clear(view);
  else views.close(view);
  let info: ActionInfo = { acked: true };
  for (const one of closed.filter(({ content }) => content.notify_on_close)) {
    const ofRun = functionFields(tools.world, one.functionRunId, { userId: actor.user.id });
    const payload = { ...viewFields('view_closed', actor, one), is_cleared: isCleared, ...ofRun };
    info = outcomeInfo(await sendInteractive(tools, actor, { payload }));
  }
  return { ...info, views: shownViews(tools, view) };
}

/**
 * The named view, or the person's newest one that fits.
 * @throws SimulatorError `not_found`
 */
export function newestView(tools: ActionTools, names: ViewNames, fits: (view: View) => boolean): View {
  const view = viewsOf(tools, names).find(fits);
  if (view) return view;
  const user = personOf(teamOf(tools.world, names.team), names.user);
  throw new SimulatorError('not_found', `${user.name} sees no such view`);
}

type ViewNames = ActorNames & { viewId?: string | undefined };

/** The person's, the newest first. */
export function viewsOf({ world, interactions }: ActionTools, names: ViewNames): View[] {
  const team = teamOf(world, names.team);
  const user = personOf(team, names.user);
  const isNamed = (view: View) => names.viewId === undefined || view.id === names.viewId;
  const isOfApp = (view: View) => names.app === undefined || view.app.id === names.app;
  const isSeen = (view: View) => view.team === team && view.userId === user.id && isNamed(view) && isOfApp(view);
  return interactions.views.list().filter(isSeen).toReversed();
}

function viewFields(type: 'view_submission' | 'view_closed', actor: Actor, view: View): Json {
  const { team, ...rest } = commonFields(actor);
  // An org-wide installation is not of one workspace. (https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload)
  return { type, team: actor.installation.org ? null : team, ...rest, view: viewShape(view) };
}

function triggerIn({ interactions }: ActionTools, { app, team, user }: Actor, view: View): string {
  return interactions.triggers.issue({ app, team, userId: user.id, viewId: view.id, channel: view.channel });
}

/** A URL into each conversation that was chosen in a select with `response_url_enabled`. */
function responseUrls({ interactions, url }: ActionTools, { app, team, user }: Actor, view: View): Json[] {
  return elementsIn(view.content.blocks).flatMap(({ block, element }) => {
    if (element.response_url_enabled !== true) return [];
    const value = view.values[String(block.block_id)]?.[String(element.action_id)];
    const channel = team.channels.get(String(value?.selected_conversation ?? value?.selected_channel));
    if (!channel) return [];
    const path = interactions.responseUrls.open('actions', {
      app,
      team,
      channel,
      userId: user.id,
      original: undefined,
    });
    return [
      { block_id: block.block_id, action_id: element.action_id, channel_id: channel.id, response_url: url() + path },
    ];
  });
}

/** Slack's client checks these itself and sends nothing. */
function missingFields({ content, values }: View): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { block, element } of elementsIn(content.blocks)) {
    if (block.type !== 'input' || block.optional === true) continue;
    const value = values[String(block.block_id)]?.[String(element.action_id)];
    if (isEmpty(value)) errors[String(block.block_id)] = 'Please complete this required field.';
  }
  return errors;
}

/** Does what `response_action` says; gives what is wrong with it, and then the view stays as it was. */
function obey(tools: ActionTools, view: View, { payload, text }: DeliveryOutcome): readonly string[] {
  const { views } = tools.interactions;
  const action = payload?.response_action;
  if (action === undefined) {
    if (!payload && text.trim() !== '') return ['the answer must be empty or JSON'];
    views.close(view);
    return [];
  }
  if (action === 'clear') {
    views.clear(view);
    return [];
  }
  if (action === 'errors') return showErrors(view, payload?.errors);
  if (action === 'update' || action === 'push') return showNext(tools, view, { action, raw: payload?.view });
  return [`unknown response_action: ${JSON.stringify(action)}`];
}

function showErrors(view: View, errors: unknown): readonly string[] {
  if (!isObject(errors) || Object.keys(errors).length === 0)
    return ['errors must be an object with messages by block_id'];
  const inputs = new Set(view.content.blocks.filter(({ type }) => type === 'input').map(({ block_id: id }) => id));
  const problems = Object.keys(errors)
    .filter((id) => !inputs.has(id))
    .map((id) => `no input block has the block_id ${id}`);
  if (problems.length === 0) {
    view.errors = Object.fromEntries(Object.entries(errors).map(([id, message]) => [id, String(message)]));
  }
  return problems;
}

function showNext(
  { world, interactions }: ActionTools,
  view: View,
  { action, raw }: { action: 'update' | 'push'; raw: unknown },
): readonly string[] {
  if (!isObject(raw)) return ['missing required field: view'];
  const read = readView(raw, 'modal', () => world.ids.secret(5));
  if ('problems' in read) return read.problems;
  if (action === 'push') return interactions.views.push(view, read.content) ? [] : ['push_limit_reached'];
  interactions.views.update(view, read.content);
  return [];
}

function shownViews({ interactions }: ActionTools, view: View) {
  return interactions.views.stackOf(view).map(viewInfo);
}
