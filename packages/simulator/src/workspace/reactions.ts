/** Puts emoji on messages and takes them off again. */
import type { Channel, Message, Reaction, Team } from './model.ts';
import type { World } from './world.ts';

/** So many different emoji may be on one message. (https://docs.slack.dev/reference/methods/reactions.add `too_many_emoji`) */
export const MAX_EMOJI = 50;
/** So many different emoji one person may put on one message. (`too_many_reactions`) */
export const MAX_EMOJI_PER_PERSON = 23;

/** What happens to which message. */
export interface ReactionChange {
  team: Team;
  channel: Channel;
  message: Message;
  userId: string;
  /** Without colons. */
  reaction: string;
}

/** False when this person put it there already. */
export function addReaction(world: World, change: ReactionChange): boolean {
  const { message, userId, reaction } = change;
  const reactions = message.reactions ?? [];
  const known = reactions.find(({ name }) => name === reaction);
  if (known?.userIds.includes(userId)) return false;
  const grown: Reaction = { name: reaction, userIds: [...(known?.userIds ?? []), userId] };
  message.reactions = known ? reactions.map((one) => (one === known ? grown : one)) : [...reactions, grown];
  world.events.emit({ type: 'reaction_added', ...change });
  return true;
}

/** False when this person did not put it there. */
export function removeReaction(world: World, change: ReactionChange): boolean {
  const { message, userId, reaction } = change;
  const known = message.reactions?.find(({ name }) => name === reaction);
  if (!known?.userIds.includes(userId)) return false;
  const userIds = known.userIds.filter((id) => id !== userId);
  const left = (message.reactions ?? []).flatMap((one) => {
    if (one !== known) return [one];
    return userIds.length === 0 ? [] : [{ name: reaction, userIds }];
  });
  message.reactions = left.length === 0 ? undefined : left;
  world.events.emit({ type: 'reaction_removed', ...change });
  return true;
}
