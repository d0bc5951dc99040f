/**
 * P4: an accepted event reaches a listener. Over HTTP it is accepted when Slack got its 200; RTM has no acks, so a message counts
 * that was sent on a socket which stayed open, by a node and with a database that nothing was done to. Pure.
 */
import type { LogRecord } from 'slack-simulator';
import { type Evidence, nameOf, type Trouble } from '../evidence.ts';
import { numberIn } from '../lines.ts';
import { removal } from '../people.ts';
import type { Run } from './runs.ts';

/** Accepted events by what the listeners know them by, and those whose acceptance nobody can know from outside. */
export interface Accepted {
  /** Ids of events (HTTP) or numbers of messages (RTM), each with its team. */
  owed: ReadonlyMap<string, string>;
  doubtful: number;
}

/** A message that was read from its socket is committed within so long, in milliseconds. */
const COMMIT_MS = 3_000;
/** After the database is back, connections of pools and the inbox are, in milliseconds. */
const RECOVERED_MS = 15_000;
/** A node that lost its lease keeps its sockets so long (design, section 7), and some more to close them, in milliseconds. */
const ZOMBIE_MS = 75_000;

/** Teams whose app somebody removed: what comes for them afterwards may be dropped. */
export function victimsOf(log: readonly LogRecord[]): Set<string> {
  const removals = log.filter(({ kind, fault = '' }) => kind === 'fault' && REMOVALS.has(fault));
  return new Set(removals.flatMap(({ team }) => (team === undefined ? [] : [team])));
}

const REMOVALS: ReadonlySet<string> = new Set(Object.values(removal));

export function acceptedOf(evidence: Evidence, runs: ReadonlyMap<number, readonly Run[]>): Accepted {
  return evidence.transport === 'http' ? acceptedByHttp(evidence) : acceptedByRtm(evidence, runs);
}

/** Owed, and no listener ended it. */
export function lostOf({ owed }: Accepted, runs: ReadonlyMap<number, readonly Run[]>): string[] {
  const ended = new Set<string>();
  for (const [number, list] of runs) {
    for (const { eventId, endAtMs } of list) if (endAtMs !== undefined) ended.add(eventId).add(`m${number}`);
  }
  return Array.from(owed).flatMap(([event, team]) => (ended.has(event) ? [] : [`${event} of ${team}`]));
}

function acceptedByHttp({ log }: Evidence): Accepted {
  const victims = victimsOf(log);
  const owed = new Map<string, string>();
  for (const { kind, ok, event, eventId, team = '' } of log) {
    if (kind !== 'delivery' || event !== 'app_mention' || !ok || eventId === undefined) continue;
    if (!victims.has(team)) owed.set(eventId, team);
  }
  return { owed, doubtful: 0 };
}

/** A message on its way to a bot: over which socket, and how long that one lived. */
interface Sent {
  number: number;
  team: string;
  socket: string;
  atMs: number;
  closedAtMs: number;
}

function acceptedByRtm(evidence: Evidence, runs: ReadonlyMap<number, readonly Run[]>): Accepted {
  const sent = sentOf(evidence);
  const nodes = nodesBySocket(sent, runs);
  const owed = new Map<string, string>();
  const doubtful = new Set<string>();
  for (const one of sent) {
    if (isCommitted(one, evidence.troubles, nodes.get(one.socket))) owed.set(`m${one.number}`, one.team);
    else doubtful.add(`m${one.number}`);
  }
  for (const event of owed.keys()) doubtful.delete(event);
  return { owed, doubtful: doubtful.size };
}

function sentOf({ log, endedAtMs }: Evidence): Sent[] {
  const victims = victimsOf(log);
  const closedAtMs = new Map<string, number>();
  for (const { kind, socket, atMs } of log) if (kind === 'socket_close' && socket) closedAtMs.set(socket, atMs);
  return log.flatMap(({ kind, frame, text = '', socket = '', team = '', atMs }) => {
    const number = kind === 'frame_out' && frame === 'message' ? numberInFrame(text) : undefined;
    if (number === undefined || victims.has(team)) return [];
    return [{ number, team, socket, atMs, closedAtMs: closedAtMs.get(socket) ?? endedAtMs }];
  });
}

/** Who handles what came on a socket has that socket. Of messages that came on two nobody can tell. */
function nodesBySocket(sent: readonly Sent[], runs: ReadonlyMap<number, readonly Run[]>): Map<string, string> {
  const nodes = new Map<string, string>();
  for (const [number, list] of Map.groupBy(sent, (one) => one.number)) {
    const [only, ...others] = list;
    const first = runs.get(number)?.find(({ attempt }) => attempt === 1);
    if (only && others.length === 0 && first) nodes.set(only.socket, nameOf(first.node));
  }
  return nodes;
}

/** The frame is JSON of which the log keeps the beginning. */
function numberInFrame(text: string): number | undefined {
  const [, said] = /"text":"([^"]*)"/.exec(text) ?? [];
  return said === undefined || text.includes('"bot_id"') ? undefined : numberIn(said);
}

function isCommitted({ atMs, closedAtMs }: Sent, troubles: readonly Trouble[], socketOf: string | undefined): boolean {
  if (closedAtMs - atMs < COMMIT_MS) return false;
  return !troubles.some(({ kind, node, fromMs, untilMs }) => {
    const isBeside = fromMs - COMMIT_MS <= atMs && atMs <= untilMs + RECOVERED_MS;
    if (!isBeside) return false;
    if (node === undefined) return kind !== 'slack_outage' && kind !== 'mass_drop';
    // Of one node: where it is not known whose the socket is, those that close in time may be its own.
    return socketOf === undefined ? closedAtMs <= untilMs + ZOMBIE_MS : socketOf === node;
  });
}
