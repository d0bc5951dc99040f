/**
 * Sums up what a broken database makes everybody say: with 50 teams that were 740 lines in 15 s. A line about it is written
 * once a minute for each message and cause, with the number of those that were not. Everything else passes.
 */
import { isBotServerError } from '../errors.ts';
import type { Clock } from '../time/clock.ts';
import type { Logger } from './logger.ts';

const EVERY_MS = 60_000;
/** Causes and messages are few; should they not be, the oldest is forgotten. */
const MAX_KINDS = 200;

interface Kind {
  writtenAtMs: number;
  /** Lines that were not written since. */
  unwritten: number;
}

/** A log that says nothing of it twice a minute. */
export function sumUpStorms(log: Logger, clock: Pick<Clock, 'monotonic'>): Logger {
  const kinds = new Map<string, Kind>();

  const summing =
    (level: 'warn' | 'error'): Logger['warn'] =>
    (facts, message) => {
      const cause = causeOf(facts);
      const alike = cause === undefined ? 0 : admit(`${message} ${cause}`);
      if (alike !== undefined) log[level](alike === 0 ? facts : { ...facts, alike }, message);
    };

  /** How many like it were left out before this one; undefined when it is left out, too. */
  function admit(kind: string): number | undefined {
    const nowMs = clock.monotonic();
    const known = kinds.get(kind);
    if (known && nowMs - known.writtenAtMs < EVERY_MS) {
      known.unwritten += 1;
      return undefined;
    }
    kinds.delete(kind);
    kinds.set(kind, { writtenAtMs: nowMs, unwritten: 0 });
    const [oldest] = kinds.keys();
    if (kinds.size > MAX_KINDS && oldest !== undefined) kinds.delete(oldest);
    return known?.unwritten ?? 0;
  }

  return {
    trace: (facts, message) => log.trace(facts, message),
    debug: (facts, message) => log.debug(facts, message),
    info: (facts, message) => log.info(facts, message),
    warn: summing('warn'),
    error: summing('error'),
    isLevelEnabled: (level) => log.isLevelEnabled?.(level) ?? true,
  };
}

/** What the database said, where that is why the line is written. */
function causeOf(facts: object): string | undefined {
  let error = (facts as { err?: unknown }).err;
  for (let depth = 0; error instanceof Error && depth < 5; depth++) {
    if (isBotServerError(error, 'store_unavailable')) return error.message;
    error = error.cause;
  }
  return undefined;
}
