/**
 * Which Socket Mode slots have a socket, in the rows of their shards, so that nodes know when the app had none: whoever opens the
 * first one after that learns since when. What is to be told of that stays in the row until it was told: the next owner of the slot
 * tells it when this one has died. Written under the epoch of the slot; what is given back or died is written with that
 * (node-repository.ts). PostgreSQL only.
 */
import type { Statements, Store } from '../store/store.ts';
import { FIRST_SOCKET_SLOT, type Shard } from './ownership.ts';

/** A time without any socket; wall clock, in milliseconds. */
export interface SlotGap {
  fromMs: number;
  toMs: number;
}

/** The moments of sockets; wall clock, in milliseconds. */
export interface SlotSockets {
  /** @returns what is to be told: of the time before, if this is the first socket after a time without any, and what an earlier owner did not tell */
  opened(slot: Shard, options: { epoch: number; atMs: number }): Promise<SlotGap[]>;
  lost(slot: Shard, options: { epoch: number; atMs: number }): Promise<void>;
  told(slot: Shard, options: { epoch: number; gap: SlotGap }): Promise<void>;
}

/** Two that open at the same time must not both be the first. */
const ABOUT = ['socket slots'] as const;
/**
 * A socket that had opened before the last other one was lost leaves no gap, although it is written after that. By more than this, in
 * milliseconds, it is the clocks of two nodes that differ.
 */
const OVERLAP_MS = 1_000;

export function createSlotSockets(store: Pick<Store, 'transaction' | 'run'>): SlotSockets {
  return {
    async opened(slot, { epoch, atMs }) {
      return await store.transaction({ about: ABOUT }, async (tx) => {
        const before = await tx.get(
          `select count(*) - count(socket_lost_at_ms) as open, max(socket_lost_at_ms) as lost_at
           from shard where shard >= $1 and epoch > 0`,
          [FIRST_SOCKET_SLOT],
        );
        const gaps = await untoldOf(tx, slot, epoch);
        if (!gaps) return [];
        const lostAtMs = Number(before?.lost_at ?? -1);
        // A clock that was set back meanwhile, or differs between nodes, must not turn it around.
        const isFirst = Number(before?.open) === 0 && lostAtMs >= 0;
        const hasOverlapped = lostAtMs >= atMs && lostAtMs - atMs < OVERLAP_MS;
        if (isFirst && !hasOverlapped) gaps.push({ fromMs: Math.min(lostAtMs, atMs), toMs: atMs });
        await tx.run('update shard set socket_lost_at_ms = null, untold_gaps = $2 where shard = $1', [
          slot,
          textOf(gaps),
        ]);
        return gaps;
      });
    },
    async lost(slot, { epoch, atMs }) {
      await store.run(
        'update shard set socket_lost_at_ms = coalesce(socket_lost_at_ms, $3) where shard = $1 and epoch = $2',
        [slot, epoch, Math.round(atMs)],
      );
    },
    async told(slot, { epoch, gap }) {
      await store.transaction({ about: ABOUT }, async (tx) => {
        const gaps = await untoldOf(tx, slot, epoch);
        const left = (gaps ?? []).filter(({ fromMs }) => fromMs !== gap.fromMs);
        if (gaps) await tx.run('update shard set untold_gaps = $2 where shard = $1', [slot, textOf(left)]);
      });
    },
  };
}

/** Of the slot, whose row stays as it is until the transaction ends; undefined when it is another's by now. */
async function untoldOf(tx: Statements, slot: Shard, epoch: number): Promise<SlotGap[] | undefined> {
  const row = await tx.get('select untold_gaps from shard where shard = $1 and epoch = $2 for update', [slot, epoch]);
  if (!row) return undefined;
  return typeof row.untold_gaps === 'string' ? (JSON.parse(row.untold_gaps) as SlotGap[]) : [];
}

function textOf(gaps: readonly SlotGap[]): string | null {
  return gaps.length === 0 ? null : JSON.stringify(gaps);
}
