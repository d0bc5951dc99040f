/** Do Not Disturb: a snooze, which ends by itself. Nobody has a schedule here, so nothing else disturbs less. */
import type { Timer } from '../clock/clock.ts';
import { type Json, seconds } from './json.ts';
import type { Dnd, Team, User } from './model.ts';
import type { World } from './world.ts';

const NONE: Dnd = { snoozeEndsAtMs: undefined };
const states = new WeakMap<User, { dnd: Dnd; timer: Timer }>();

export function dndOf(user: User): Dnd {
  return states.get(user)?.dnd ?? NONE;
}

/** Begins a snooze, or moves its end. */
export function snooze(world: World, team: Team, user: User, minutes: number): Dnd {
  states.get(user)?.timer.cancel();
  const durationMs = minutes * 60_000;
  const dnd = { snoozeEndsAtMs: world.clock.now() + durationMs };
  const timer = world.clock.after(durationMs, () => endSnooze(world, team, user));
  states.set(user, { dnd, timer });
  tell(world, team, user);
  return dnd;
}

/** Ends a snooze; false when there is none. */
export function endSnooze(world: World, team: Team, user: User): boolean {
  const state = states.get(user);
  if (!state) return false;
  state.timer.cancel();
  states.delete(user);
  tell(world, team, user);
  return true;
}

/** What everybody may know. Without a schedule both times are 1. (https://docs.slack.dev/reference/methods/dnd.teamInfo) */
export function dndShape(): Json {
  return { dnd_enabled: false, next_dnd_start_ts: 1, next_dnd_end_ts: 1 };
}

/** What the person knows besides. */
export function snoozeShape({ snoozeEndsAtMs }: Dnd, nowMs: number): Json {
  if (snoozeEndsAtMs === undefined) return { ...dndShape(), snooze_enabled: false };
  return { ...dndShape(), snooze_enabled: true, ...snoozeEnd({ snoozeEndsAtMs }, nowMs) };
}

/** When the snooze ends. */
export function snoozeEnd({ snoozeEndsAtMs = 0 }: Dnd, nowMs: number): Json {
  return {
    snooze_endtime: seconds(snoozeEndsAtMs),
    snooze_remaining: Math.max(0, Math.round((snoozeEndsAtMs - nowMs) / 1000)),
    snooze_is_indefinite: false,
  };
}

function tell(world: World, team: Team, user: User): void {
  world.events.emit({ type: 'dnd_changed', team, user, dnd: dndOf(user), nowMs: world.clock.now() });
}
