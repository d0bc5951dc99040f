/** `slack-bot-server cluster …`: the servers that share a database. */

import type { Command } from 'commander';
import type { z } from 'zod';
import { drainNode } from '../operations/cluster/drain-node.ts';
import { showCluster } from '../operations/cluster/show-cluster.ts';
import { counted } from '../operations/why/words.ts';
import { commandOf } from './operation-command.ts';
import { type JsonOption, say, sayFacts, sayJson, sayTable } from './output.ts';
import { runOperation } from './run-operation.ts';

export function addCluster(cluster: Command): void {
  commandOf(cluster, showCluster, { isDefault: true }).action(clusterShow);
  commandOf(cluster, drainNode).argument('<node>').action(clusterDrain);
}

type Node = z.output<typeof showCluster.output>['nodes'][number];

const NO_NODES =
  'no nodes: on SQLite one server has the database alone (`slack-bot-server status` shows it), and on PostgreSQL none runs now';

/** `cluster`. */
export async function clusterShow(options: JsonOption): Promise<void> {
  const cluster = await runOperation(showCluster, {});
  if (options.json) return sayJson(cluster);
  if (cluster.nodes.length === 0) return say(NO_NODES);
  sayTable(
    ['NODE', 'STATE', 'SHARDS', 'SOCKETS', 'EPOCH', 'RENEWED', 'LEASE LEFT', 'VERSION'],
    cluster.nodes.map(({ id, state, version, shards, epoch, renewedMsAgo, leaseLeftMs, ...connections }) => [
      id,
      state,
      String(shards),
      socketsOf(connections),
      String(epoch),
      `${seconds(renewedMsAgo)} ago`,
      seconds(leaseLeftMs),
      version,
    ]),
  );
  if (cluster.orphans > 0)
    say(`${counted(cluster.orphans, 'shard')} without an owner: within seconds a node takes them`);
}

/** On RTM those of its teams. Of a node that has not reported its own Socket Mode connections are known, and nothing else. */
function socketsOf({ transport, open, sockets }: Pick<Node, 'transport' | 'open' | 'sockets'>): string {
  if (transport === 'http' || (transport === null && sockets === 0)) return '–';
  return String(transport === 'rtm' ? (open ?? '–') : sockets);
}

/** `cluster drain NODE`. */
export async function clusterDrain(node: string, options: JsonOption): Promise<void> {
  const drained = await runOperation(drainNode, { node });
  if (options.json) return sayFacts(drained);
  const { changed, since, shards, sockets } = drained;
  const what = counted(shards, 'shard') + (sockets > 0 ? ` and ${counted(sockets, 'Socket Mode connection')}` : '');
  if (changed) say(`${drained.node} was asked to give away its ${what}`);
  else say(`${drained.node} drains already${since === null ? '' : `, since ${since}`}: ${what} left`);
  say(drained.next);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
