/** Which servers share the database, and who has how much of the work. */
import { z } from 'zod';
import { countOrphans, listNodes, type NodeRow } from '../../ownership/cluster-repository.ts';
import { defineOperation } from '../operation.ts';

export const showCluster = defineOperation({
  name: 'cluster.show',
  role: 'read',
  summary: 'show the servers that share a PostgreSQL database: their shards, epochs and leases',
  input: z.strictObject({}),
  output: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        host: z.string(),
        pid: z.int(),
        state: z.string().describe('ready, settling (connects what it got), draining, keyless (lacks a key).'),
        version: z.string(),
        shards: z.int().describe('Of 256 shards of installations.'),
        sockets: z.int().describe('Socket Mode connections that are its own.'),
        epoch: z.int().describe('The highest epoch under which it has a shard.'),
        renewedMsAgo: z.number().describe('Milliseconds since its lease was renewed.'),
        leaseLeftMs: z.number().describe('Milliseconds until its lease is over.'),
      }),
    ),
    orphans: z.int().describe('Shards of installations that nobody has now.'),
  }),
  errors: [],
  async run({ store }) {
    const nodes = await listNodes(store);
    return { nodes: nodes.map(rowOf), orphans: nodes.length === 0 ? 0 : await countOrphans(store) };
  },
});

function rowOf({ isAskedToDrain: _isAskedToDrain, ...node }: NodeRow) {
  return node;
}
