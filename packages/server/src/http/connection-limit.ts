/** How many connections the pages and the request URL may have, by what the operating system lets this process open. */
import { readFileSync } from 'node:fs';

/** Slack and the proxies before this server use some hundreds at most; each takes about 20 KiB of memory. */
const MOST = 4_096;
/** A server that cannot have these is of no use. */
const LEAST = 64;
/** The rest is for sockets of teams, calls to Slack and the database. */
const SHARE = 1 / 4;

/** The limit for a process that may have so many files open; undefined where that is not known. */
export function connectionLimit(openFiles: number | undefined): number {
  if (openFiles === undefined) return MOST;
  return Math.min(MOST, Math.max(LEAST, Math.floor(openFiles * SHARE)));
}

/** `ulimit -n` of this process, where the system says it in a file (Linux). */
export function openFilesLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
