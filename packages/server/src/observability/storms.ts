/**
 * Sums up what a broken database makes everybody say: with 50 teams that were 740 lines in 15 s. A line about it is written
 * once a minute for each message and cause, with the number of those that were not, also when no more come. Everything else passes.
 */
import { isBotServerError } from '../errors.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Logger } from './logger.ts';

/** A line a minute for each cause shows that it goes on, and fills no log. */
const EVERY_MS = 60_000;
/** Causes and messages are few; should they not be, the oldest is forgotten, and its count written. */
const MAX_KINDS = 200;

type Level = 'warn' | 'error';

/** A line that was not written: the last of its kind. */
interface LeftOut {
  level: Level;
  facts: object;
  message: string;
  /** Of its kind since the last one that was written, this one included. */
  count: number;
}

interface Kind {
  /** Until then nothing more is written of it. */
  timer: Timer;
  leftOut: LeftOut | undefined;
}

/** A log that sums up. */
export interface StormLog extends Logger {
  /** Writes what was left out and not told yet. From then on everything passes. */
  endStorms(): void;
}

/** A log that says nothing of it twice a minute; a minute after the last line it says how many there were. */
export function sumUpStorms(log: Logger, clock: Pick<Clock, 'after'>): StormLog {
  const kinds = new Map<string, Kind>();
  let isEnded = false;

  const summing =
    (level: Level): Logger['warn'] =>
    (facts, message) => {
      const cause = isEnded ? undefined : causeOf(facts);
      if (cause === undefined) return log[level](facts, message);
      const name = `${message} ${cause}`;
      const kind = kinds.get(name);
      if (kind) {
        kind.leftOut = { level, facts, message, count: (kind.leftOut?.count ?? 0) + 1 };
        return;
      }
      log[level](facts, message);
      begin(name);
    };

  function begin(name: string): void {
    kinds.set(name, { timer: clock.after(EVERY_MS, () => sumUp(name)), leftOut: undefined });
    const [oldest] = kinds.keys();
    if (kinds.size > MAX_KINDS && oldest !== undefined) write(oldest);
  }

  /** A minute is over: goes on while there are more. */
  function sumUp(name: string): void {
    if (write(name)) begin(name);
  }

  /** Writes the last line that was left out, with how many others were like it, and forgets the kind. */
  function write(name: string): boolean {
    const kind = kinds.get(name);
    kinds.delete(name);
    kind?.timer.cancel();
    if (!kind?.leftOut) return false;
    const { level, facts, message, count } = kind.leftOut;
    log[level](count === 1 ? facts : { ...facts, alike: count - 1 }, message);
    return true;
  }

  return {
    trace: (facts, message) => log.trace(facts, message),
    debug: (facts, message) => log.debug(facts, message),
    info: (facts, message) => log.info(facts, message),
    warn: summing('warn'),
    error: summing('error'),
    isLevelEnabled: (level) => log.isLevelEnabled?.(level) ?? true,
    endStorms() {
      isEnded = true;
      for (const name of kinds.keys()) write(name);
    },
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
