/** Nothing more of a broadcast is posted. What is under way arrives. */
import { z } from 'zod';
import { cancelBroadcast as cancel, countPosts } from '../../broadcast/broadcast-repository.ts';
import { next } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { broadcastRow, broadcastRowOf } from './broadcast-row.ts';
import { broadcastId, broadcastSnapshot, requireBroadcast } from './find-broadcast.ts';

export const cancelBroadcast = defineOperation({
  name: 'broadcast.cancel',
  role: 'operate',
  summary: 'stop a broadcast',
  undo: 'it cannot be undone: start another broadcast',
  snapshot: broadcastSnapshot,
  input: z.strictObject({ broadcast: broadcastId }),
  output: broadcastRow.extend({ changed: z.boolean().describe('False when it had ended.'), next }),
  errors: ['broadcast_not_found'],
  async run(context, { broadcast: id }) {
    const changed = await cancel(context.store, id, Math.floor(context.clock.now()));
    const broadcast = await requireBroadcast(context, id);
    const row = broadcastRowOf(broadcast, await countPosts(context.store, id), { isServed: true });
    return { ...row, changed, next: changed ? 'what is under way arrives, and no more' : 'nothing: it had ended' };
  },
});
