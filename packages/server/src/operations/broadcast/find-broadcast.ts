/** A broadcast by its number. */
import type { Broadcast } from '../../broadcast/broadcast.ts';
import { countPosts, findBroadcast } from '../../broadcast/broadcast-repository.ts';
import { BotServerError } from '../../errors.ts';
import { wholeNumber } from '../fields.ts';
import type { OperationContext } from '../operation-context.ts';

export const broadcastId = wholeNumber(1, Number.MAX_SAFE_INTEGER).describe('Its number.');

/** @throws BotServerError `broadcast_not_found` */
export async function requireBroadcast({ store }: Pick<OperationContext, 'store'>, id: number): Promise<Broadcast> {
  const broadcast = await findBroadcast(store, id);
  if (broadcast) return broadcast;
  throw new BotServerError('broadcast_not_found', `There is no broadcast ${id}`, { facts: { broadcast: id } });
}

/** What the audit says of it. */
export async function broadcastSnapshot(
  { store }: Pick<OperationContext, 'store'>,
  { broadcast: id }: { broadcast: number },
) {
  const broadcast = await findBroadcast(store, id);
  if (!broadcast) return undefined;
  const { state, why } = broadcast;
  return { state, why, ...(await countPosts(store, id)) };
}
