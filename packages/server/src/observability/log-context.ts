/**
 * What every log line says that is written while something goes on: of which event, of which team, in which trace. Follows
 * asynchronous work, so that lines of Bolt, of the SDK and of the one fetch have it as well as ours.
 */
import { goOnWith, type LogFacts, ongoingWork } from '../ongoing-work.ts';

/** Runs work whose lines carry these facts, and no others of work around it. */
export function withLogFacts<T>(logFacts: LogFacts, work: () => T): T {
  return goOnWith({ logFacts, listenerWork: ongoingWork()?.listenerWork }, work);
}

/** What a line says, and the facts of the work that goes on; what it says itself counts. */
export function withPresentFacts(said: object): object {
  const { teamId, eventId, trace } = ongoingWork()?.logFacts ?? {};
  const traceId = trace?.traceId;
  return {
    ...(teamId !== undefined && { teamId }),
    ...(eventId !== undefined && { eventId }),
    ...(traceId !== undefined && { traceId }),
    ...said,
  };
}
