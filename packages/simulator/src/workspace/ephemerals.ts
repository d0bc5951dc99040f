/** Messages that only one person sees. They are no part of the conversation's history, but can be changed and deleted. */
import { type Draft, newMessage } from './messages.ts';
import type { Channel, Ephemeral, Message, Team } from './model.ts';
import type { World } from './world.ts';

/** How many a conversation keeps, so that memory stays bounded. */
export const EPHEMERALS_KEPT_PER_CHANNEL = 100;

/** Shows a message to one person. */
export function postEphemeral(
  world: World,
  { team, channel, userId, draft }: { team: Team; channel: Channel; userId: string; draft: Draft },
): Message {
  const message = newMessage(world, channel, draft);
  channel.ephemerals.push({ userId, message });
  if (channel.ephemerals.length > EPHEMERALS_KEPT_PER_CHANNEL) channel.ephemerals.shift();
  world.events.emit({ type: 'ephemeral_posted', team, channel, message, userId });
  return message;
}

/** The one with that timestamp, if it is still kept. */
export function findEphemeral(channel: Channel, ts: string): Ephemeral | undefined {
  return channel.ephemerals.findLast(({ message }) => message.ts === ts);
}

/** Takes it off the person's screen. */
export function deleteEphemeral(channel: Channel, ts: string): boolean {
  const index = channel.ephemerals.findIndex(({ message }) => message.ts === ts);
  if (index < 0) return false;
  channel.ephemerals.splice(index, 1);
  return true;
}
