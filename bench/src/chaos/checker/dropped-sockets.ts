/**
 * A cluster drops no socket that it need not: not when its database restarts or fails over, and in planned moves only a few teams are
 * without one at the same time. Counted is what a client closed and left its team without any socket. Pure.
 */
import { type Evidence, LEASE_MS, type Trouble } from '../evidence.ts';
import { overlapMs } from '../pauses.ts';
import { victimsOf } from './lost-events.ts';
import { type Socket, socketsOf } from './sockets.ts';

export interface DroppedSockets {
  /** Each that nothing explains, and planned moves of too many teams at once. */
  dropped: string[];
  /** Given up for dead, or with the lease, while the machine had no time for those who answer. */
  excused: string[];
  /** Planned moves to another node. */
  moved: number;
  /** So many teams were without a socket at the same time because of planned moves. */
  movedAtOnce: number;
}

/** A move: another node opens the team's next socket within so long, in milliseconds. */
const MOVE_MS = 10_000;
/** The sockets of a process end with it; their end is seen a moment later, in milliseconds. */
const END_MS = 1_000;
/** A connection through a cut is given up until so long after it, in milliseconds: packages/server, pingIntervalMs + pongTimeoutMs. */
const GIVEN_UP_MS = 15_000;
/** Who does nothing for so long misses a pong, in milliseconds: packages/server, pongTimeoutMs. */
const PONG_MS = 5_000;
/** Less a beat: packages/server, ownership/node-model.ts. */
const UNRENEWED_MS = LEASE_MS - 2_500;
/** A node fences at nine tenths of its lease, and ends its Socket Mode connections then; the last renewal was up to a beat before the fault. */
const FENCED_MS = 0.9 * LEASE_MS - 2_500;
/** More teams than these without a socket at once are a mass drop, whatever it is called: a tenth, or what connects in a second. */
const FEWEST_OF_MASS = 5;

export function droppedSockets(evidence: Evidence): DroppedSockets {
  const victims = victimsOf(evidence.log);
  const found: DroppedSockets = { dropped: [], excused: [], moved: 0, movedAtOnce: 0 };
  const moves: Gap[] = [];
  for (const [team, sockets] of Map.groupBy(socketsOf(evidence), (one) => one.team)) {
    if (victims.has(team)) continue;
    for (const gap of gapsIn(sockets)) sortIn(gap, evidence, found, moves);
  }
  found.movedAtOnce = mostAtOnce(moves);
  const { teams, connectsPerSecond, transport } = evidence;
  const limit = Math.max(FEWEST_OF_MASS, Math.min(connectsPerSecond, Math.ceil(teams / 10)));
  if (transport === 'rtm' && found.movedAtOnce > limit) {
    found.dropped.push(`${found.movedAtOnce} teams were without a socket at the same time because they were moved`);
  }
  return found;
}

/** A team without a socket, from the end of its last one. */
interface Gap {
  last: Socket;
  next: Socket | undefined;
}

function gapsIn(sockets: readonly Socket[]): Gap[] {
  return sockets
    .filter(({ closedBy }) => closedBy === 'client')
    .filter((last) => !sockets.some((one) => one !== last && one.fromMs <= last.untilMs && one.untilMs > last.untilMs))
    .map((last) => ({ last, next: sockets.find(({ fromMs }) => fromMs > last.untilMs) }));
}

function sortIn(gap: Gap, evidence: Evidence, found: DroppedSockets, moves: Gap[]): void {
  const { last, next } = gap;
  if (evidence.troubles.some((trouble) => explains(trouble, last) || isFence(trouble, last, evidence))) return;
  const slowness = pauseBefore(last, evidence) ?? stallBefore(last, evidence);
  if (slowness === undefined && next && next.node !== last.node && next.fromMs - last.untilMs <= MOVE_MS) {
    found.moved += 1;
    moves.push(gap);
    return;
  }
  const team = last.team === '' ? 'of the app' : `of ${last.team}`;
  const seconds = Math.round((last.untilMs - last.fromMs) / 1_000);
  const words = `${last.node ?? 'a stranger'} closed the socket ${team} after ${seconds} s${beside(last, evidence)}`;
  if (slowness === undefined) found.dropped.push(words);
  else found.excused.push(`${words}; ${slowness}`);
}

/** Whether it is no wonder that the node's socket ended. */
function explains({ kind, node, fromMs, untilMs }: Trouble, { node: owner, untilMs: atMs }: Socket): boolean {
  if (node === undefined || node !== owner || atMs < fromMs) return false;
  if (kind === 'kill') return atMs <= untilMs + END_MS;
  // Of a planned end the first ones are moves.
  if (kind === 'terminate') return untilMs - END_MS <= atMs && atMs <= untilMs + END_MS;
  if (kind === 'cut_slack') return atMs <= untilMs + GIVEN_UP_MS;
  if (kind !== 'freeze' && kind !== 'cut_database') return false;
  // What others have is closed when the node learns of it; until then it keeps what it has.
  return untilMs - fromMs >= LEASE_MS && untilMs - END_MS <= atMs && atMs <= untilMs + LEASE_MS;
}

/** Whether a node without its database made Slack send elsewhere: a connection of Socket Mode that cannot store is in the way. */
function isFence({ kind, node, fromMs, untilMs }: Trouble, socket: Socket, { transport }: Evidence): boolean {
  if (transport !== 'socket' || (kind !== 'cut_database' && kind !== 'database_down')) return false;
  if (node !== undefined && node !== socket.node) return false;
  return fromMs + FENCED_MS <= socket.untilMs && socket.untilMs <= untilMs + END_MS;
}

/** The fault that was under way, for the reader. */
function beside({ untilMs: atMs }: Socket, { troubles }: Evidence): string {
  const last = troubles.findLast(({ fromMs }) => fromMs <= atMs);
  if (!last) return '';
  const { kind, node } = last;
  return `, ${((atMs - last.fromMs) / 1_000).toFixed(1)} s after ${kind}${node === undefined ? '' : ` of ${node}`} began`;
}

function pauseBefore({ node, untilMs }: Socket, { pauses = [] }: Evidence): string | undefined {
  const before = { fromMs: untilMs - GIVEN_UP_MS, untilMs };
  const pause = pauses.find(
    (one) => (one.of === node || one.of === 'simulator' || one.of === 'wires') && overlapMs(one, before) >= PONG_MS,
  );
  return pause && `${pause.of} had done nothing for ${inSeconds(pause)}`;
}

/** A database that does not answer a node for nearly a lease costs it that, and no fault lasts so long which does not say so. */
function stallBefore({ node, untilMs }: Socket, { stalls = [] }: Evidence): string | undefined {
  const before = { fromMs: untilMs - GIVEN_UP_MS, untilMs };
  const stall = stalls.find(
    (one) => one.node === node && one.untilMs - one.fromMs >= UNRENEWED_MS && overlapMs(one, before) > 0,
  );
  return stall && `the database had not answered ${stall.node} for ${inSeconds(stall)}`;
}

function inSeconds({ fromMs, untilMs }: { fromMs: number; untilMs: number }): string {
  return `${((untilMs - fromMs) / 1_000).toFixed(1)} s`;
}

function mostAtOnce(moves: readonly Gap[]): number {
  const changes = moves.flatMap(({ last, next }) => [
    { atMs: last.untilMs, by: 1 },
    { atMs: next?.fromMs ?? last.untilMs, by: -1 },
  ]);
  let most = 0;
  let now = 0;
  for (const { by } of changes.toSorted((a, b) => a.atMs - b.atMs || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}
