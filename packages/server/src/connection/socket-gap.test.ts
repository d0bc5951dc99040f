/** Two nodes that share the slots of an app, on a real PostgreSQL: when the app had no socket, and who says so. */
import { expect, it, vi } from 'vitest';
import { createSlotSockets, type SlotSockets } from '../ownership/slot-sockets-repository.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { TestClock } from '../time/test-clock.ts';
import type { Gap } from './connection-observer.ts';
import { SharedSocketGap } from './socket-gap.ts';

const [FIRST, SECOND] = [256, 257];

async function twoNodes() {
  const store = await openTestStore({ engine: 'postgres' });
  await store.run('update shard set epoch = 1, socket_lost_at_ms = -1 where shard in (256, 257)');
  const clock = new TestClock(1_000_000);
  const told: [node: string, gap: Gap][] = [];
  let failures = 0;
  const rows = createSlotSockets(store);
  const sockets: SlotSockets = {
    ...rows,
    async opened(slot, options) {
      if (failures-- > 0) throw new Error('The database is away');
      return await rows.opened(slot, options);
    },
  };
  const dead = new Set<string>();
  const node = (name: string) =>
    new SharedSocketGap({
      clock,
      sockets,
      ownership: { epochOf: () => 1 },
      async onGap(gap) {
        // It dies while its hooks are told, and never knows that they were.
        if (dead.has(name)) return await new Promise<never>(() => {});
        told.push([name, gap]);
      },
      log: { warn() {} },
    });
  /** The rows say that so many slots have no socket. */
  const written = (lost: number) =>
    vi.waitFor(async () => {
      await clock.advance(500);
      const row = await store.get('select count(socket_lost_at_ms) as lost from shard where shard in (256, 257)');
      expect(Number(row?.lost)).toBe(lost);
    }, 10_000);
  const [a, b] = [node('a'), node('b')];
  a.opened(FIRST);
  b.opened(SECOND);
  await written(0);
  /** What the rows say is still to be told. */
  const untold = async (count: number) =>
    await vi.waitFor(async () => {
      await clock.advance(500);
      const row = await store.get('select count(untold_gaps) as untold from shard');
      expect(Number(row?.untold)).toBe(count);
    }, 10_000);
  return { clock, told, a, b, written, untold, node, dead, fail: (times: number) => (failures = times) };
}

it('is told by no node while another one has a socket, and not at the first start', async () => {
  const { told, a, b, written } = await twoNodes();
  for (const [node, slot] of [
    [a, FIRST],
    [b, SECOND],
  ] as const) {
    node.lost(slot);
    await written(1);
    node.opened(slot);
    await written(0);
  }
  expect(told).toEqual([]);
});

it('is from the last loss to the first socket that is open again, also when the database was away then', async () => {
  const { clock, told, a, b, written, fail } = await twoNodes();
  a.lost(FIRST);
  await written(1);
  const fromMs = clock.now();
  b.lost(SECOND);
  await written(2);
  await clock.advance(60_000);
  fail(1);
  const toMs = clock.now();
  a.opened(FIRST);
  b.opened(SECOND);
  await written(0);
  expect(told.map(([, gap]) => gap)).toEqual([{ fromMs, toMs }]);
});

it('that a node which died did not tell is told by the next owner of its slot, and what was told is not told again', async () => {
  const { clock, told, a, b, written, untold, node, dead } = await twoNodes();
  a.lost(FIRST);
  b.lost(SECOND);
  await written(2);
  const fromMs = clock.now();
  dead.add('a');
  await clock.advance(5_000);
  a.opened(FIRST);
  await written(1);
  await untold(1);
  expect(told).toEqual([]);
  const next = node('next');
  next.opened(FIRST);
  await untold(0);
  b.opened(SECOND);
  await written(0);
  next.lost(FIRST);
  await written(1);
  next.opened(FIRST);
  await written(0);
  expect(told.map(([name]) => name)).toEqual(['next']);
  expect(told[0]?.[1].fromMs).toBeLessThanOrEqual(fromMs);
});
