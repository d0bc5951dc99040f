/**
 * Asks auth.test for every answering installation once a day, and sooner for one of which nothing was heard: over HTTP and
 * Socket Mode a bot that was removed while we were away is noticed by nothing else. Spread, so that they are never many at once.
 */

import { type InstallationKey, isAnswering } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import type { Clock, Timer } from '../time/clock.ts';

export interface PeriodicCheckOptions {
  /** Each installation is asked this often, in milliseconds; Infinity = never. @defaultValue 86400000 (a day) */
  everyMs?: number;
  /** One of which nothing was heard for so long is asked then, in milliseconds. @defaultValue 21600000 (6 h) */
  silentMs?: number;
  /** One whose question was not answered (network, 5xx, 429) is asked again so long after it, in milliseconds. @defaultValue 3600000 (1 h) */
  retryMs?: number;
}

export const periodicCheckDefaults = {
  everyMs: 86_400_000,
  silentMs: 21_600_000,
  retryMs: 3_600_000,
} as const satisfies Required<PeriodicCheckOptions>;

export interface PeriodicCheckDeps {
  /** Asks one, and says whether anything was learned; see Judge.check. Never rejects. */
  check(key: InstallationKey): Promise<boolean>;
  clock: Clock;
  /** 0 ≤ n < 1. */
  random: () => number;
  options?: PeriodicCheckOptions;
}

interface Known {
  checkedAtMs: number;
  heardAtMs: number;
  /** When it is asked again because nobody answered; Infinity = somebody did. */
  retryAtMs: number;
}

/** Between two polls, in milliseconds. */
const POLL_MS = 60_000;

/**
 * So many are asked at one poll. After a machine slept, or when much was brought back at once, thousands are due together; five
 * a second are half of what the judge sends, and enough for a hundred thousand in six hours.
 */
const PER_POLL = 300;

/** Asks from `start` to `stop`. */
export class PeriodicCheck {
  readonly #deps: PeriodicCheckDeps;
  readonly #options: Required<PeriodicCheckOptions>;
  readonly #known = new Map<InstallationKey, Known>();
  #timer: Timer | undefined;

  constructor(deps: PeriodicCheckDeps) {
    this.#deps = deps;
    this.#options = { ...periodicCheckDefaults, ...deps.options };
  }

  start(): void {
    this.#timer = this.#deps.clock.after(POLL_MS, () => {
      this.#poll();
      this.start();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** A row that changed. One that begins to answer was asked a random while ago: that spreads the first round. */
  observe({ installation: { key, state } }: InstallationView): void {
    if (!isAnswering(state)) this.#known.delete(key);
    else if (!this.#known.has(key)) this.#known.set(key, this.#randomlyKnown());
  }

  /** Another node asks from now on. */
  leave(key: InstallationKey): void {
    this.#known.delete(key);
  }

  /** Slack sent something for it, so that it was there a moment ago. */
  heard(key: InstallationKey): void {
    const known = this.#known.get(key);
    if (known) known.heardAtMs = this.#deps.clock.monotonic();
  }

  #randomlyKnown(): Known {
    const nowMs = this.#deps.clock.monotonic();
    const { everyMs, silentMs } = this.#options;
    const share = this.#deps.random();
    return {
      checkedAtMs: Number.isFinite(everyMs) ? nowMs - share * everyMs : nowMs,
      heardAtMs: Number.isFinite(silentMs) ? nowMs - share * silentMs : nowMs,
      retryAtMs: Number.POSITIVE_INFINITY,
    };
  }

  #poll(): void {
    const nowMs = this.#deps.clock.monotonic();
    let left = PER_POLL;
    for (const [key, known] of this.#known) {
      if (!this.#isDue(known, nowMs)) continue;
      if (left-- === 0) return;
      known.checkedAtMs = nowMs;
      known.heardAtMs = Math.max(known.heardAtMs, nowMs - this.#options.silentMs);
      known.retryAtMs = Number.POSITIVE_INFINITY;
      // To the end, so that no one is passed over again and again.
      this.#known.delete(key);
      this.#known.set(key, known);
      void this.#ask(key, known);
    }
  }

  #isDue({ checkedAtMs, heardAtMs, retryAtMs }: Known, nowMs: number): boolean {
    const { everyMs, silentMs } = this.#options;
    const isSilent = nowMs - Math.max(heardAtMs, checkedAtMs) >= silentMs;
    return isSilent || nowMs - checkedAtMs >= everyMs || nowMs >= retryAtMs;
  }

  async #ask(key: InstallationKey, known: Known): Promise<void> {
    const isAnswered = await this.#deps.check(key);
    if (!isAnswered) known.retryAtMs = this.#deps.clock.monotonic() + this.#options.retryMs;
  }
}
