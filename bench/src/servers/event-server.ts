/** What every server of the benchmark is to the process around it. */

/** A server that takes events by HTTP. */
export interface EventServer {
  port: number;
}

/** What a listener, or what stands for one, reports. Cheap: it is called for each event. */
export interface Handled {
  count: number;
  /** When the last one was, in milliseconds since the epoch. */
  lastAtMs: number;
}

export const handled: Handled = { count: 0, lastAtMs: 0 };

/** One event reached the end of its way. */
export function noteHandled(): void {
  handled.count++;
  handled.lastAtMs = Date.now();
}
