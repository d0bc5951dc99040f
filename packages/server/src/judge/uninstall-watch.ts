/**
 * When tokens are asked after Slack told of an uninstall. Slack sends such events late and in any order, and a token may
 * still answer while the uninstall goes on; so it is asked at once, after 30 s and after 5 min, and the answers decide.
 */

import type { InstallationKey } from '../team/installation.ts';
import type { Clock, Timer } from '../time/clock.ts';

/** Milliseconds after the event arrived. */
export const UNINSTALL_PROBES_MS = [0, 30_000, 300_000] as const;

/** Ids of the people whose tokens an event is about. */
export type RevokedUsers = 'all' | readonly string[];

/** Whose tokens Slack says have ended, which proves nothing. */
export interface Revocation {
  /** `app_uninstalled` or `tokens_revoked`. */
  type: string;
  /** Whether it is about the bot. */
  bot: boolean;
  users: RevokedUsers;
}

/** Plans the probes of all installations. */
export class UninstallWatch {
  readonly #clock: Clock;
  readonly #probe: (key: InstallationKey, revocation: Revocation) => void;
  readonly #pending = new Map<InstallationKey, { timers: Timer[]; revocation: Revocation }>();
  #isStopped = false;

  constructor(clock: Clock, probe: (key: InstallationKey, revocation: Revocation) => void) {
    this.#clock = clock;
    this.#probe = probe;
  }

  /**
   * Plans what is left of the three probes; those whose time is over are one now. A later event starts anew, and for those
   * of the earlier one as well.
   */
  note(key: InstallationKey, event: Revocation & { receivedAtMs: number }): void {
    if (this.#isStopped) return;
    const known = this.#pending.get(key);
    for (const timer of known?.timers ?? []) timer.cancel();
    const revocation = known ? both(known.revocation, event) : revocationIn(event);
    const ageMs = Math.max(0, this.#clock.now() - event.receivedAtMs);
    const waits = UNINSTALL_PROBES_MS.map((atMs) => Math.max(0, atMs - ageMs));
    const timers = [...new Set(waits)].map((waitMs) => this.#clock.after(waitMs, () => this.#probe(key, revocation)));
    this.#pending.set(key, { timers, revocation });
    timers.push(this.#clock.after(Math.max(...waits), () => this.#pending.delete(key)));
  }

  /** Another node asks; see Judge.leave. */
  leave(key: InstallationKey): void {
    for (const timer of this.#pending.get(key)?.timers ?? []) timer.cancel();
    this.#pending.delete(key);
  }

  stop(): void {
    this.#isStopped = true;
    for (const { timers } of this.#pending.values()) for (const timer of timers) timer.cancel();
  }
}

function revocationIn({ type, bot, users }: Revocation): Revocation {
  return { type, bot, users };
}

function both(one: Revocation, other: Revocation): Revocation {
  return { type: other.type, bot: one.bot || other.bot, users: everyone(one.users, other.users) };
}

function everyone(some: RevokedUsers, others: RevokedUsers): RevokedUsers {
  return some === 'all' || others === 'all' ? 'all' : Array.from(new Set(some.concat(others)));
}
