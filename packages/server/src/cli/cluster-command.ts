/** `slack-bot-server cluster …`: the servers that share a database. */
import { drainNode } from '../operations/cluster/drain-node.ts';
import { showCluster } from '../operations/cluster/show-cluster.ts';
import { type JsonOption, say, sayFacts, sayJson } from './output.ts';
import { runOperation } from './run-operation.ts';

/** `cluster`. */
export async function clusterShow(options: JsonOption): Promise<void> {
  const cluster = await runOperation(showCluster, {});
  if (options.json) return sayJson(cluster);
  if (cluster.nodes.length === 0) return say('no server shares this database now');
  for (const { id, state, version, shards, sockets, epoch, renewedMsAgo, leaseLeftMs } of cluster.nodes) {
    const lease = `renewed ${seconds(renewedMsAgo)} ago, ${seconds(leaseLeftMs)} left`;
    say(`${id}  ${state}  ${shards} shards, ${sockets} sockets, epoch ${epoch}  ${lease}  version ${version}`);
  }
  if (cluster.orphans > 0) say(`${cluster.orphans} shards have no owner`);
}

/** `cluster drain NODE`. */
export async function clusterDrain(node: string, options: JsonOption): Promise<void> {
  const drained = await runOperation(drainNode, { node });
  if (options.json) return sayFacts(drained);
  say(`${drained.node} is asked to give away its ${drained.shards} shards`);
  say(drained.next);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
