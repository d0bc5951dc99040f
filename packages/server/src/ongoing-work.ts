/**
 * What goes on here: found by whatever is called in it, however often that waits. One AsyncLocalStorage for everybody who asks, because
 * entering one copies what all of them have, and each event pays for that.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** What log lines say that are written meanwhile. Ids only: they stand on lines that somebody else words. */
export interface LogFacts {
  readonly teamId?: string | undefined;
  readonly eventId?: string | undefined;
  /** Asked when a line is written, and not before. */
  readonly trace?: { readonly traceId?: string | undefined } | undefined;
}

/** Work that goes on. */
export interface OngoingWork {
  readonly logFacts: LogFacts;
  /** The run of listeners that it is, or is a part of: a ListenerWork. */
  readonly listenerWork: unknown;
}

const ongoing = new AsyncLocalStorage<OngoingWork>();

/** Runs `go` as a part of that work, and of no other around it. */
export function goOnWith<T>(work: OngoingWork, go: () => T): T {
  return ongoing.run(work, go);
}

/** Undefined where nothing goes on. */
export function ongoingWork(): OngoingWork | undefined {
  return ongoing.getStore();
}
