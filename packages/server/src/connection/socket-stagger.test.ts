import { describe, expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { SocketStagger } from './socket-stagger.ts';

const HOUR_MS = 3_600_000;

/** Slots whose sockets live an hour; each is replaced when it ends, and when the stagger says so. */
function hourly(count: number) {
  const clock = new TestClock();
  const startedAtMs = clock.monotonic();
  const slots = Array.from({ length: count }, (_, index) => `socket-${index + 1}`);
  const refreshes: { slot: string; atMs: number; isEarly: boolean }[] = [];
  const ends = new Map<string, { cancel(): void }>();
  const stagger = new SocketStagger({ slots, clock, refresh: (slot) => replace(slot, true) });

  function open(slot: string): void {
    ends.get(slot)?.cancel();
    ends.set(
      slot,
      clock.after(HOUR_MS, () => replace(slot, false)),
    );
    stagger.opened(slot, HOUR_MS);
  }

  function replace(slot: string, isEarly: boolean): void {
    refreshes.push({ slot, atMs: clock.monotonic() - startedAtMs, isEarly });
    open(slot);
  }

  for (const slot of slots) open(slot);
  return { clock, refreshes, stagger };
}

describe('sockets that were opened together', () => {
  it.each([2, 3, 5])('are refreshed one after the other from then on (%s)', async (count) => {
    const { clock, refreshes } = hourly(count);
    await clock.advance(10 * HOUR_MS);
    expect(refreshes.filter(({ isEarly }) => isEarly)).toHaveLength(count - 1);
    const times = refreshes.map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(HOUR_MS / count / 2);
  });

  it('leave no timer when they close', () => {
    const { clock, stagger } = hourly(2);
    const pending = clock.pendingTimers;
    stagger.closed('socket-2');
    expect(clock.pendingTimers).toBe(pending - 1);
    stagger.stop();
    expect(clock.pendingTimers).toBe(pending - 1);
  });
});

it('leaves a single socket alone', async () => {
  const { clock, refreshes } = hourly(1);
  await clock.advance(3 * HOUR_MS);
  expect(refreshes.every(({ isEarly }) => !isEarly)).toBe(true);
});
