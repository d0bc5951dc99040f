/** Reminders: Slackbot tells somebody when the time has come. (https://docs.slack.dev/reference/methods/reminders.add) */
import { openDirectMessage } from './channels.ts';
import { type Json, seconds } from './json.ts';
import { postMessage } from './messages.ts';
import type { Reminder, Team } from './model.ts';
import { SLACKBOT_ID } from './slackbot.ts';
import type { World } from './world.ts';

/** How many a workspace keeps; the oldest is forgotten first, so that memory stays bounded. */
export const REMINDERS_KEPT = 1000;

/** Puts a reminder on the clock; a recurring one has no time here and never comes. */
export function addReminder(
  world: World,
  team: Team,
  facts: Pick<Reminder, 'userId' | 'text' | 'atSeconds'>,
): Reminder {
  const { userId, text, atSeconds } = facts;
  const delayMs = atSeconds === undefined ? undefined : Math.max(0, atSeconds * 1000 - world.clock.now());
  const timer = delayMs === undefined ? undefined : world.clock.after(delayMs, () => remind(world, team, userId, text));
  const id = world.freshId('Rm', team.reminders);
  const reminder = { ...facts, id, completedAtSeconds: undefined, cancel: () => timer?.cancel() };
  team.reminders.set(id, reminder);
  const oldest = team.reminders.values().next();
  if (team.reminders.size > REMINDERS_KEPT && !oldest.done) deleteReminder(team, oldest.value);
  return reminder;
}

export function deleteReminder(team: Team, reminder: Reminder): void {
  reminder.cancel();
  team.reminders.delete(reminder.id);
}

/** It is done, and nobody is reminded any more. */
export function completeReminder(world: World, reminder: Reminder): void {
  reminder.cancel();
  reminder.completedAtSeconds ??= seconds(world.clock.now());
}

export function reminderShape({ id, userId, text, atSeconds, completedAtSeconds = 0 }: Reminder): Json {
  const shape = { id, creator: userId, user: userId, text, recurring: atSeconds === undefined };
  return atSeconds === undefined ? shape : { ...shape, time: atSeconds, complete_ts: completedAtSeconds };
}

function remind(world: World, team: Team, userId: string, text: string): void {
  const { channel } = openDirectMessage(world, team, [userId, SLACKBOT_ID]);
  postMessage(world, { team, channel, draft: { userId: SLACKBOT_ID, text: `Reminder: ${text}.` } });
}
