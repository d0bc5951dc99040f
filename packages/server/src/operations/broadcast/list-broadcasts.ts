/** Broadcasts, and how far they are. */
import { z } from 'zod';
import { countPosts, listBroadcasts as readBroadcasts } from '../../broadcast/broadcast-repository.ts';
import { wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { isServed } from '../owner.ts';
import { type BroadcastRow, broadcastRow, broadcastRowOf } from './broadcast-row.ts';

export const listBroadcasts = defineOperation({
  name: 'broadcast.list',
  role: 'read',
  summary: 'broadcasts and their progress',
  input: z.strictObject({ limit: wholeNumber(1, 50).default(10) }),
  output: z.object({ broadcasts: z.array(broadcastRow).describe('The newest first.') }),
  errors: [],
  async run(context, { limit }) {
    const { store } = context;
    const served = { isServed: await isServed(context) };
    const broadcasts: BroadcastRow[] = [];
    for (const one of await readBroadcasts(store, limit)) {
      broadcasts.push(broadcastRowOf(one, await countPosts(store, one.id), served));
    }
    return { broadcasts };
  },
});
