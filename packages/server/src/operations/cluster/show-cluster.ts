/** Which servers share the database, and who has how much of the work. */
import { z } from 'zod';
import { countOrphans, listNodes, type NodeRow } from '../../ownership/cluster-repository.ts';
import type { ProcessReport } from '../../reports/process-report.ts';
import { selectProcesses } from '../../reports/report-repository.ts';
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
        sockets: z.int().describe('Socket Mode connections that are its own: it opens them, and nobody else.'),
        transport: z
          .enum(['http', 'socket', 'rtm'])
          .nullable()
          .default(null)
          .describe('By its last report; null before the first one.'),
        open: z
          .int()
          .nullable()
          .default(null)
          .describe(
            'Open connections as it told last, within a second of a change: of teams (rtm), of the app (socket).',
          ),
        epoch: z.int().describe('The highest epoch under which it has a shard.'),
        renewedMsAgo: z.number().describe('Milliseconds since its lease was renewed.'),
        leaseLeftMs: z.number().describe('Milliseconds until its lease is over.'),
      }),
    ),
    orphans: z.int().describe('Shards of installations that nobody has now.'),
  }),
  errors: [],
  async run({ store, reads, clock }) {
    const nodes = await listNodes(store);
    if (nodes.length === 0) return { nodes: [], orphans: 0 };
    const reports = new Map((await selectProcesses(reads, clock.now())).map((report) => [report.node, report]));
    return { nodes: nodes.map((node) => rowOf(node, reports.get(node.id))), orphans: await countOrphans(store) };
  },
});

function rowOf({ isAskedToDrain: _isAskedToDrain, ...node }: NodeRow, report: ProcessReport | undefined) {
  if (!report) return { ...node, transport: null, open: null };
  return { ...node, transport: report.transport, open: report.connections.open ?? 0 };
}
