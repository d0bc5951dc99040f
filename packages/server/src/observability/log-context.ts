/**
 * What every log line says that is written while something goes on: of which event, of which team, in which trace. Follows
 * asynchronous work, so that lines of Bolt, of the SDK and of the one fetch have it as well as ours.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Ids only: they stand on lines that somebody else words. */
export interface LogFacts {
  readonly teamId?: string;
  readonly eventId?: string | undefined;
  readonly traceId?: string | undefined;
}

const present = new AsyncLocalStorage<LogFacts>();

/** Runs work whose lines carry these facts, and no others of work around it. */
export function withLogFacts<T>(facts: LogFacts, work: () => T): T {
  return present.run(facts, work);
}

/** What a line says, and the facts of the work that goes on; what it says itself counts. */
export function withPresentFacts(said: object): object {
  const facts = present.getStore();
  return facts ? { ...facts, ...said } : said;
}
