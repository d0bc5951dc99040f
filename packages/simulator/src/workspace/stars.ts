/** Stars: items that a person keeps for themselves. Nobody else sees them. */
import { type Json, seconds } from './json.ts';
import type { Star, StarredItem, Team } from './model.ts';
import { messageShape, permalinkOf } from './slack-shapes.ts';
import type { World } from './world.ts';

/** How many a workspace keeps; the oldest is forgotten first, so that memory stays bounded. */
export const STARS_KEPT = 1000;

type Mine = StarredItem & { readonly userId: string };

/** Stars an item; false when it has that person's star. */
export function addStar(world: World, team: Team, item: Mine): boolean {
  if (team.stars.some((star) => isOf(star, item))) return false;
  const { channel, message, userId } = item;
  const star: Star = { channel, ...(message && { message }), userId, atMs: world.clock.now() };
  team.stars.unshift(star);
  if (team.stars.length > STARS_KEPT) team.stars.pop();
  world.events.emit({ type: 'star_added', team, star });
  return true;
}

/** Takes a star off; false when there is none. */
export function removeStar(world: World, team: Team, item: Mine): boolean {
  const index = team.stars.findIndex((star) => isOf(star, item));
  const [star] = index < 0 ? [] : team.stars.splice(index, 1);
  if (!star) return false;
  world.events.emit({ type: 'star_removed', team, star });
  return true;
}

/** The stars of a person, newest first; a message that was deleted has none. */
export function starsOf(team: Team, userId: string): Star[] {
  return team.stars.filter((star) => star.userId === userId && isThere(star));
}

/**
 * As stars.list and the events show it; a message whose star was taken off does not say `is_starred`.
 * (slackapi/java-slack-sdk, json-logs/samples/events/StarAddedPayload.json and StarRemovedPayload.json)
 */
export function starShape(team: Team, { channel, message, atMs }: Star, { isGone = false } = {}): Json {
  const place = { type: message ? 'message' : 'channel', channel: channel.id, date_create: seconds(atMs) };
  if (!message) return place;
  const permalink = permalinkOf({ team, channel, message });
  const starred = isGone ? {} : { is_starred: true };
  return { ...place, message: { ...messageShape(team, message), ...starred, permalink } };
}

function isOf(star: Star, { channel, message, userId }: Mine): boolean {
  return star.userId === userId && star.channel === channel && star.message?.ts === message?.ts;
}

function isThere({ channel, message }: Star): boolean {
  return !message || channel.messages.some(({ ts }) => ts === message.ts);
}
