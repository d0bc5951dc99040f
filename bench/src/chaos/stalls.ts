/**
 * Times in which the database did not answer a node until its lease was renewed: longer than a fault, and where nothing was done to
 * it, a machine that is too busy for the load. What a node finishes then may be written by nobody, as with its database cut off. The
 * only thing that is taken from a node's own words; it excuses repeats, no loss and no call after a fence. The report says how often
 * no fault explains it. Pure.
 */
import type { Stall, Trouble } from './evidence.ts';

/** The limit of a question about leases (packages/server, ownership/node-model.ts), after which it is logged, in milliseconds. */
const QUERY_LIMIT_MS = 2_000;

/** Words of ownership/lease-owner.ts, and those of a process that begins. */
const UNANSWERED = 'the lease cannot be renewed';
const FENCED = 'the lease is over: nothing is sent or written until it is renewed';
const ENDS: ReadonlySet<string> = new Set([
  'the lease can be renewed again',
  'the lease was renewed: work goes on',
  'connected to PostgreSQL',
]);

/** The log holds a line back that it has just written, and writes it at the end of that minute, in milliseconds. */
const HELD_BACK_MS = 60_000;
const HELD_BACK_TOLERANCE_MS = 500;

/** Within it nodes ask for the first time after their primary has gone without a word: how often leases are polled, and a busy machine. */
const NOTICED_MS = 3_000;

/** In the log of one node, whose processes follow each other. */
export function stallsIn(log: string, { node, endedAtMs }: { node: string; endedAtMs: number }): Stall[] {
  const stalls: Stall[] = [];
  let fromMs: number | undefined;
  let unansweredAtMs = Number.NEGATIVE_INFINITY;
  for (const line of log.split('\n')) {
    const { msg, atMs } = parse(line);
    if (msg === UNANSWERED) {
      const isHeldBack = Math.abs(atMs - unansweredAtMs - HELD_BACK_MS) < HELD_BACK_TOLERANCE_MS;
      unansweredAtMs = atMs;
      if (!isHeldBack) fromMs ??= atMs - QUERY_LIMIT_MS;
    }
    if (msg === FENCED) fromMs ??= atMs;
    if (fromMs === undefined || !ENDS.has(msg)) continue;
    stalls.push({ node, fromMs, untilMs: atMs });
    fromMs = undefined;
  }
  if (fromMs !== undefined) stalls.push({ node, fromMs, untilMs: endedAtMs });
  return stalls;
}

/** Those that no fault explains: nothing was done to the node, and nothing to all of them, but that they were killed. */
export function unexplained(stalls: readonly Stall[], troubles: readonly Trouble[]): Stall[] {
  const touches = (stall: Stall) => (trouble: Trouble) =>
    trouble.kind !== 'kill' &&
    trouble.kind !== 'terminate' &&
    (trouble.node === undefined || trouble.node === stall.node) &&
    trouble.fromMs <= stall.untilMs &&
    stall.fromMs <= trouble.untilMs + (trouble.kind === 'primary_gone' ? NOTICED_MS : 0);
  return stalls.filter((stall) => !troubles.some(touches(stall)));
}

function parse(line: string): { msg: string; atMs: number } {
  try {
    const { msg, time } = JSON.parse(line) as { msg?: unknown; time?: unknown };
    return { msg: String(msg), atMs: Date.parse(String(time)) };
  } catch {
    // What is printed for people, and the last line of a process that was killed.
    return { msg: '', atMs: 0 };
  }
}
