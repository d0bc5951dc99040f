/**
 * What the kills did, from what was written down outside of the server: which events got a 200, what the listener began and
 * ended, when the process was killed. Pure. The promise is P4: an accepted event is handled once, unless the process dies;
 * then only events that were unfinished, or had ended less than 100 ms before, come again, and say so by their attempt.
 */

/** A line of the listener's. */
export interface Handling {
  eventId: string;
  attempt: number;
  what: 'begin' | 'end';
  atMs: number;
}

/** From when the signal was sent until the process was gone. */
export interface Kill {
  atMs: number;
  goneAtMs: number;
}

export interface Evidence {
  /** When each event got its first 200. */
  accepted: ReadonlyMap<string, number>;
  /** In the order in which they were written. */
  handlings: readonly Handling[];
  kills: readonly Kill[];
  /** What the database says of itself: `ok`, or what is wrong; undefined where nothing can be asked. */
  integrity: string | undefined;
}

export interface Verdict {
  accepted: number;
  handled: number;
  kills: number;
  /** The fewest accepted and unfinished events that a kill met. */
  leastQueue: number;
  /** Accepted, and no listener ended it. */
  lost: readonly string[];
  repeatedInside: number;
  /** Repeats that P4 does not allow, with the reason. */
  repeatedOutside: readonly string[];
  /** Everything else that is wrong. */
  problems: readonly string[];
  isKept: boolean;
}

/** Ended less than so long before a kill, an event may come again. In milliseconds. */
export const REPEAT_WINDOW_MS = 100;

/** Judges; nothing that is missing in the evidence counts as good. */
export function judge({ accepted, handlings, kills, integrity }: Evidence): Verdict {
  const runs = runsByEvent(handlings);
  const hasEnded = (eventId: string) => runs.get(eventId)?.some(({ endAtMs }) => endAtMs !== undefined) ?? false;
  const lost = Array.from(accepted.keys()).filter((eventId) => !hasEnded(eventId));
  const repeats = Array.from(runs).flatMap(([eventId, list]) => repeatsOf(eventId, list, kills));
  const repeatedOutside = repeats.filter((why) => why !== undefined);
  const queues = kills.map(({ atMs }) => queueAt(atMs, accepted, runs));
  const problems = [
    ...(integrity === undefined || integrity === 'ok' ? [] : [`integrity check: ${integrity}`]),
    ...(kills.length === 0 ? ['nothing was killed'] : []),
    ...queues.flatMap((queue, index) => (queue > 0 ? [] : [`kill ${index + 1} met an empty queue and proves nothing`])),
  ];
  return {
    accepted: accepted.size,
    handled: Array.from(runs.keys()).filter(hasEnded).length,
    kills: kills.length,
    leastQueue: queues.length === 0 ? 0 : Math.min(...queues),
    lost,
    repeatedInside: repeats.length - repeatedOutside.length,
    repeatedOutside,
    problems,
    isKept: lost.length === 0 && repeatedOutside.length === 0 && problems.length === 0,
  };
}

/** One time that a listener began an event. */
interface Run {
  attempt: number;
  beginAtMs: number;
  endAtMs?: number;
}

function runsByEvent(handlings: readonly Handling[]): Map<string, Run[]> {
  const runs = new Map<string, Run[]>();
  for (const { eventId, attempt, what, atMs } of handlings) {
    const list = runs.get(eventId) ?? [];
    runs.set(eventId, list);
    if (what === 'begin') list.push({ attempt, beginAtMs: atMs });
    const open = list.find((run) => run.attempt === attempt && run.endAtMs === undefined);
    if (what === 'end' && open) open.endAtMs = atMs;
  }
  return runs;
}

/** One entry per repeat: undefined where it is allowed, otherwise why it is not. */
function repeatsOf(eventId: string, runs: readonly Run[], kills: readonly Kill[]): (string | undefined)[] {
  return runs.slice(1).map((run, index) => {
    const before = runs[index];
    const between = kills.filter((kill) => before && isBetween(kill, before, run));
    if (!before || between.length === 0) return `${eventId} was handled again without a kill: ${JSON.stringify(runs)}`;
    const { endAtMs } = before;
    const soonestMs = Math.min(...between.map(({ atMs }) => atMs - (endAtMs ?? atMs)));
    if (soonestMs >= REPEAT_WINDOW_MS) return `${eventId} came again; it had ended ${soonestMs} ms before the kill`;
    if (!(run.attempt > 1)) return `${eventId} came again as attempt ${run.attempt}`;
    return undefined;
  });
}

/** Times are those of one machine, written with whole milliseconds. */
function isBetween(kill: Kill, before: Run, again: Run): boolean {
  return before.beginAtMs <= kill.goneAtMs && kill.atMs <= again.beginAtMs;
}

function queueAt(
  atMs: number,
  accepted: ReadonlyMap<string, number>,
  runs: ReadonlyMap<string, readonly Run[]>,
): number {
  let queue = 0;
  for (const [eventId, acceptedAtMs] of accepted) {
    const hasEnded = runs.get(eventId)?.some((run) => run.endAtMs !== undefined && run.endAtMs <= atMs);
    if (acceptedAtMs <= atMs && !hasEnded) queue++;
  }
  return queue;
}
