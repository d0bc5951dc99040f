/**
 * Asks auth.test for every answering installation once a day, and sooner for one of which nothing was heard: over HTTP and
 * Socket Mode a bot that was removed while we were away is noticed by nothing else. Spread, so that they are never many at once.
 */
import type { Clock, Timer } from '../time/clock.ts';
import { type InstallationKey, isAnswering } from './installation.ts';
import type { InstallationView } from './installations.ts';

export interface PeriodicCheckOptions {
  /** Each installation is asked this often, in milliseconds; Infinity = never. @defaultValue 86400000 (a day) */
  everyMs?: number;
  /** One of which nothing was heard for so long is asked then, in milliseconds. @defaultValue 21600000 (6 h) */
  silentMs?: number;
}

export const periodicCheckDefaults = {
  everyMs: 86_400_000,
  silentMs: 21_600_000,
} as const satisfies Required<PeriodicCheckOptions>;

export interface PeriodicCheckDeps {
  /** Asks one; see Judge.check. */
  check(key: InstallationKey): void;
  clock: Clock;
  /** 0 ≤ n < 1. */
  random: () => number;
  options?: PeriodicCheckOptions;
}

interface Known {
  checkedAtMs: number;
  heardAtMs: number;
}

/** Between two looks, in milliseconds. */
const LOOK_MS = 60_000;

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
    this.#timer = this.#deps.clock.after(LOOK_MS, () => {
      this.#look();
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
    };
  }

  #look(): void {
    const nowMs = this.#deps.clock.monotonic();
    const { everyMs, silentMs } = this.#options;
    for (const [key, known] of this.#known) {
      const isSilent = nowMs - Math.max(known.heardAtMs, known.checkedAtMs) >= silentMs;
      if (!isSilent && nowMs - known.checkedAtMs < everyMs) continue;
      known.checkedAtMs = nowMs;
      known.heardAtMs = Math.max(known.heardAtMs, nowMs - silentMs);
      this.#deps.check(key);
    }
  }
}
