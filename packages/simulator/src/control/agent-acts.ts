/** What people do with an agent: stop it, rename a session, look at something else beside it. */
import { SimulatorError } from '../errors.ts';
import { renameSession, type SessionPlace, stopSession } from '../workspace/agent-sessions.ts';
import { findChannel, openDirectMessage } from '../workspace/channels.ts';
import { appOf, findPlace, installationOf, personOf, teamOf } from '../workspace/lookups.ts';
import type { Channel, Team } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { World } from '../workspace/world.ts';
import type { PersonActInfo } from './person-act-info.ts';
import type { ActOf } from './person-act-schemas.ts';

/** @throws SimulatorError `not_found`, `invalid_input` */
export function onSession(world: World, asked: ActOf<'stop_session' | 'rename_session'>): PersonActInfo {
  const place = sessionOf(world, asked);
  const { channel, threadTs, userId } = place;
  const done = { user: userId, channel: channel.id, threadTs };
  if (asked.kind === 'rename_session') {
    renameSession(world, place, asked.title);
    return done;
  }
  mustShowStopButton(place);
  return { ...done, streamTs: stopSession(world, place) };
}

/** @throws SimulatorError `not_found` */
export function lookAt(world: World, asked: ActOf<'look_at'>): PersonActInfo {
  const team = teamOf(world, asked.team);
  const userId = personOf(team, asked.user).id;
  const app = appOf(world, asked.app);
  const { botUserId } = installationOf(world, team, app.id);
  const { channel } = openDirectMessage(world, team, [userId, botUserId]);
  const entities = entitiesOf(team, asked);
  const context = entities.length > 0 ? { entities } : {};
  // Only a subscriber finds it in messages. (https://docs.slack.dev/reference/events/app_context_changed)
  if (app.eventSubscriptions.includes('app_context_changed')) channel.appContext = context;
  world.events.emit({ type: 'app_context_changed', team, app, channel, userId, context });
  return { user: userId, channel: channel.id };
}

function sessionOf(world: World, asked: ActOf<'stop_session' | 'rename_session'>): SessionPlace {
  const { team, channel, user } = findPlace(world, asked);
  const { threadTs } = asked;
  const thread = channel.assistantThreads.get(threadTs);
  if (thread?.session === undefined) {
    throw new SimulatorError('not_found', `No agent began a session in thread ${threadTs} of ${channel.id}`);
  }
  const app = appOf(world, asked.app ?? thread.appId);
  return { team, channel, threadTs, appId: app.id, app, userId: user.id };
}

/** Slack shows the button only then. (https://docs.slack.dev/ai/agent-sessions, "Stopping a session") */
function mustShowStopButton({ channel, threadTs, app }: SessionPlace): void {
  const session = channel.assistantThreads.get(threadTs)?.session;
  if (session !== 'processing') {
    throw new SimulatorError(
      'invalid_input',
      `Session ${threadTs} is ${session}: only a processing one can be stopped`,
    );
  }
  if (!app.eventSubscriptions.includes('agent_session_stopped')) {
    const fix = 'subscribe it to agent_session_stopped';
    throw new SimulatorError('invalid_input', `People see no Stop button of app ${app.id}: ${fix}`);
  }
}

/** The most relevant first. (@slack/types 3.2.0, AppContextChangedEvent) */
function entitiesOf(team: Team, asked: ActOf<'look_at'>): Json[] {
  const channel = asked.channel === undefined ? undefined : channelNamed(team, asked.channel);
  const message = channel && asked.ts !== undefined ? { message_ts: asked.ts, channel_id: channel.id } : undefined;
  const seen: readonly [type: string, value: unknown][] = [
    ['message_context', message],
    ['channel_id', channel?.id],
    ['canvas_id', asked.canvas],
    ['list_id', asked.list],
  ];
  const where = { team_id: team.id, ...(team.enterprise && { enterprise_id: team.enterprise.id }) };
  return seen.flatMap(([type, value]) =>
    value === undefined ? [] : [{ type: `slack#/types/${type}`, value, ...where }],
  );
}

function channelNamed(team: Team, reference: string): Channel {
  const channel = findChannel(team, reference);
  if (!channel) throw new SimulatorError('not_found', `Team ${team.id} has no channel ${reference}`);
  return channel;
}
