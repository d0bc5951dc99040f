import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { IoPartner } from './clock.ts';
import { TestClock } from './test-clock.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

it.each<[from: IoPartner, realMs: number, movedMs: number]>([
  ['peer', 249, 0],
  ['peer', 250, 60_000],
  ['store', 4_999, 0],
  ['store', 5_000, 60_000],
])('stands still for a %s that does not answer: after %i ms it has moved by %i', async (from, realMs, movedMs) => {
  const clock = new TestClock(0);
  void clock.io(new Promise(() => {}), from);
  const moved = clock.advance(60_000);
  await vi.advanceTimersByTimeAsync(realMs);
  // Two turns for each look whether I/O has ended, before the move and after it.
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
  expect(clock.now()).toBe(movedMs);
  await vi.advanceTimersByTimeAsync(5_000);
  await moved;
});
