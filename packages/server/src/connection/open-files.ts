/**
 * How many files this process may have open (ulimit -n), and how many connections of teams that leaves room for. Each team of
 * RTM takes one; the rest is for requests, calls to Slack and the store, which must go on when there are more teams than that.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { type ConnectLimiterOptions, connectLimiterDefaults } from './connect-limiter.ts';

/** Open files that are not sockets of teams, as a process has them that has just started, where they cannot be counted. */
const USUAL_OPEN = 40;
/** Kept free in any case: for requests, calls and files of the store. */
const MIN_RESERVE = 64;
const MAX_RESERVE = 1_024;
const RESERVE_SHARE = 1 / 4;

/** What the limit of open files leaves. */
export interface FileRoom {
  /** Undefined = not known. */
  limit: number | undefined;
  /** So many connections of teams at most; Infinity without a limit. */
  teams: number;
  /** So many connects under way at once at most: each takes a second file for its call. */
  connects: number;
}

/** Shares out a limit. */
export function shareFiles(limit: number | undefined, openNow: number): FileRoom {
  if (limit === undefined) return { limit, teams: Number.POSITIVE_INFINITY, connects: Number.POSITIVE_INFINITY };
  const reserve = Math.max(MIN_RESERVE, Math.min(MAX_RESERVE, Math.floor(limit * RESERVE_SHARE)));
  return {
    limit,
    teams: Math.max(1, limit - openNow - reserve),
    connects: Math.max(1, Math.floor(reserve / 4)),
  };
}

/** What this process has room for. Node raises the soft limit to the hard one at its start. */
export function fileRoomOfProcess(): FileRoom {
  return shareFiles(limitOfOpenFiles(), openFiles());
}

/** The settings of a limiter, and no more than there are files for. */
export function limitToFiles(options: ConnectLimiterOptions = {}, room: FileRoom | undefined): ConnectLimiterOptions {
  if (!room) return options;
  const { maxConcurrent = connectLimiterDefaults.maxConcurrent, maxSockets = Number.POSITIVE_INFINITY } = options;
  return {
    ...options,
    maxConcurrent: Math.min(maxConcurrent, room.connects),
    maxSockets: Math.min(maxSockets, room.teams),
  };
}

/** Says once when there are more teams than fit, at the start or later; and once more when they fitted meanwhile. */
export class FileLimit {
  readonly room: FileRoom;
  readonly #log: { warn(facts: object, message: string): void };
  #isTold = false;

  constructor(room: FileRoom, log: { warn(facts: object, message: string): void }) {
    this.room = room;
    this.#log = log;
  }

  /** So many teams want a connection of their own now. */
  note(teams: number): void {
    const { limit, teams: room } = this.room;
    const isTooMany = teams > room;
    if (isTooMany && !this.#isTold) {
      this.#log.warn(
        { limit, room, teams },
        'the limit of open files is too low for all teams: those without room wait; raise it (ulimit -n, LimitNOFILE)',
      );
    }
    this.#isTold = isTooMany;
  }
}

/** The soft limit, in files; undefined where there is none or none can be read. */
function limitOfOpenFiles(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft !== undefined && /^\d+$/.test(soft) ? Number(soft) : undefined;
  } catch {
    // Linux alone has that file; others are left to themselves.
    return undefined;
  }
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return USUAL_OPEN;
  }
}
