/** Messages that wait for their time on the simulator's clock. */
import { type Draft, postMessage } from './messages.ts';
import type { Channel, ScheduledMessage, Team } from './model.ts';
import type { World } from './world.ts';

/** A message that is about to be scheduled. */
export interface ScheduleRequest {
  team: Team;
  channel: Channel;
  draft: Draft;
  appId: string;
  userId: string;
  postAtSeconds: number;
  /** Asked when the time has come: a channel may have been archived, an app taken out. */
  mayPost: () => boolean;
}

/** Puts a message on the clock. */
export function scheduleMessage(world: World, request: ScheduleRequest): ScheduledMessage {
  const { team, channel, draft, appId, userId, postAtSeconds, mayPost } = request;
  const nowMs = world.clock.now();
  const id = world.freshId('Q', team.scheduledMessages);
  const timer = world.clock.after(postAtSeconds * 1000 - nowMs, () => {
    team.scheduledMessages.delete(id);
    if (mayPost()) postMessage(world, { team, channel, draft });
  });
  const scheduled: ScheduledMessage = {
    id,
    channelId: channel.id,
    appId,
    userId,
    postAtSeconds,
    createdAtSeconds: Math.floor(nowMs / 1000),
    text: draft.text,
    cancel: () => timer.cancel(),
  };
  team.scheduledMessages.set(id, scheduled);
  return scheduled;
}

/** Takes a message off the clock. */
export function unscheduleMessage(team: Team, scheduled: ScheduledMessage): void {
  scheduled.cancel();
  team.scheduledMessages.delete(scheduled.id);
}
