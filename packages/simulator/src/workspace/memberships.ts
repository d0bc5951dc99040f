/** Who comes into a conversation and who goes, with the line that Slack writes about it. */
import { joinChannel } from './channels.ts';
import type { Channel, Team } from './model.ts';
import { systemLine } from './system-lines.ts';
import type { World } from './world.ts';

/** A conversation of a team. */
export interface Place {
  readonly team: Team;
  readonly channel: Channel;
}

/** Somebody joins, or is brought in by `inviterId`; false when they were in already. */
export function enterChannel(world: World, place: Place, userId: string, inviterId?: string): boolean {
  if (!joinChannel(world, place.team, place.channel, userId, inviterId)) return false;
  systemLine(world, place, {
    subtype: 'channel_join',
    userId,
    text: `<@${userId}> has joined the channel`,
    details: inviterId === undefined ? undefined : { inviter: inviterId },
  });
  return true;
}

/** Somebody leaves, or is removed by `actorId`; false when they were not in. The line comes last: who left does not see it. */
export function leaveChannel(world: World, place: Place, userId: string, actorId?: string): boolean {
  const { team, channel } = place;
  if (!channel.members.delete(userId)) return false;
  world.events.emit({ type: 'member_left', team, channel, userId, actorId });
  const text =
    actorId === undefined
      ? `<@${userId}> has left the channel`
      : `<@${userId}> was removed from the channel by <@${actorId}>`;
  systemLine(world, place, { subtype: 'channel_leave', userId, text });
  return true;
}
