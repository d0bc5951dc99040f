/** A person writes a slash command. (https://docs.slack.dev/interactivity/implementing-slash-commands) */
import type { z } from 'zod';
import type { DeliveryOutcome } from '../deliveries/delivery.ts';
import { SimulatorError } from '../errors.ts';
import { isRefusal } from '../wire/answer.ts';
import { postEphemeral } from '../workspace/ephemerals.ts';
import { messageInfo } from '../workspace/info.ts';
import type { App, Channel } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { World } from '../workspace/world.ts';
import { type ActionInfo, outcomeInfo } from './action-info.ts';
import type { slashBody } from './action-schemas.ts';
import { type ActionTools, type Actor, actorOf, channelOf, channelReference, failureOf } from './actor.ts';
import { type AppMessage, readAppMessage, showAppMessage } from './app-messages.ts';
import type { ResponseTarget } from './response-urls.ts';

/** Sends the command, waits for the app, and shows what it answers. */
export async function runSlashCommand(tools: ActionTools, body: z.output<typeof slashBody>): Promise<ActionInfo> {
  const { world, log, delivery, interactions } = tools;
  const { command, text } = body;
  const app = body.app ?? ownerOf(world, command)?.id;
  const actor = actorOf(world, { ...body, app });
  const registered = registeredCommand(actor.app, command);
  const channel = channelOf(world, body);
  const target = { app: actor.app, team: actor.team, channel, userId: actor.user.id, original: undefined };
  const responseUrl = tools.url() + interactions.responseUrls.open('commands', target);
  const triggerId = interactions.triggers.issue(target);
  const where = { team: actor.team.id, channel: channel.id };
  log.add({ kind: 'message', ...where, text: `${actor.user.name}: ${command} ${text}`.trimEnd() });
  const outcome = await delivery.deliver(actor.app, {
    kind: 'slash_commands',
    name: command,
    payload: commandFields(actor, channel, { command, text, responseUrl, triggerId }),
    teamId: actor.team.id,
    url: registered?.url,
    acceptsResponse: true,
  });
  const shown = outcome.acked ? showAnswer(world, target, outcome) : showFailure(world, target, outcome, command);
  if (shown.message) log.add({ kind: 'message', ...where, text: `${shown.message.name}: ${shown.message.text}` });
  return { ...outcomeInfo(outcome), triggerId, responseUrl, ...shown };
}

/** The app that registered the command, so that nobody has to say which one is meant. */
function ownerOf(world: World, command: string): App | undefined {
  return [...world.apps.values()].find(({ commands }) => commands.some((one) => one.command === command));
}

function registeredCommand(app: App, command: string): App['commands'][number] | undefined {
  const found = app.commands.find((one) => one.command === command);
  if (found || app.commands.length === 0) return found;
  throw new SimulatorError('not_found', `${command} is not a command of app ${app.id}`);
}

/** The fields as Slack sends them; a form over HTTP, the payload over a socket. */
function commandFields(
  { app, team, user, installation }: Actor,
  channel: Channel,
  facts: { command: string; text: string; responseUrl: string; triggerId: string },
): Json {
  return {
    token: app.verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    ...(team.enterprise && { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name }),
    channel_id: channel.id,
    channel_name: channelReference(channel).name,
    user_id: user.id,
    user_name: user.name,
    command: facts.command,
    text: facts.text,
    api_app_id: app.id,
    is_enterprise_install: String(installation.org !== undefined),
    response_url: facts.responseUrl,
    trigger_id: facts.triggerId,
  };
}

function showAnswer(world: World, target: ResponseTarget, { payload, text }: DeliveryOutcome): Partial<ActionInfo> {
  const isSilent = payload ? Object.keys(payload).length === 0 : text.trim() === '';
  if (isSilent) return {};
  const message = readAppMessage(world, target.team, payload ?? { text });
  if (isRefusal(message)) {
    return { failure: 'dispatch_failed', problems: [message.error] };
  }
  return shownInfo(world, target, message);
}

function shownInfo(world: World, target: ResponseTarget, message: AppMessage): Partial<ActionInfo> {
  const shown = showAppMessage(world, target, message);
  const { team, channel } = target;
  return {
    message: shown.message && messageInfo(team, channel, shown.message),
    isEphemeral: shown.how === 'ephemeral',
  };
}

/** Slackbot tells the person alone. */
function showFailure(
  world: World,
  { team, channel, userId }: ResponseTarget,
  outcome: DeliveryOutcome,
  command: string,
): Partial<ActionInfo> {
  const text = `${command} failed with the error "${failureOf(outcome) ?? ''}"`;
  const message = postEphemeral(world, { team, channel, userId, draft: { text, userId: 'USLACKBOT' } });
  return { message: messageInfo(team, channel, message), isEphemeral: true };
}
