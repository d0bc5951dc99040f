/** A person chooses a global shortcut or one of a message, or opens the home of an app. */
import type { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import { openDirectMessage } from '../workspace/channels.ts';
import type { App } from '../workspace/model.ts';
import { messageShape } from '../workspace/slack-shapes.ts';
import { type ActionInfo, outcomeInfo, viewInfo } from './action-info.ts';
import type { messageActionBody, openHomeBody, shortcutBody } from './action-schemas.ts';
import { type ActionTools, actorOf, channelOf, channelReference, commonFields, sendInteractive } from './actor.ts';
import { viewShape } from './view.ts';

/** Sends a global shortcut: it knows no channel and has no response_url. */
export async function runShortcut(tools: ActionTools, body: z.output<typeof shortcutBody>): Promise<ActionInfo> {
  const actor = actorOf(tools.world, body);
  requireShortcut(actor.app, 'global', body.callbackId);
  const triggerId = tools.interactions.triggers.issue({ app: actor.app, team: actor.team, userId: actor.user.id });
  const outcome = await sendInteractive(tools, actor, {
    payload: {
      type: 'shortcut',
      ...commonFields(actor),
      callback_id: body.callbackId,
      trigger_id: triggerId,
      action_ts: tools.world.ids.timestamp(),
    },
  });
  return { ...outcomeInfo(outcome), triggerId };
}

/** Sends a shortcut of a message. */
export async function runMessageAction(
  tools: ActionTools,
  body: z.output<typeof messageActionBody>,
): Promise<ActionInfo> {
  const { world, interactions } = tools;
  const actor = actorOf(world, body);
  const { app, team, user } = actor;
  requireShortcut(app, 'message', body.callbackId);
  const channel = channelOf(world, body);
  const message = channel.messages.findLast(({ ts }) => body.ts === undefined || ts === body.ts);
  if (!message) throw new SimulatorError('not_found', `No message ${body.ts ?? ''} in ${channel.name || channel.id}`);
  const original = { ts: message.ts, isEphemeral: false };
  const target = { app, team, channel, userId: user.id, original };
  const responseUrl = tools.url() + interactions.responseUrls.open('actions', target);
  const triggerId = interactions.triggers.issue(target);
  const outcome = await sendInteractive(tools, actor, {
    payload: {
      type: 'message_action',
      ...commonFields(actor),
      callback_id: body.callbackId,
      trigger_id: triggerId,
      response_url: responseUrl,
      channel: channelReference(channel),
      message_ts: message.ts,
      message: messageShape(team, message),
      action_ts: world.ids.timestamp(),
    },
  });
  return { ...outcomeInfo(outcome), triggerId, responseUrl };
}

/** Opens the home or the messages of an app: an event, not an interaction. */
export function openHome({ world, interactions }: ActionTools, body: z.output<typeof openHomeBody>): ActionInfo {
  const { app, team, user, installation } = actorOf(world, body);
  const { channel } = openDirectMessage(world, team, [user.id, installation.botUserId]);
  const view = interactions.views.homeOf({ app, team, userId: user.id });
  world.events.emit({
    type: 'app_home_opened',
    team,
    app,
    user,
    channel,
    tab: body.tab,
    view: body.tab === 'home' && view ? viewShape(view) : undefined,
  });
  return { acked: true, views: view ? [viewInfo(view)] : [] };
}

/** An app that registered none has every shortcut. */
function requireShortcut(app: App, type: 'global' | 'message', callbackId: string): void {
  if (app.shortcuts.length === 0) return;
  if (app.shortcuts.some((one) => one.type === type && one.callbackId === callbackId)) return;
  throw new SimulatorError('not_found', `${callbackId} is not a ${type} shortcut of app ${app.id}`);
}
