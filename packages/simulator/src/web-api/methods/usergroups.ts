/** usergroups.*: groups of people that can be mentioned together. */
import { type Answer, isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { type ArgumentsOf, flag, text, words } from '../../wire/arguments.ts';
import { findChannel } from '../../workspace/channels.ts';
import type { Usergroup } from '../../workspace/model.ts';
import {
  createUsergroup,
  enableUsergroup,
  setUsergroupMembers,
  type UsergroupFacts,
  updateUsergroup,
  usergroupShape,
} from '../../workspace/usergroups.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

/** Slack documents `name_too_long` and `description_too_long` without numbers; these are what its client takes (a guess). */
const MAX_NAME_LENGTH = 255;
const MAX_DESCRIPTION_LENGTH = 140;
/** Handles that mean everybody or Slack itself. */
const FORBIDDEN_HANDLES: ReadonlySet<string> = new Set(['channel', 'everyone', 'here', 'group', 'slackbot']);

const include = { include_count: flag.optional(), team_id: text.optional() };
const facts = {
  name: text.optional(),
  handle: text.optional(),
  description: text.optional(),
  channels: words.optional({ invalid: 'invalid_channel_provided' }),
};
const createArguments = { ...facts, ...include, name: text.required({ empty: 'missing_subteam_name' }) };
const whichOne = { ...include, usergroup: text.required({ empty: 'missing_argument' }) };
const updateArguments = { ...facts, ...whichOne };
const listArguments = { ...include, include_disabled: flag.optional(), include_users: flag.optional() };
const memberArguments = {
  ...whichOne,
  users: words.required({ empty: 'no_users_provided', invalid: 'invalid_users' }),
};

const write = { tier: 2, scopes: ['usergroups:write'] } as const;
const read = { tier: 2, scopes: ['usergroups:read'] } as const;

export const usergroupMethods: readonly WebApiMethod[] = [
  teamMethod({ name: 'usergroups.create', ...write, args: createArguments, run: create }),
  teamMethod({ name: 'usergroups.update', ...write, args: updateArguments, run: update }),
  teamMethod({ name: 'usergroups.disable', ...write, args: whichOne, run: (call, args) => enable(call, args, false) }),
  teamMethod({ name: 'usergroups.enable', ...write, args: whichOne, run: (call, args) => enable(call, args, true) }),
  teamMethod({ name: 'usergroups.list', ...read, args: listArguments, run: list }),
  teamMethod({
    name: 'usergroups.users.list',
    ...read,
    args: { ...whichOne, include_disabled: flag.optional() },
    run(call, args) {
      const group = findGroup(call, args.usergroup);
      if (isRefusal(group)) return group;
      return group.disabled && !args.include_disabled ? refuse('no_such_subteam') : { ok: true, users: group.userIds };
    },
  }),
  teamMethod({ name: 'usergroups.users.update', ...write, args: memberArguments, run: updateMembers }),
];

function create(call: TeamCall, args: ArgumentsOf<typeof createArguments>): Answer {
  const checked = checkedFacts(call, args);
  if (isRefusal(checked)) return checked;
  const { name = args.name, handle = '', description = '', channelIds = [] } = checked;
  const usergroup = createUsergroup(call.world, call.team, {
    name,
    handle,
    description,
    channelIds,
    userId: call.token.userId,
  });
  return shown(call, usergroup, { users: true, count: args.include_count === true });
}

function update(call: TeamCall, args: ArgumentsOf<typeof updateArguments>): Answer {
  const usergroup = findGroup(call, args.usergroup);
  if (isRefusal(usergroup)) return usergroup;
  const checked = checkedFacts(call, args, usergroup);
  if (isRefusal(checked)) return checked;
  updateUsergroup(call.world, { ...call, usergroup, userId: call.token.userId }, checked);
  return shown(call, usergroup, { users: true, count: args.include_count === true });
}

function enable(call: TeamCall, args: ArgumentsOf<typeof whichOne>, isEnabled: boolean): Answer {
  const usergroup = findGroup(call, args.usergroup);
  if (isRefusal(usergroup)) return usergroup;
  enableUsergroup(call.world, { ...call, usergroup, userId: call.token.userId }, isEnabled);
  return shown(call, usergroup, { users: true, count: args.include_count === true });
}

function list({ team }: TeamCall, args: ArgumentsOf<typeof listArguments>): Answer {
  const groups = [...team.usergroups.values()].filter(({ disabled }) => !disabled || args.include_disabled === true);
  const has = { users: args.include_users === true, count: args.include_count === true };
  return { ok: true, usergroups: groups.map((group) => usergroupShape(team, group, has)) };
}

function updateMembers(call: TeamCall, args: ArgumentsOf<typeof memberArguments>): Answer {
  const usergroup = findGroup(call, args.usergroup);
  if (isRefusal(usergroup)) return usergroup;
  const userIds = [...new Set(args.users)];
  if (userIds.length === 0) return refuse('no_users_provided');
  const isPerson = (id: string) => call.team.users.get(id)?.isDeleted === false;
  if (!userIds.every(isPerson)) return refuse('invalid_users');
  setUsergroupMembers(call.world, { ...call, usergroup, userId: call.token.userId }, userIds);
  return shown(call, usergroup, { users: true, count: args.include_count === true });
}

function findGroup({ team }: TeamCall, id: string): Usergroup | Refusal {
  return team.usergroups.get(id) ?? refuse('no_such_subteam');
}

function shown({ team }: TeamCall, usergroup: Usergroup, has: { users: boolean; count: boolean }): Answer {
  return { ok: true, usergroup: usergroupShape(team, usergroup, has) };
}

/** What the caller said, with every name free; `self` keeps its own. */
function checkedFacts(
  call: TeamCall,
  args: ArgumentsOf<typeof facts>,
  self?: Usergroup,
): Partial<UsergroupFacts> | Refusal {
  const { name, description } = args;
  const others = [...call.team.usergroups.values()].filter((group) => group !== self);
  if (name !== undefined && name.length > MAX_NAME_LENGTH) return refuse('name_too_long');
  if (others.some((group) => group.name === name)) return refuse('name_already_exists');
  if (description !== undefined && description.length > MAX_DESCRIPTION_LENGTH) return refuse('description_too_long');
  const handle = args.handle === undefined ? undefined : checkedHandle(call, args.handle, others);
  if (isRefusal(handle)) return handle;
  const channelIds = args.channels === undefined ? undefined : checkedChannels(call, args.channels);
  if (isRefusal(channelIds)) return channelIds;
  const said = { name, handle, description, channelIds };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

/** A handle is unique among groups, people and channels. */
function checkedHandle({ team }: TeamCall, asked: string, others: readonly Usergroup[]): string | Refusal {
  const handle = asked.replace(/^@/, '');
  if (!/^[a-z0-9._-]{1,80}$/.test(handle)) return refuse('bad_handle');
  if (FORBIDDEN_HANDLES.has(handle)) return refuse('forbidden_handle');
  const isTaken =
    others.some((group) => group.handle === handle) ||
    [...team.users.values(), ...team.channels.values()].some(({ name }) => name === handle);
  return isTaken ? refuse('handle_already_exists') : handle;
}

function checkedChannels({ team }: TeamCall, ids: readonly string[]): readonly string[] | Refusal {
  const channels = ids.map((id) => findChannel(team, id));
  const isFit = channels.every((channel) => channel?.kind === 'channel' || channel?.kind === 'group');
  return isFit ? [...new Set(channels.flatMap((channel) => channel?.id ?? []))] : refuse('invalid_channel_provided');
}
