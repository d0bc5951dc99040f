/** What each process tells of itself in rows, for operators: the words. Nothing is decided by them; they are as old as they say. */
import type { InstallationKey } from '../team/installation.ts';

/** A running server. */
export interface ProcessReport {
  node: string;
  host: string;
  pid: number;
  version: string;
  transport: 'http' | 'socket' | 'rtm';
  startedAtMs: number;
  /** How many connections are in which state: of teams on RTM, of the app on Socket Mode. */
  connections: Readonly<Record<string, number>>;
}

/** One that was told; a process tells each half minute, so that one of which nothing was heard for two is gone. */
export interface ToldProcess extends ProcessReport {
  toldAtMs: number;
}

/** The connection of a team, as its process saw it last. */
export interface ConnectionReport {
  state: string;
  /** A word: what happened. */
  reason: string;
  attempt: number;
  sinceMs: number;
  /** Null unless it waits. */
  retryAtMs: number | null;
}

/** Slack said 429 to calls of a method for an installation. */
export interface RateLimit {
  key: InstallationKey;
  method: string;
  /** How often. */
  hits: number;
  lastAtMs: number;
  /** What Slack asked for last, and until when that is. */
  retryAfterMs: number;
  untilMs: number;
}

/** Between two reports of a process, in milliseconds. */
export const TELL_EVERY_MS = 30_000;

/** Of a process that told nothing for so long, in milliseconds, what it told before is not believed any more. */
export const GONE_AFTER_MS = 4 * TELL_EVERY_MS;

/** How long limits are remembered, in milliseconds: a day shows what happens at which hour. */
export const LIMIT_TTL_MS = 86_400_000;
