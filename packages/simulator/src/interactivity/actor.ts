/** Who does something, to which app, and how the app is told. */

import type { Delivery, DeliveryOutcome } from '../deliveries/delivery.ts';
import { SimulatorError } from '../errors.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import { appOf, findPlace, personOf, teamOf } from '../workspace/lookups.ts';
import type { App, Channel, Installation, Team, User } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import type { World } from '../workspace/world.ts';
import type { Interactions } from './interactions.ts';

/** What actions need of the simulator. */
export interface ActionTools {
  readonly world: World;
  readonly log: ActivityLog;
  readonly delivery: Delivery;
  readonly interactions: Interactions;
  /** Where the simulator listens. */
  readonly url: () => string;
}

/** A person and the app that they use. */
export interface Actor {
  readonly app: App;
  readonly team: Team;
  readonly user: User;
  readonly installation: Installation;
}

/** How people and apps are named in requests. */
export interface ActorNames {
  team: string;
  user?: string | undefined;
  app?: string | undefined;
}

/** Why the app did not answer, in the words that people see. */
export type Failure = 'operation_timeout' | 'dispatch_failed';

/**
 * Finds the person and the app, which must be installed.
 * @throws SimulatorError `not_found`
 */
export function actorOf(world: World, names: ActorNames): Actor {
  const team = teamOf(world, names.team);
  const app = appOf(world, names.app);
  const installation = team.installations.get(app.id);
  if (installation?.status !== 'active') {
    throw new SimulatorError('not_found', `App ${app.id} is not installed in team ${team.id}`);
  }
  return { app, team, installation, user: personOf(team, names.user) };
}

/**
 * Where somebody acts; they must be in that conversation.
 * @throws SimulatorError `not_found`, `invalid_input`
 */
export function channelOf(world: World, where: Parameters<typeof findPlace>[1]): Channel {
  const { channel, user } = findPlace(world, where);
  if (channel.members.has(user.id)) return channel;
  throw new SimulatorError('invalid_input', `${user.name} is not in ${channel.name || channel.id}`);
}

/** What every interactive payload says: who, where, and to which app. */
export function commonFields({ app, team, user, installation }: Actor): Json {
  const { enterprise } = team;
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: team.id },
    api_app_id: app.id,
    token: app.verificationToken,
    team: {
      id: team.id,
      domain: team.domain,
      ...(enterprise && { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
    },
    enterprise: enterprise ? { id: enterprise.id, name: enterprise.name } : null,
    is_enterprise_install: installation.org !== undefined,
  };
}

/** A conversation in a payload. Slack does not tell the names of private ones. */
export function channelReference({ id, name, kind }: Channel): Json {
  const shown = { channel: name, group: 'privategroup', im: 'directmessage', mpim: 'privategroup' } as const;
  return { id, name: shown[kind] };
}

/** Sends an interactive payload. Only some kinds may be answered in the ack. */
export function sendInteractive(
  { delivery }: ActionTools,
  { app, team }: Actor,
  { payload, url, acceptsResponse = false }: { payload: Json; url?: string | undefined; acceptsResponse?: boolean },
): Promise<DeliveryOutcome> {
  return delivery.deliver(app, {
    kind: 'interactive',
    name: String(payload.type),
    payload,
    teamId: team.id,
    url: url ?? app.interactivityUrl,
    acceptsResponse,
  });
}

/** What people see when the app did not ack. */
export function failureOf({ acked, error }: DeliveryOutcome): Failure | undefined {
  if (acked) return undefined;
  return error === 'http_timeout' ? 'operation_timeout' : 'dispatch_failed';
}
