/** What became of messages and deliveries, from the simulator's log and the listeners' lines. Pure. */
import type { LogRecord } from 'slack-simulator';
import { nameOf } from '../chaos/evidence.ts';
import { numberIn } from '../chaos/lines.ts';
import type { ClusterLine, Handling } from './evidence.ts';

/** A person's message on its way to a listener. */
export interface Heard {
  number: number;
  team: string;
  saidAtMs: number;
  /** When a listener began it for the first time; undefined: never. */
  beganAtMs: number | undefined;
  /** Who did. */
  node: string | undefined;
  isEnded: boolean;
  /** How often a listener began it. */
  begins: number;
}

/** A delivery that Slack got its ack for. */
export interface Accepted {
  eventId: string;
  team: string;
  /** When the try began that was acknowledged. */
  sentAtMs: number;
}

/** The messages that people wrote in a time, in order. */
export function heardOf(log: readonly LogRecord[], lines: readonly ClusterLine[]): Heard[] {
  const byNumber = Map.groupBy(handlingsOf(lines), ({ number }) => number);
  return log.flatMap(({ kind, team = '', text = '', atMs }) => {
    const number = kind === 'message' ? numberIn(text) : undefined;
    if (number === undefined) return [];
    const own = byNumber.get(number) ?? [];
    const begins = own.filter(({ what }) => what === 'begin');
    const first = begins.reduce<Handling | undefined>((a, b) => (a && a.atMs <= b.atMs ? a : b), undefined);
    return [
      {
        number,
        team,
        saidAtMs: atMs,
        beganAtMs: first?.atMs,
        node: first && nameOf(first.node),
        isEnded: own.some(({ what }) => what === 'end'),
        begins: begins.length,
      },
    ];
  });
}

/** What people call the bot by in the app's events. */
const MENTION = 'app_mention';

export function acceptedOf(log: readonly LogRecord[]): Accepted[] {
  return log.flatMap(({ kind, ok, event, eventId, team = '', atMs }) =>
    kind === 'delivery' && ok && event === MENTION && eventId !== undefined ? [{ eventId, team, sentAtMs: atMs }] : [],
  );
}

/** What was read from its RTM socket is committed within so long, in milliseconds. */
const COMMITTED_MS = 3_000;

/** Numbers of messages that came over RTM on a socket which stayed open for long enough. */
export function reachedOf(log: readonly LogRecord[]): ReadonlySet<number> {
  const closedAtMs = new Map<string, number>();
  for (const { kind, socket, atMs } of log) if (kind === 'socket_close' && socket) closedAtMs.set(socket, atMs);
  return new Set(
    log.flatMap(({ kind, frame, socket = '', text = '', atMs }) => {
      const number = kind === 'frame_out' && frame === 'message' ? numberInFrame(text) : undefined;
      const isRead = (closedAtMs.get(socket) ?? Number.POSITIVE_INFINITY) - atMs >= COMMITTED_MS;
      return number === undefined || !isRead ? [] : [number];
    }),
  );
}

/** The frame is JSON of which the log keeps the beginning. */
function numberInFrame(text: string): number | undefined {
  const [, said] = /"text":"([^"]*)"/.exec(text) ?? [];
  return said === undefined ? undefined : numberIn(said);
}

/** Accepted events that no listener ended. */
export function lostOf(accepted: readonly Accepted[], lines: readonly ClusterLine[]): Accepted[] {
  const ended = new Set(handlingsOf(lines).flatMap(({ what, eventId }) => (what === 'end' ? [eventId] : [])));
  return accepted.filter(({ eventId }) => !ended.has(eventId));
}

/**
 * From the moment when Slack began to send it until a listener began it, in milliseconds, of each event that a node accepted whose
 * team another node had.
 */
export function crossNodeMs(accepted: readonly Accepted[], lines: readonly ClusterLine[], acceptor: string): number[] {
  const begun = new Map<string, Handling>();
  for (const line of handlingsOf(lines)) {
    if (line.what === 'begin' && !begun.has(line.eventId)) begun.set(line.eventId, line);
  }
  return accepted.flatMap(({ eventId, sentAtMs }) => {
    const began = begun.get(eventId);
    return began && nameOf(began.node) !== acceptor ? [began.atMs - sentAtMs] : [];
  });
}

/** Who handled each team's last event before a moment. */
export function ownersAt(lines: readonly ClusterLine[], atMs: number): Map<string, string> {
  const owners = new Map<string, string>();
  const before = handlingsOf(lines).filter((line) => line.what === 'begin' && line.atMs < atMs);
  for (const { team, node } of before.toSorted((a, b) => a.atMs - b.atMs)) owners.set(team, nameOf(node));
  return owners;
}

/** How long each of these teams waited, from a moment until another node than the one that died began one of its events. */
export function servedElsewhere(
  lines: readonly ClusterLine[],
  { teams, dead, fromMs }: { teams: readonly string[]; dead: string; fromMs: number },
): Map<string, number> {
  const wanted = new Set(teams);
  const served = new Map<string, number>();
  for (const { what, team, node, atMs } of handlingsOf(lines)) {
    if (what !== 'begin' || atMs < fromMs || nameOf(node) === dead || !wanted.has(team)) continue;
    served.set(team, Math.min(atMs - fromMs, served.get(team) ?? Number.POSITIVE_INFINITY));
  }
  return served;
}

function handlingsOf(lines: readonly ClusterLine[]): Handling[] {
  return lines.filter((line) => line.what !== 'gap');
}
