/**
 * P4: an accepted event reaches a listener. Over HTTP it is accepted when Slack got its 200, over Socket Mode its ack; RTM has none, so a message counts
 * that was sent on a socket which stayed open, by a node and with a database that nothing was done to. Pure.
 */
import type { LogRecord } from 'slack-simulator';
import type { Evidence } from '../evidence.ts';
import { numberIn } from '../lines.ts';
import { coveredMs } from '../pauses.ts';
import { removal } from '../people.ts';
import type { Run } from './runs.ts';
import { type Socket, socketsOf } from './sockets.ts';

/** Accepted events by what the listeners know them by, and those whose acceptance nobody can know from outside. */
export interface Accepted {
  /** Ids of events (HTTP, Socket Mode) or numbers of messages (RTM), each with its team. */
  owed: ReadonlyMap<string, string>;
  doubtful: number;
}

/** A message that was read from its socket is committed within so long, in milliseconds. */
const COMMIT_MS = 3_000;
/** After the database is back, connections of pools and the inbox are, in milliseconds. */
const RECOVERED_MS = 15_000;

/** Teams whose app somebody removed: what comes for them afterwards may be dropped. */
export function victimsOf(log: readonly LogRecord[]): Set<string> {
  const removals = log.filter(({ kind, fault = '' }) => kind === 'fault' && REMOVALS.has(fault));
  return new Set(removals.flatMap(({ team }) => (team === undefined ? [] : [team])));
}

const REMOVALS: ReadonlySet<string> = new Set(Object.values(removal));

export function acceptedOf(evidence: Evidence): Accepted {
  return evidence.transport === 'rtm' ? acceptedByRtm(evidence) : acceptedByAck(evidence);
}

/** Owed, and no listener ended it. */
export function lostOf({ owed }: Accepted, runs: ReadonlyMap<number, readonly Run[]>): string[] {
  const ended = new Set<string>();
  for (const [number, list] of runs) {
    for (const { eventId, endAtMs } of list) if (endAtMs !== undefined) ended.add(eventId).add(`m${number}`);
  }
  return Array.from(owed).flatMap(([event, team]) => (ended.has(event) ? [] : [`${event} of ${team}`]));
}

function acceptedByAck({ log }: Evidence): Accepted {
  const victims = victimsOf(log);
  const owed = new Map<string, string>();
  for (const { kind, ok, event, eventId, team = '' } of log) {
    if (kind !== 'delivery' || event !== 'app_mention' || !ok || eventId === undefined) continue;
    if (!victims.has(team)) owed.set(eventId, team);
  }
  return { owed, doubtful: 0 };
}

/** A message on its way to a bot: over which socket, whose that is, and how long that one lived. */
interface Sent {
  number: number;
  team: string;
  socket: Socket;
  atMs: number;
}

function acceptedByRtm(evidence: Evidence): Accepted {
  const owed = new Map<string, string>();
  const doubtful = new Set<string>();
  for (const one of sentOf(evidence)) {
    if (isCommitted(one, evidence)) owed.set(`m${one.number}`, one.team);
    else doubtful.add(`m${one.number}`);
  }
  for (const event of owed.keys()) doubtful.delete(event);
  return { owed, doubtful: doubtful.size };
}

function sentOf(evidence: Evidence): Sent[] {
  const victims = victimsOf(evidence.log);
  const sockets = new Map(socketsOf(evidence).map((socket) => [socket.id, socket]));
  return evidence.log.flatMap(({ kind, frame, text = '', socket: id = '', team = '', atMs }) => {
    const number = kind === 'frame_out' && frame === 'message' ? numberInFrame(text) : undefined;
    const socket = sockets.get(id);
    return number === undefined || !socket || victims.has(team) ? [] : [{ number, team, socket, atMs }];
  });
}

/** The frame is JSON of which the log keeps the beginning. */
function numberInFrame(text: string): number | undefined {
  const [, said] = /"text":"([^"]*)"/.exec(text) ?? [];
  return said === undefined || text.includes('"bot_id"') ? undefined : numberIn(said);
}

function isCommitted({ atMs, socket }: Sent, { troubles, pauses = [] }: Evidence): boolean {
  const open = { fromMs: atMs, untilMs: socket.untilMs };
  const carriers = pauses.filter(({ of }) => of === socket.node || of === 'wires');
  if (open.untilMs - open.fromMs - coveredMs(carriers, open) < COMMIT_MS) return false;
  return !troubles.some(({ kind, node, fromMs, untilMs }) => {
    const isBeside = fromMs - COMMIT_MS <= atMs && atMs <= untilMs + RECOVERED_MS;
    if (!isBeside) return false;
    if (node === undefined) return kind !== 'slack_outage' && kind !== 'mass_drop';
    return socket.node === node;
  });
}
