/** rtm.*: how a classic app's bot gets the URL of its socket. */

import { flag } from '../../wire/arguments.ts';
import type { Channel } from '../../workspace/model.ts';
import { botShape, channelShape, type Json, seconds, userShape } from '../../workspace/slack-shapes.ts';
import { slackbotOf } from '../../workspace/slackbot.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

const connectArguments = { batch_presence_aware: flag.optional(), presence_sub: flag.optional() };

export const rtmMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'rtm.connect',
    tier: 1,
    tokens: ['bot'],
    isClassicOnly: true,
    args: connectArguments,
    run: (call, args) => ({ ok: true, ...connection(call, args.batch_presence_aware ?? false) }),
  }),
  teamMethod({
    name: 'rtm.start',
    tier: 1,
    tokens: ['bot'],
    isClassicOnly: true,
    args: connectArguments,
    // Slack's present answer has url, self and team only; older clients read the lists. (slackhq/slack-api-docs)
    run: (call, args) => ({ ok: true, ...connection(call, args.batch_presence_aware ?? false), ...everything(call) }),
  }),
];

function connection({ services, token, team, host }: TeamCall, isBatchPresenceAware: boolean): Json {
  return {
    url: services.rtm.openTicket(token, { host, isBatchPresenceAware }),
    team: {
      id: team.id,
      name: team.name,
      domain: team.domain,
      ...(team.enterprise && { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name }),
    },
    self: { id: token.userId, name: team.users.get(token.userId)?.name ?? '' },
  };
}

function everything({ team, token }: TeamCall): Json {
  const isMine = (channel: Channel) => channel.members.has(token.userId);
  const listed = (kind: Channel['kind'], isListed: (channel: Channel) => boolean) =>
    [...team.channels.values()]
      .filter((channel) => channel.kind === kind && isListed(channel))
      .map((channel) => channelShape(team, channel, token.userId));
  const self = team.users.get(token.userId);
  return {
    self: {
      id: token.userId,
      name: self?.name ?? '',
      prefs: {},
      created: seconds(self?.updatedAtMs ?? 0),
      manual_presence: 'active',
    },
    users: [slackbotOf(team), ...team.users.values()].map((user) => ({
      ...userShape(team, user),
      presence: user.presence,
    })),
    bots: [...team.bots.values()].map(botShape),
    channels: listed('channel', () => true),
    groups: listed('group', isMine),
    mpims: listed('mpim', isMine),
    ims: listed('im', isMine),
  };
}
