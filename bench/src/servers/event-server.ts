/** What every server of the benchmark is to the process around it. */

/** A server that takes events by HTTP. */
export interface EventServer {
  port: number;
  /** Those that end nothing have none. */
  stop?(): Promise<void>;
}

/** What a listener, or what stands for one, reports. Cheap: it is called for each event. */
export interface Handled {
  count: number;
  /** When the last one was, in milliseconds since the epoch. */
  lastAtMs: number;
}

export const handled: Handled = { count: 0, lastAtMs: 0 };

/** When each event was handled whose id was noted, in milliseconds since the epoch. */
export const handledAtMs = new Map<string, number>();

/** One event reached the end of its way. */
export function noteHandled(eventId?: string): void {
  handled.count++;
  handled.lastAtMs = Date.now();
  if (eventId !== undefined) handledAtMs.set(eventId, handled.lastAtMs);
}
