/** Asks a server to give its work to the others, at the pace at which they take it. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { askToDrain, listNodes } from '../../ownership/cluster-repository.ts';
import { id, next } from '../fields.ts';
import { defineOperation } from '../operation.ts';

export const drainNode = defineOperation({
  name: 'cluster.drain',
  path: 'cluster/{node}/drain',
  role: 'operate',
  summary: 'make a server give all its shards to the others; it keeps running until it is stopped',
  undo: 'restart the server: it takes part again',
  async snapshot({ store }, { node }) {
    const found = (await listNodes(store)).find((one) => one.id === node);
    return found && { state: found.state, shards: found.shards };
  },
  input: z.strictObject({ node: id('the id of a node, as `cluster` shows it') }),
  output: z.object({ node: z.string(), shards: z.int(), next }),
  errors: ['invalid_input'],
  async run({ store }, { node }) {
    const nodes = await listNodes(store);
    const found = nodes.find((one) => one.id === node);
    if (!found) {
      if (store.engine === 'sqlite') throw new BotServerError('invalid_input', ALONE);
      const known = nodes.length === 0 ? 'none runs' : `there are ${nodes.map((one) => one.id).join(', ')}`;
      throw new BotServerError('invalid_input', `node must be one that runs; got "${node}", and ${known}`);
    }
    await askToDrain(store, node);
    const others = nodes.filter((one) => one.id !== node && (one.state === 'ready' || one.state === 'settling'));
    return { node, shards: found.shards, next: others.length === 0 ? NOBODY : DRAINS };
  },
});

const ALONE =
  'node must be one of several that share PostgreSQL: a SQLite database has one server, and nobody who could take its work; stop it with SIGTERM';
const DRAINS =
  'the node begins within a second, and says 503 on /readyz; stop it when `cluster` shows it without shards';
const NOBODY = 'no other node can take its shards: it keeps them until one can, and says 503 on /readyz';
