/** The lines that Slack itself writes into a channel: who joined, what the topic is now, and the like. */
import { postMessage } from './messages.ts';
import type { Channel, SystemSubtype, Team } from './model.ts';
import type { World } from './world.ts';

/** A line about what somebody did. */
export interface SystemLine {
  readonly subtype: SystemSubtype;
  readonly userId: string;
  readonly text: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Writes the line. Direct messages have none. */
export function systemLine(world: World, place: { team: Team; channel: Channel }, line: SystemLine): void {
  if (place.channel.kind === 'im') return;
  postMessage(world, { ...place, draft: line, isUnfurled: false });
}
