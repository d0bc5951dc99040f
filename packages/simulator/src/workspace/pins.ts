/** Pins messages to conversations and takes them off again. */
import type { Channel, Message, Team } from './model.ts';
import type { World } from './world.ts';

/** As many pins as a conversation may have. (https://slack.com/help/articles/205239997) */
export const MAX_PINS = 100;

interface Place {
  team: Team;
  channel: Channel;
  message: Message;
}

/** Pins a message that is not pinned. */
export function pinMessage(world: World, { team, channel, message }: Place, userId: string): void {
  message.isPinned = true;
  channel.pins.unshift({ message, userId, atMs: world.clock.now() });
  world.events.emit({ type: 'pin_added', team, channel, message, userId, pinCount: channel.pins.length });
}

/** Takes a pin off; false when there is none. */
export function unpinMessage(world: World, { team, channel, message }: Place, userId: string): boolean {
  const index = channel.pins.findIndex((pin) => pin.message.ts === message.ts);
  if (index < 0) return false;
  channel.pins.splice(index, 1);
  message.isPinned = false;
  world.events.emit({ type: 'pin_removed', team, channel, message, userId, pinCount: channel.pins.length });
  return true;
}
