/**
 * Slack's two limits on events: so many per workspace, app and hour, and an end to apps that fail nearly all of them.
 * (https://docs.slack.dev/apis/events-api)
 */
import type { App } from '../workspace/model.ts';
import { HourCount } from './minute-counts.ts';

/** The limits; the defaults are Slack's. */
export interface EventLimitOptions {
  /** Deliveries per workspace and app in 60 minutes. @defaultValue 30000 */
  perHour?: number | undefined;
  /** Apps with fewer events in an hour are not switched off. @defaultValue 1000 */
  disableFromEvents?: number | undefined;
  /** Share of tries in an hour that must fail. @defaultValue 0.95 */
  disableAboveFailures?: number | undefined;
}

export const eventLimitDefaults = {
  perHour: 30_000,
  disableFromEvents: 1000,
  disableAboveFailures: 0.95,
} as const;

/** What is to become of an event: `announce` is the first of a limited minute, about which the app is told. */
export type Admission = { kind: 'deliver' } | { kind: 'drop' } | { kind: 'announce'; minuteSeconds: number };

const MINUTE_SECONDS = 60;

/** Counts the events of every app and workspace. */
export class EventLimits {
  readonly #limits: { perHour: number; disableFromEvents: number; disableAboveFailures: number };
  /** By app and team. */
  readonly #delivered = new Map<string, HourCount>();
  readonly #announced = new Map<string, number>();
  /** By app. */
  readonly #tries = new Map<string, { events: HourCount; tries: HourCount; failures: HourCount }>();

  constructor(options: EventLimitOptions = {}) {
    const { perHour, disableFromEvents, disableAboveFailures } = options;
    this.#limits = {
      perHour: perHour ?? eventLimitDefaults.perHour,
      disableFromEvents: disableFromEvents ?? eventLimitDefaults.disableFromEvents,
      disableAboveFailures: disableAboveFailures ?? eventLimitDefaults.disableAboveFailures,
    };
  }

  /** Counts an event that is about to be delivered. */
  admit(app: App, teamId: string, nowMs: number): Admission {
    const key = `${app.id} ${teamId}`;
    let count = this.#delivered.get(key);
    if (!count) this.#delivered.set(key, (count = new HourCount()));
    if (count.total(nowMs) < this.#limits.perHour) {
      count.add(nowMs);
      this.#counts(app).events.add(nowMs);
      return { kind: 'deliver' };
    }
    const minuteSeconds = Math.floor(nowMs / 1000 / MINUTE_SECONDS) * MINUTE_SECONDS;
    if (this.#announced.get(key) === minuteSeconds) return { kind: 'drop' };
    this.#announced.set(key, minuteSeconds);
    return { kind: 'announce', minuteSeconds };
  }

  /** Counts a try; true when the app failed so many that its events end. */
  countTry(app: App, nowMs: number, isFailure: boolean): boolean {
    const { events, tries, failures } = this.#counts(app);
    tries.add(nowMs);
    if (!isFailure) return false;
    failures.add(nowMs);
    const { disableFromEvents, disableAboveFailures } = this.#limits;
    if (events.total(nowMs) < disableFromEvents) return false;
    return failures.total(nowMs) > disableAboveFailures * tries.total(nowMs);
  }

  /** An app whose events were switched on again begins anew. */
  forgive(app: App): void {
    this.#tries.delete(app.id);
  }

  #counts(app: App) {
    let counts = this.#tries.get(app.id);
    if (!counts) {
      counts = { events: new HourCount(), tries: new HourCount(), failures: new HourCount() };
      this.#tries.set(app.id, counts);
    }
    return counts;
  }
}
