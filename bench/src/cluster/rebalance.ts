/** A node joins, and a node is asked to give its work away: how long until it is shared out, and how long RTM teams are without a socket. */
import type { ClusterNode } from '../chaos/node.ts';
import { ownersAt } from './handlings.ts';
import type { RunningCluster } from './running-cluster.ts';
import { gapsOf } from './socket-gaps.ts';

export interface MoveSample {
  what: 'join' | 'drain';
  /** Teams that got another socket. */
  moved: number;
  /** From the order until the last of them had it. */
  evenMs: number;
  /** How long each was without one. */
  gapsMs: readonly number[];
  /** Teams of each node afterwards, by what the listeners wrote. */
  shares: readonly number[];
}

const SLACK_MS = 1_000;

/** From the order to start the process. */
export function measureJoin(cluster: RunningCluster, joining: ClusterNode): Promise<MoveSample> {
  return measureMove(cluster, { what: 'join', nodes: cluster.stage.nodes, order: () => joining.start() });
}

export async function measureDrain(cluster: RunningCluster, leaving: ClusterNode): Promise<MoveSample> {
  const id = await cluster.idOf(leaving);
  return await measureMove(cluster, {
    what: 'drain',
    nodes: cluster.stage.nodes.filter((node) => node !== leaving),
    order: () => cluster.stage.command('cluster', 'drain', id),
  });
}

interface Move {
  what: MoveSample['what'];
  /** Those that have the work afterwards. */
  nodes: readonly ClusterNode[];
  order: () => Promise<unknown>;
}

async function measureMove(cluster: RunningCluster, { what, nodes, order }: Move): Promise<MoveSample> {
  const fromMs = Date.now();
  await order();
  await cluster.settled(nodes);
  // What was given last is connected, and each team is heard of once more.
  await cluster.pause(cluster.cycleMs + SLACK_MS);
  const endedAtMs = Date.now();
  const log = await cluster.log();
  const opens = log.filter(({ kind, ok, atMs }) => kind === 'socket_open' && ok !== false && atMs >= fromMs);
  const gaps = gapsOf(log, { fromMs, untilMs: endedAtMs, endedAtMs });
  const owners = Array.from(ownersAt(await cluster.lines(), endedAtMs).values());
  return {
    what,
    moved: new Set(opens.map(({ team }) => team)).size,
    evenMs: Math.max(0, ...opens.map(({ atMs }) => atMs - fromMs)),
    gapsMs: gaps.map((gap) => gap.untilMs - gap.fromMs),
    shares: nodes.map(({ name }) => owners.filter((owner) => owner === name).length),
  };
}
