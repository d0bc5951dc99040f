/**
 * What only one node heard: over RTM the message came on no other's socket, over Socket Mode Slack tried no other's, or only after its
 * pause of a minute. A node that is frozen or cut off handles it when it wakes up, if at all: until then nobody else can know of it. Pure.
 */
import type { Evidence } from '../evidence.ts';
import { socketsOf } from './sockets.ts';

/** Slack tries twice within seconds, and a third time a minute later, in milliseconds. */
const PROMPT_TRIES_MS = 30_000;

interface Heard {
  number: number;
  team: string;
  atMs: number;
}

/** Answers whether only that node heard a message. */
export function buriedIn(evidence: Evidence): (message: Heard, node: string | undefined) => boolean {
  if (evidence.transport === 'http') return () => false;
  return evidence.transport === 'rtm' ? bySockets(evidence) : byDeliveries(evidence);
}

function bySockets(evidence: Evidence): ReturnType<typeof buriedIn> {
  const sockets = Map.groupBy(socketsOf(evidence), ({ team }) => team);
  return ({ team, atMs }, node) => {
    const open = sockets.get(team)?.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs) ?? [];
    return open.length > 0 && open.every((socket) => socket.node === node);
  };
}

function byDeliveries(evidence: Evidence): ReturnType<typeof buriedIn> {
  const nodes = new Map(socketsOf(evidence).map(({ id, node }) => [id, node]));
  const events = new Map<number, string>();
  for (const line of evidence.lines) if (line.what === 'begin') events.set(line.number, line.eventId);
  const tries = Map.groupBy(
    evidence.log.filter(({ kind }) => kind === 'delivery'),
    ({ eventId }) => eventId,
  );
  return ({ number, atMs: saidAtMs }, node) => {
    const all = tries.get(events.get(number)) ?? [];
    const made = all.filter(({ atMs }) => atMs - saidAtMs < PROMPT_TRIES_MS);
    return made.length > 0 && made.every(({ socket = '' }) => nodes.get(socket) === node);
  };
}
