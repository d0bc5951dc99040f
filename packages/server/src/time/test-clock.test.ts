import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IoPartner } from './clock.ts';
import { TestClock } from './test-clock.ts';

describe('a peer or a store that does not answer', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it.each<[from: IoPartner, realMs: number, movedMs: number]>([
    ['peer', 249, 0],
    ['peer', 250, 60_000],
    ['store', 4_999, 0],
    ['store', 5_000, 60_000],
  ])('holds the clock for a while: of a %s after %i ms it has moved by %i', async (from, realMs, movedMs) => {
    const clock = new TestClock(0);
    void clock.io(new Promise(() => {}), from);
    const moved = clock.advance(60_000);
    await vi.advanceTimersByTimeAsync(realMs);
    await turnsOfTheEventLoop();
    expect(clock.now()).toBe(movedMs);
    await vi.advanceTimersByTimeAsync(5_000);
    await moved;
  });
});

it('a process that gets no time to answer is not taken for a peer that stays mute', async () => {
  const clock = new TestClock(0);
  const answer = Promise.withResolvers<void>();
  void clock.io(answer.promise);
  const moved = clock.advance(60_000);
  keepBusy(300);
  await turnsOfTheEventLoop();
  expect(clock.now()).toBe(0);
  answer.resolve();
  await moved;
  expect(clock.now()).toBe(60_000);
});

/** Two turns for each look whether I/O has ended, before a move and after it. */
async function turnsOfTheEventLoop(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
}

function keepBusy(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}
