/**
 * Which broadcasts have a writer that died: for a minute no team was added. Remembers what it saw, because neither the writer, which may be a
 * command on another machine, nor its clock can be asked. One that was only frozen finds its broadcast cancelled, and says so.
 */

/** A page of teams is written within a second; in milliseconds. */
export const STALLED_AFTER_MS = 60_000;

interface Seen {
  lastTeam: string | null;
  /** Monotonic. */
  sinceMs: number;
}

/** One per server; never one broadcast alone, because several commands may write at once. */
export class StalledWriters {
  #seen = new Map<number, Seen>();

  /** Answers those of them that have stood still for long enough. */
  observe(filling: readonly { id: number; lastTeam: string | null }[], nowMs: number): number[] {
    const seen = new Map<number, Seen>();
    for (const { id, lastTeam } of filling) {
      const before = this.#seen.get(id);
      seen.set(id, before?.lastTeam === lastTeam ? before : { lastTeam, sinceMs: nowMs });
    }
    this.#seen = seen;
    return Array.from(seen).flatMap(([id, { sinceMs }]) => (nowMs - sinceMs >= STALLED_AFTER_MS ? [id] : []));
  }
}
