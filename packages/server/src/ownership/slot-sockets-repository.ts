/**
 * Which Socket Mode slots have a socket, in the rows of their shards, so that nodes know when the app had none: whoever opens the
 * first one after that learns since when. Written under the epoch of the slot; what is given back or died is written with that
 * (node-repository.ts). PostgreSQL only.
 */
import type { Store } from '../store/store.ts';
import { FIRST_SOCKET_SLOT, type Shard } from './ownership.ts';

/** The moments of sockets; wall clock, in milliseconds. */
export interface SlotSockets {
  /** @returns since when the app had no socket, if this is the first one after a time without any */
  opened(slot: Shard, epoch: number): Promise<number | undefined>;
  lost(slot: Shard, options: { epoch: number; atMs: number }): Promise<void>;
}

/** Two that open at the same time must not both be the first. */
const ABOUT = ['socket slots'] as const;

export function createSlotSockets(store: Pick<Store, 'transaction' | 'run'>): SlotSockets {
  return {
    async opened(slot, epoch) {
      return await store.transaction({ about: ABOUT }, async (tx) => {
        const before = await tx.get(
          `select count(*) - count(socket_lost_at_ms) as open, max(socket_lost_at_ms) as lost_at
           from shard where shard >= $1 and epoch > 0`,
          [FIRST_SOCKET_SLOT],
        );
        const isMine = await tx.run('update shard set socket_lost_at_ms = null where shard = $1 and epoch = $2', [
          slot,
          epoch,
        ]);
        const lostAtMs = Number(before?.lost_at ?? -1);
        return isMine === 1 && Number(before?.open) === 0 && lostAtMs >= 0 ? lostAtMs : undefined;
      });
    },
    async lost(slot, { epoch, atMs }) {
      await store.run(
        'update shard set socket_lost_at_ms = coalesce(socket_lost_at_ms, $3) where shard = $1 and epoch = $2',
        [slot, epoch, Math.round(atMs)],
      );
    },
  };
}
