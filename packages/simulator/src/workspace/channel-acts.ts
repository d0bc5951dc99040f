/** What is done to a channel: renaming, topics, archiving; each with its fact and its line. */
import { headline } from './channels.ts';
import type { Place } from './memberships.ts';
import { systemLine } from './system-lines.ts';
import type { World } from './world.ts';

/** Gives the channel another name; the old one stays known as a former name. */
export function renameChannel(world: World, place: Place, userId: string, name: string): void {
  const { team, channel } = place;
  const oldName = channel.name;
  channel.name = name;
  channel.previousNames = [oldName, ...channel.previousNames.filter((former) => former !== name)].slice(0, NAMES_KEPT);
  touch(world, place);
  world.events.emit({ type: 'channel_renamed', team, channel, userId, oldName });
  const text = `<@${userId}> has renamed the channel from "${oldName}" to "${name}"`;
  systemLine(world, place, { subtype: 'channel_name', userId, text, details: { old_name: oldName, name } });
}

export function setTopic(world: World, place: Place, userId: string, topic: string): void {
  const { team, channel } = place;
  channel.topic = headline(world, topic, userId);
  touch(world, place);
  world.events.emit({ type: 'topic_changed', team, channel, userId });
  // In private channels the topic alone has a subtype of its own. (slackapi/java-slack-sdk, json-logs/samples/events)
  const subtype = channel.kind === 'channel' ? 'channel_topic' : 'group_topic';
  systemLine(world, place, { subtype, userId, text: headlineText(userId, 'topic', topic), details: { topic } });
}

export function setPurpose(world: World, place: Place, userId: string, purpose: string): void {
  const { team, channel } = place;
  channel.purpose = headline(world, purpose, userId);
  touch(world, place);
  world.events.emit({ type: 'purpose_changed', team, channel, userId });
  const text = headlineText(userId, 'description', purpose);
  systemLine(world, place, { subtype: 'channel_purpose', userId, text, details: { purpose } });
}

/** The line comes first: nothing is written into an archived channel. */
export function archiveChannel(world: World, place: Place, userId: string): void {
  const { team, channel } = place;
  systemLine(world, place, { subtype: 'channel_archive', userId, text: `<@${userId}> archived the channel` });
  channel.isArchived = true;
  touch(world, place);
  world.events.emit({ type: 'channel_archived', team, channel, userId });
}

export function unarchiveChannel(world: World, place: Place, userId: string): void {
  const { team, channel } = place;
  channel.isArchived = false;
  touch(world, place);
  world.events.emit({ type: 'channel_unarchived', team, channel, userId });
  systemLine(world, place, { subtype: 'channel_unarchive', userId, text: `<@${userId}> un-archived the channel` });
}

/** Somebody has read up to that message. */
export function markRead(world: World, { team, channel }: Place, userId: string, ts: string): void {
  channel.lastRead.set(userId, ts);
  world.events.emit({ type: 'channel_marked', team, channel, userId, ts });
}

/** Takes a direct message from somebody's sidebar; false when it was closed already. */
export function closeDirectMessage(world: World, { team, channel }: Place, userId: string): boolean {
  if (channel.closedFor.has(userId)) return false;
  channel.closedFor.add(userId);
  world.events.emit({ type: 'im_closed', team, channel, userId });
  return true;
}

/** Puts a direct message back into somebody's sidebar; false when it was open already. */
export function reopenDirectMessage(world: World, { team, channel }: Place, userId: string): boolean {
  if (!channel.closedFor.delete(userId)) return false;
  world.events.emit({ type: 'im_opened', team, channel, userId });
  return true;
}

/** As many former names as are remembered. */
const NAMES_KEPT = 50;

function headlineText(userId: string, what: 'topic' | 'description', value: string): string {
  return value === '' ? `<@${userId}> cleared the channel ${what}` : `<@${userId}> set the channel ${what}: ${value}`;
}

function touch(world: World, { channel }: Place): void {
  channel.updatedAtMs = world.clock.now();
}
