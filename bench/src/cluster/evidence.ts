/**
 * What the cluster bench measures by: the simulator's log and what the listeners wrote to files of their own. Nothing here was
 * said by a server about itself. Types, and the lines of a listener.
 */
import type { Line } from '../chaos/evidence.ts';
import { formatLine, parseLine } from '../chaos/lines.ts';

/** How events come. */
export const clusterTransports = ['http', 'socket', 'rtm'] as const;

export type ClusterTransport = (typeof clusterTransports)[number];

/** What the bench is made of. */
export const clusterParts = ['failover', 'rebalance', 'latency', 'throughput', 'restart'] as const;

export type ClusterPart = (typeof clusterParts)[number];

/** A listener begins or ends an event. */
export type Handling = Extract<Line, { what: 'begin' | 'end' }>;

/** What the hook `gap` was told. */
export interface GapLine extends Span {
  what: 'gap';
  node: string;
  team: string;
}

/** From when until when, in milliseconds since the epoch. */
export interface Span {
  fromMs: number;
  untilMs: number;
}

export type ClusterLine = Handling | GapLine;

/** One line of a listener's file. */
export function formatClusterLine(line: ClusterLine): string {
  if (line.what !== 'gap') return formatLine(line);
  return ['gap', line.node, line.team, line.fromMs, line.untilMs].join(' ');
}

/** @throws Error for a line that no listener wrote */
export function parseClusterLine(text: string): ClusterLine {
  const [, node, team, fromMs, untilMs] = /^gap (\S+) (\S+) (\d+) (\d+)$/.exec(text) ?? [];
  if (node !== undefined && team !== undefined) {
    return { what: 'gap', node, team, fromMs: Number(fromMs), untilMs: Number(untilMs) };
  }
  const line = parseLine(text);
  if (line.what !== 'begin' && line.what !== 'end') throw new Error(`Not a line of this bench: ${text}`);
  return line;
}
