/** Creates workspaces and the people in them. */
import { SimulatorError } from '../errors.ts';
import { addChannel, type ChannelSeed } from './channels.ts';
import { DEFAULT_EMOJI } from './emoji.ts';
import { enterChannel } from './memberships.ts';
import type { Team, User } from './model.ts';
import { findUser } from './people.ts';
import { newProfile } from './profiles.ts';
import type { World } from './world.ts';

/** What may be said about a person. */
export interface UserSeed {
  id?: string | undefined;
  /** The handle, for example `ann`. */
  name: string;
  /** @defaultValue the name with a capital letter */
  realName?: string | undefined;
  email?: string | undefined;
  /** @defaultValue true for the first person of a team */
  isAdmin?: boolean | undefined;
}

/** What may be said about a workspace. */
export interface TeamSeed {
  id?: string | undefined;
  name: string;
  /** @defaultValue made of the name */
  domain?: string | undefined;
  enterprise?: { id: string; name: string } | undefined;
  /** @defaultValue ann and bob */
  users?: readonly (UserSeed | string)[] | undefined;
  /** Besides #general, which every workspace has and which may be described here. @defaultValue random */
  channels?: readonly (ChannelSeed | string)[] | undefined;
}

const USER_COLORS = ['9f69e7', '4bbe2e', 'e7392d', '3c989f', '674b1b', 'e96699', '235e5b', '684b6c'];
const DEFAULT_NAMES = [
  'Acme',
  'Globex',
  'Initech',
  'Umbrella',
  'Hooli',
  'Stark',
  'Wayne',
  'Wonka',
  'Tyrell',
  'Cyberdyne',
];

/** Names for `count` workspaces when nobody thought of any. */
export function defaultTeams(count: number): TeamSeed[] {
  return Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / DEFAULT_NAMES.length);
    const name = DEFAULT_NAMES[index % DEFAULT_NAMES.length] ?? 'Team';
    return { name: round === 0 ? name : `${name} ${round + 1}` };
  });
}

/**
 * Adds a workspace with its people and channels.
 * @throws SimulatorError `name_taken` when the id or domain is in use
 */
export function addTeam(world: World, seed: TeamSeed): Team {
  const id = seed.id ?? world.freshId('T', world.teams);
  const domain = seed.domain ?? domainOf(world, seed.name, id);
  if (world.teams.has(id) || world.findTeam(domain)) {
    throw new SimulatorError('name_taken', `A team with id ${id} or domain ${domain} already exists`);
  }
  const team: Team = {
    id,
    name: seed.name,
    domain,
    enterprise: seed.enterprise && world.enterprise(seed.enterprise),
    createdAtMs: world.clock.now(),
    users: new Map(),
    bots: new Map(),
    channels: new Map(),
    emoji: new Map(DEFAULT_EMOJI),
    calls: new Map(),
    reminders: new Map(),
    stars: [],
    usergroups: new Map(),
    scheduledMessages: new Map(),
    installations: new Map(),
  };
  world.teams.set(id, team);
  world.events.emit({ type: 'team_created', team });
  for (const user of seed.users ?? ['ann', 'bob'])
    addUser(world, team, typeof user === 'string' ? { name: user } : user);
  const channels = (seed.channels ?? ['random']).map((one) => (typeof one === 'string' ? { name: one } : one));
  const general = channels.find(({ name }) => name === 'general');
  addChannel(world, team, { ...general, name: 'general', isGeneral: true });
  for (const channel of channels) if (channel !== general) addChannel(world, team, channel);
  return team;
}

/**
 * Changes how a workspace is called or where it is found.
 * @throws SimulatorError `name_taken` when another has the domain
 */
export function renameTeam(
  world: World,
  team: Team,
  to: { name?: string | undefined; domain?: string | undefined },
): void {
  const { name = team.name, domain = team.domain } = to;
  const other = world.findTeam(domain);
  if (domain !== team.domain && other && other !== team) {
    throw new SimulatorError('name_taken', `A team with domain ${domain} already exists`);
  }
  const isRenamed = name !== team.name;
  const isMoved = domain !== team.domain;
  Object.assign(team, { name, domain });
  if (isRenamed) world.events.emit({ type: 'team_renamed', team });
  if (isMoved) world.events.emit({ type: 'team_domain_changed', team });
}

/**
 * Adds a person, who joins #general as on Slack.
 * @throws SimulatorError `name_taken` when the id or name is in use in that team
 */
export function addUser(world: World, team: Team, seed: UserSeed): User {
  if (findUser(team, seed.id ?? seed.name) || findUser(team, seed.name)) {
    throw new SimulatorError('name_taken', `Team ${team.id} already has a user ${seed.id ?? seed.name}`);
  }
  const user: User = {
    id: seed.id ?? world.freshId('U', team.users),
    teamId: team.id,
    name: seed.name,
    realName: seed.realName ?? seed.name.charAt(0).toUpperCase() + seed.name.slice(1),
    email: seed.email ?? `${seed.name}@${team.domain}.example`,
    color: USER_COLORS[team.users.size % USER_COLORS.length] ?? '9f69e7',
    isAdmin: seed.isAdmin ?? team.users.size === 0,
    botId: undefined,
    appId: undefined,
    profile: newProfile(seed.name),
    presence: 'active',
    isOnline: true,
    isManuallyAway: false,
    isDeleted: false,
    updatedAtMs: world.clock.now(),
  };
  team.users.set(user.id, user);
  world.events.emit({ type: 'user_joined_team', team, user });
  for (const channel of team.channels.values()) if (channel.isGeneral) enterChannel(world, { team, channel }, user.id);
  return user;
}

/** Slack's domains are lower case, digits and hyphens, and unique. */
function domainOf(world: World, name: string, id: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === '' || world.findTeam(plain) ? `${plain || 'team'}-${id.toLowerCase()}` : plain;
}
