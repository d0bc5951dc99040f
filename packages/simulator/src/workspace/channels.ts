/** Creates conversations, and who is in them. */
import { SimulatorError } from '../errors.ts';
import type { Channel, ChannelKind, Headline, Team, User } from './model.ts';
import { findUser, firstPerson } from './people.ts';
import type { World } from './world.ts';

/** What may be said about a channel. */
export interface ChannelSeed {
  id?: string | undefined;
  name: string;
  /** @defaultValue false */
  isPrivate?: boolean | undefined;
  isGeneral?: boolean | undefined;
  /** Only administrators may write. @defaultValue false */
  isReadOnly?: boolean | undefined;
  topic?: string | undefined;
  purpose?: string | undefined;
  /** Ids or names. @defaultValue everybody in the workspace, without bots */
  members?: readonly string[] | undefined;
}

/**
 * Adds a public or private channel.
 * @throws SimulatorError `name_taken`, or `not_found` for an unknown member
 */
export function addChannel(world: World, team: Team, seed: ChannelSeed): Channel {
  if (findChannel(team, seed.id ?? seed.name) || findChannel(team, seed.name)) {
    throw new SimulatorError('name_taken', `Team ${team.id} already has a channel ${seed.id ?? seed.name}`);
  }
  const members = seed.members ? seed.members.map((name) => memberOf(team, name)) : people(team);
  const channel = createChannel(world, team, {
    id: seed.id,
    kind: seed.isPrivate ? 'group' : 'channel',
    name: seed.name,
    creatorId: members[0]?.id ?? firstPerson(team)?.id ?? 'USLACKBOT',
    isGeneral: seed.isGeneral ?? false,
  });
  channel.isReadOnly = seed.isReadOnly ?? false;
  channel.topic = headline(world, seed.topic ?? '', channel.creatorId);
  channel.purpose = headline(world, seed.purpose ?? '', channel.creatorId);
  world.events.emit({ type: 'channel_created', team, channel });
  for (const user of members) joinChannel(world, team, channel, user.id);
  return channel;
}

/** The direct message of these people, made when it does not exist yet; three or more share an `mpim`. */
export function openDirectMessage(
  world: World,
  team: Team,
  memberIds: readonly string[],
): { channel: Channel; isNew: boolean } {
  const members = [...new Set(memberIds)];
  const known = findDirectMessage(team, members);
  if (known) return { channel: known, isNew: false };
  const kind: ChannelKind = members.length > 2 ? 'mpim' : 'im';
  const names = members.map((id) => team.users.get(id)?.name ?? id);
  const channel = createChannel(world, team, {
    id: undefined,
    kind,
    name: kind === 'mpim' ? `mpdm-${names.join('--')}-1` : '',
    creatorId: members[0] ?? 'USLACKBOT',
    isGeneral: false,
  });
  for (const id of members) channel.members.add(id);
  world.events.emit({ type: 'im_created', team, channel });
  const [openerId] = members;
  if (openerId !== undefined) world.events.emit({ type: 'im_opened', team, channel, userId: openerId });
  return { channel, isNew: true };
}

/** Adds a member; false when they were in already. */
export function joinChannel(world: World, team: Team, channel: Channel, userId: string, inviterId?: string): boolean {
  if (channel.members.has(userId)) return false;
  channel.members.add(userId);
  world.events.emit({ type: 'member_joined', team, channel, userId, inviterId });
  return true;
}

/** By id, or by name with or without the hash. */
export function findChannel(team: Team, reference: string): Channel | undefined {
  const byId = team.channels.get(reference);
  if (byId) return byId;
  const name = reference.startsWith('#') ? reference.slice(1) : reference;
  for (const channel of team.channels.values()) if (channel.name === name && name !== '') return channel;
  return undefined;
}

/** A topic or purpose that is set now; an empty one has nobody who set it. */
export function headline(world: World, value: string, creatorId: string): Headline {
  return value === '' ? NO_HEADLINE : { value, creatorId, setAtMs: world.clock.now() };
}

const NO_HEADLINE: Headline = { value: '', creatorId: '', setAtMs: 0 };

/** A public channel is visible to everybody of the team, every other only to its members. */
export function canSee(channel: Channel, userId: string): boolean {
  return channel.kind === 'channel' || channel.members.has(userId);
}

/** The direct message of exactly these people. */
export function findDirectMessage(team: Team, members: readonly string[]): Channel | undefined {
  for (const channel of team.channels.values()) {
    if (channel.kind !== 'im' && channel.kind !== 'mpim') continue;
    if (channel.members.size === members.length && members.every((id) => channel.members.has(id))) return channel;
  }
  return undefined;
}

/** A conversation without members that nobody was told of yet. */
export function createChannel(
  world: World,
  team: Team,
  facts: Pick<Channel, 'kind' | 'name' | 'creatorId' | 'isGeneral'> & { id: string | undefined },
): Channel {
  const prefix = ({ channel: 'C', group: 'G', im: 'D', mpim: 'G' } as const)[facts.kind];
  const channel: Channel = {
    ...facts,
    id: facts.id ?? world.freshId(prefix, team.channels),
    teamId: team.id,
    createdAtMs: world.clock.now(),
    members: new Set(),
    messages: [],
    ephemerals: [],
    pins: [],
    bookmarks: [],
    canvases: [],
    assistantThreads: new Map(),
    isTrimmed: false,
    isReadOnly: false,
    isArchived: false,
    topic: NO_HEADLINE,
    purpose: NO_HEADLINE,
    previousNames: [],
    updatedAtMs: world.clock.now(),
    lastRead: new Map(),
    closedFor: new Set(),
    appContext: undefined,
  };
  team.channels.set(channel.id, channel);
  return channel;
}

function people(team: Team): User[] {
  return [...team.users.values()].filter((user) => user.botId === undefined);
}

function memberOf(team: Team, reference: string): User {
  const user = findUser(team, reference);
  if (!user) throw new SimulatorError('not_found', `Team ${team.id} has no user ${reference}`);
  return user;
}
