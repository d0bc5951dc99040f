/**
 * Which broadcasts have a writer that died: for a minute no team was added. Remembers what it saw, because neither the writer, which may be a
 * command on another machine, nor its clock can be asked. One that was only frozen finds its broadcast cancelled, and says so.
 */

/** A page of teams is written within a second; in milliseconds. */
export const STALLED_AFTER_MS = 60_000;

interface Seen {
  lastTeam: string | null;
  /** For how long this process has watched it stand still. */
  stillMs: number;
}

/** One per server; never one broadcast alone, because several commands may write at once. */
export class StalledWriters {
  readonly #maxGapMs: number;
  #seen = new Map<number, Seen>();
  #observedAtMs = 0;

  /** @param options.maxGapMs A longer gap between two looks counts as this much: frozen or asleep this process saw nothing. */
  constructor({ maxGapMs }: { maxGapMs: number }) {
    this.#maxGapMs = maxGapMs;
  }

  /** Answers those of them that have stood still for long enough. @param nowMs Monotonic. */
  observe(filling: readonly { id: number; lastTeam: string | null }[], nowMs: number): number[] {
    const watchedMs = Math.min(nowMs - this.#observedAtMs, this.#maxGapMs);
    this.#observedAtMs = nowMs;
    const seen = new Map<number, Seen>();
    for (const { id, lastTeam } of filling) {
      const before = this.#seen.get(id);
      seen.set(id, { lastTeam, stillMs: before?.lastTeam === lastTeam ? before.stillMs + watchedMs : 0 });
    }
    this.#seen = seen;
    return Array.from(seen).flatMap(([id, { stillMs }]) => (stillMs >= STALLED_AFTER_MS ? [id] : []));
  }
}
