/** Asks a server to give its work to the others, at the pace at which they take it. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { askToDrain, listNodes } from '../../ownership/cluster-repository.ts';
import type { Store } from '../../store/store.ts';
import { auditJson } from '../audit/audit-facts.ts';
import { firstAuditMs } from '../audit/audit-repository.ts';
import { id, isoTime, next, time } from '../fields.ts';
import { defineOperation } from '../operation.ts';

export const drainNode = defineOperation({
  name: 'cluster.drain',
  path: 'cluster/{node}/drain',
  role: 'operate',
  summary: 'make a server give all its shards to the others; it keeps running until it is stopped',
  undo: 'restart the server: it takes part again',
  async snapshot({ store }, { node }) {
    const found = (await listNodes(store)).find((one) => one.id === node);
    // Its state follows within a second: what changes at once is that it is asked.
    return found && { state: found.state, askedToDrain: found.isAskedToDrain, shards: found.shards };
  },
  input: z.strictObject({ node: id('the id of a node, as `cluster` shows it') }),
  output: z.object({
    node: z.string(),
    changed: z.boolean().default(true).describe('False: it drains already.'),
    since: time.nullable().default(null).describe('When it was first asked; null when it drains because it stops.'),
    shards: z.int().describe('Shards of installations that it still has.'),
    sockets: z.int().default(0).describe('Socket Mode connections that it still has.'),
    next,
  }),
  errors: ['invalid_input'],
  async run({ store, clock }, { node }) {
    const nodes = await listNodes(store);
    const found = nodes.find((one) => one.id === node);
    if (!found) throw notThere(store.engine, { node, nodes });
    const { shards, sockets } = found;
    const isAlone = !nodes.some((one) => one.id !== node && (one.state === 'ready' || one.state === 'settling'));
    const had = { node, shards, sockets };
    if (found.isAskedToDrain || found.state === 'draining') {
      const left = shards + sockets === 0 ? EMPTY : isAlone ? NOBODY : LEFT;
      return { ...had, changed: false, since: await firstAsked(store, node), next: left };
    }
    await askToDrain(store, node);
    return { ...had, changed: true, since: isoTime(clock.now()), next: isAlone ? NOBODY : DRAINS };
  },
});

function notThere(
  engine: Store['engine'],
  { node, nodes }: { node: string; nodes: readonly { id: string }[] },
): BotServerError {
  if (engine === 'sqlite') return new BotServerError('invalid_input', ALONE);
  const known = nodes.length === 0 ? 'none runs' : `there are ${nodes.map((one) => one.id).join(', ')}`;
  return new BotServerError('invalid_input', `node must be one that runs; got "${node}", and ${known}`);
}

/** The row of the node does not say it; the audit does, as long as it is kept. */
async function firstAsked(store: Store, node: string): Promise<string | null> {
  const asked = { operation: 'cluster.drain', inputJson: auditJson({ node }) };
  const firstMs = await firstAuditMs(store, asked);
  return firstMs === undefined ? null : isoTime(firstMs);
}

const ALONE =
  'node must be one of several that share PostgreSQL: a SQLite database has one server, and nobody who could take its work; stop it with SIGTERM';
const DRAINS =
  'the node begins within a second, and says 503 on /readyz; stop it when `cluster` shows it without shards';
const LEFT = 'stop it when `cluster` shows it without shards';
const EMPTY = 'it has nothing left: stop it';
const NOBODY = 'no other node can take its shards: it keeps them until one can, and says 503 on /readyz';
