/** P5 over RTM: one answering connection per team in the whole cluster. Pure. */
import type { LogRecord } from 'slack-simulator';
import { type Evidence, LEASE_MS } from '../evidence.ts';
import type { Run } from './runs.ts';

/** A node without a lease keeps its sockets for a minute; two sockets of a team that live beside each other longer are two owners. */
const LONGEST_OVERLAP_MS = 60_000 + LEASE_MS + 20_000;

/** Teams that two nodes answered in turns, and teams with two sockets for too long. */
export function doubleConnections(evidence: Evidence, runs: ReadonlyMap<number, readonly Run[]>): string[] {
  if (evidence.transport !== 'rtm') return [];
  return [...answeredInTurns(evidence.log, runs), ...overlaps(evidence)];
}

/** A handled, then B, then A again, and not both connected in between: then both were connected all the time. */
function answeredInTurns(log: readonly LogRecord[], runs: ReadonlyMap<number, readonly Run[]>): string[] {
  const opened = Map.groupBy(
    log.filter(({ kind }) => kind === 'socket_open'),
    ({ team = '' }) => team,
  );
  const teams = Map.groupBy(Array.from(runs.values()).flat(), ({ team }) => team);
  return Array.from(teams).flatMap(([team, list]) => {
    const sorted = list.toSorted((a, b) => a.beginAtMs - b.beginAtMs);
    return sorted.flatMap((run, index) => {
      const other = sorted[index - 1];
      const before = sorted.slice(0, Math.max(0, index - 1)).findLast(({ node }) => node === run.node);
      if (!other || !before || other.node === run.node) return [];
      const sinceMs = before.beginAtMs - WORK_MS;
      const untilMs = run.beginAtMs + WORK_MS;
      const opens = opened.get(team)?.filter(({ atMs }) => sinceMs < atMs && atMs <= untilMs) ?? [];
      if (opens.length >= MOVES_THERE_AND_BACK) return [];
      return [`${team}: ${run.node} handled m${run.number} after ${other.node} had m${other.number}`];
    });
  });
}

/** An event may wait in the inbox: handled when the next socket is open, or before the next owner has opened one. In milliseconds. */
const WORK_MS = 5_000;
const MOVES_THERE_AND_BACK = 2;

function overlaps({ log, endedAtMs }: Evidence): string[] {
  const closedAtMs = new Map<string, number>();
  for (const { kind, socket, atMs } of log) if (kind === 'socket_close' && socket) closedAtMs.set(socket, atMs);
  const open = new Map<string, { socket: string; fromMs: number; untilMs: number }[]>();
  const found: string[] = [];
  for (const { kind, team = '', socket = '', atMs, ok } of log) {
    if (kind !== 'socket_open' || ok === false) continue;
    const one = { socket, fromMs: atMs, untilMs: closedAtMs.get(socket) ?? endedAtMs };
    const others = open.get(team) ?? [];
    for (const other of others) {
      const bothMs = Math.min(one.untilMs, other.untilMs) - Math.max(one.fromMs, other.fromMs);
      if (bothMs > LONGEST_OVERLAP_MS) found.push(`${team}: two sockets for ${Math.round(bothMs / 1_000)} s`);
    }
    open.set(team, [...others, one]);
  }
  return found;
}
