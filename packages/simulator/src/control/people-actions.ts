/** What people do through `/_sim`: write, type, and look at a conversation. Names are resolved here, with clear errors. */
import type { z } from 'zod';
import { SimulatorError } from '../errors.ts';
import type { ActivityLog } from '../inspector/activity-log.ts';
import { findChannel, openDirectMessage } from '../workspace/channels.ts';
import { postMessage } from '../workspace/messages.ts';
import type { App, Channel, Installation, Message, Team, User } from '../workspace/model.ts';
import { findUser, firstPerson } from '../workspace/people.ts';
import type { World } from '../workspace/world.ts';
import type { messageBody, messageQuery, typingBody } from './schemas.ts';

/** Where somebody acts. */
export interface Place {
  team: Team;
  user: User;
  channel: Channel;
}

/** @throws SimulatorError `not_found` */
export function teamOf(world: World, reference: string): Team {
  return world.findTeam(reference) ?? missing(`No team ${reference}`);
}

/** @throws SimulatorError `not_found` */
export function appOf(world: World, id: string | undefined): App {
  return world.findApp(id) ?? missing(`No app ${id ?? ''}`);
}

/** @throws SimulatorError `not_found` */
export function personOf(team: Team, reference: string | undefined): User {
  const user = reference === undefined ? firstPerson(team) : findUser(team, reference);
  return user ?? missing(`Team ${team.id} has no user ${reference ?? ''}`);
}

/**
 * The installation of an app, whose bot takes part in conversations.
 * @throws SimulatorError `not_found`
 */
export function installationOf(world: World, team: Team, appId: string | undefined): Installation {
  const app = appOf(world, appId);
  return team.installations.get(app.id) ?? missing(`App ${app.id} was never installed in team ${team.id}`);
}

/**
 * Finds the person and the conversation; a direct message with the bot is opened when there is none.
 * @throws SimulatorError `not_found`, `invalid_input`
 */
export function placeOf(world: World, where: z.output<typeof typingBody> | z.output<typeof messageQuery>): Place {
  const team = teamOf(world, where.team);
  const user = personOf(team, where.user);
  if (where.to === 'bot') {
    const bot = installationOf(world, team, where.app).botUserId;
    return { team, user, channel: openDirectMessage(world, team, [user.id, bot]).channel };
  }
  if (where.channel === undefined) throw new SimulatorError('invalid_input', 'Name a channel, or say to: "bot"');
  const channel = findChannel(team, where.channel) ?? missing(`Team ${team.id} has no channel ${where.channel}`);
  return { team, user, channel };
}

/**
 * A person writes.
 * @throws SimulatorError `not_found`, `invalid_input`
 */
export function writeAsPerson(
  { world, log }: { world: World; log: ActivityLog },
  body: z.output<typeof messageBody>,
): Place & { message: Message } {
  const place = placeOf(world, body);
  if (!place.channel.members.has(place.user.id)) {
    throw new SimulatorError('invalid_input', `${place.user.name} is not in ${place.channel.name || place.channel.id}`);
  }
  const draft = { text: body.text, userId: place.user.id, clientMsgId: world.ids.uuid(), threadTs: body.thread_ts };
  const message = postMessage(world, { team: place.team, channel: place.channel, draft });
  log.add({
    kind: 'message',
    team: place.team.id,
    channel: place.channel.id,
    text: `${place.user.name}: ${body.text}`,
  });
  return { ...place, message };
}

function missing(message: string): never {
  throw new SimulatorError('not_found', message);
}
