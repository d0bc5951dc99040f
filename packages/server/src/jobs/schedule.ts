/** When a job runs: planned times that are the same in every process and after every restart. Counts; waits for nothing. */
import { Cron } from 'croner';
import { BotServerError } from '../errors.ts';

/** How often: each minute, hour or day of UTC, or each `seconds` (a whole number) since 1970. */
export type JobInterval = 'minute' | 'hour' | 'day' | { seconds: number };

/**
 * A cron pattern of five fields, or six with seconds first, on the clocks of a time zone.
 * A fixed time that a change of the clocks leaves out runs right after the gap; one that comes twice runs the first time.
 */
export interface CronPattern {
  cron: string;
  /** A name of the IANA data base, for example Europe/Berlin. @defaultValue 'UTC' */
  timezone?: string;
}

export type JobSchedule = JobInterval | CronPattern;

/** The planned times of a job, in milliseconds since the epoch. */
export interface Schedule {
  /** For logs and names. */
  label: string;
  /** The first planned time after `ms`; undefined when none comes any more. */
  next(ms: number): number | undefined;
  /** The last planned time at or before `ms`. */
  previous(ms: number): number | undefined;
}

/** @throws BotServerError `usage` for what is no interval, no cron pattern, or a pattern that never occurs */
export function createSchedule(given: JobSchedule, nowMs: number): Schedule {
  if (typeof given === 'object' && given !== null && 'cron' in given) return cronSchedule(given, nowMs);
  const { label, intervalMs } = parseInterval(given);
  return {
    label,
    previous: (ms) => Math.floor(ms / intervalMs) * intervalMs,
    next: (ms) => (Math.floor(ms / intervalMs) + 1) * intervalMs,
  };
}

const intervals: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** @throws BotServerError `usage` */
export function parseInterval(given: JobInterval): { label: string; intervalMs: number } {
  if (typeof given === 'string' && Object.hasOwn(intervals, given)) {
    return { label: given, intervalMs: intervals[given] ?? 0 };
  }
  const seconds: unknown = typeof given === 'object' && given !== null ? given.seconds : undefined;
  if (typeof seconds === 'number' && Number.isSafeInteger(seconds * 1_000) && Number.isInteger(seconds) && seconds >= 1)
    return { label: `${seconds} s`, intervalMs: seconds * 1_000 };
  throw new BotServerError(
    'usage',
    `${JSON.stringify(given)} is not an interval of a job; allowed are 'minute', 'hour', 'day' and { seconds: n } with a whole n ≥ 1`,
  );
}

function cronSchedule({ cron, timezone = 'UTC' }: CronPattern, nowMs: number): Schedule {
  const label = `cron ${cron} ${timezone}`;
  try {
    // Without a function and paused it only counts: timers are the Clock's.
    const times = new Cron(cron, { timezone, paused: true });
    const schedule = {
      label,
      next: (ms: number) => times.nextRun(new Date(ms))?.getTime(),
      // croner looks before its reference.
      previous: (ms: number) => times.previousRuns(1, new Date(ms + 1))[0]?.getTime(),
    };
    if (schedule.next(nowMs) !== undefined) return schedule;
  } catch (cause) {
    throw new BotServerError('usage', `The ${label} cannot be read`, { cause });
  }
  throw new BotServerError('usage', `The ${label} never occurs`);
}
