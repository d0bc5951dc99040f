/** Finds teams, apps, people and places by the names that requests of `/_sim` and seeds have for them, with clear errors. */
import { SimulatorError } from '../errors.ts';
import { findChannel, openDirectMessage } from './channels.ts';
import type { App, Channel, Installation, Team, User } from './model.ts';
import { findUser, firstPerson } from './people.ts';
import type { World } from './world.ts';

/** Where somebody acts. */
export interface Place {
  team: Team;
  user: User;
  channel: Channel;
}

/** How a place is named in requests. */
export interface PlaceNames {
  team: string;
  channel?: string | undefined;
  /** The direct message with the bot of the app. */
  to?: 'bot' | undefined;
  app?: string | undefined;
  /** Id or name; the first person when absent. */
  user?: string | undefined;
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
export function findPlace(world: World, where: PlaceNames): Place {
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

function missing(message: string): never {
  throw new SimulatorError('not_found', message);
}
