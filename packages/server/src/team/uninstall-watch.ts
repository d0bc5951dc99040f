/**
 * When the token is asked after Slack told of an uninstall. Slack sends such events late and in any order, and a token may
 * still answer while the uninstall goes on; so it is asked at once, after 30 s and after 5 min, and the answers decide.
 */
import type { Clock, Timer } from '../time/clock.ts';
import type { InstallationKey } from './installation.ts';

/** Milliseconds after the event arrived. */
export const UNINSTALL_PROBES_MS = [0, 30_000, 300_000] as const;

/** Plans the probes of all installations. */
export class UninstallWatch {
  readonly #clock: Clock;
  readonly #probe: (key: InstallationKey, type: string) => void;
  readonly #timers = new Map<InstallationKey, Timer[]>();
  #isStopped = false;

  constructor(clock: Clock, probe: (key: InstallationKey, type: string) => void) {
    this.#clock = clock;
    this.#probe = probe;
  }

  /** Plans what is left of the three probes; those whose time is over are one now. A later event starts anew. */
  note(key: InstallationKey, { type, receivedAtMs }: { type: string; receivedAtMs: number }): void {
    if (this.#isStopped) return;
    for (const timer of this.#timers.get(key) ?? []) timer.cancel();
    const ageMs = Math.max(0, this.#clock.now() - receivedAtMs);
    const waits = UNINSTALL_PROBES_MS.map((atMs) => Math.max(0, atMs - ageMs));
    const timers = [...new Set(waits)].map((waitMs) => this.#clock.after(waitMs, () => this.#probe(key, type)));
    this.#timers.set(key, timers);
    timers.push(this.#clock.after(Math.max(...waits), () => this.#timers.delete(key)));
  }

  stop(): void {
    this.#isStopped = true;
    for (const timers of this.#timers.values()) for (const timer of timers) timer.cancel();
  }
}
