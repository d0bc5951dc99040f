import { expect, it, vi } from 'vitest';
import { afterPeerLimit } from './peer-limit.ts';
import { TestClock } from './test-clock.ts';

function aLimit() {
  const clock = new TestClock(0);
  const giveUp = vi.fn();
  return { clock, giveUp, timer: afterPeerLimit(clock, 10_000, giveUp) };
}

it('gives up when the time is over', async () => {
  const { clock, giveUp } = aLimit();
  await clock.advance(9_999);
  expect(giveUp).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(giveUp).toHaveBeenCalledOnce();
  expect(clock.pendingTimers).toBe(0);
});

it('gives a process that was frozen until after the limit a second to read what has come', async () => {
  const { clock, giveUp } = aLimit();
  await clock.leap(10_200);
  await clock.advance(999);
  expect(giveUp).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(giveUp).toHaveBeenCalledOnce();
});

it('takes a timer that is some milliseconds late, as timers are, for on time', async () => {
  const { clock, giveUp } = aLimit();
  await clock.leap(10_019);
  expect(giveUp).toHaveBeenCalledOnce();
  expect(clock.pendingTimers).toBe(0);
});

it('takes a process whose timer is 20 ms late for one that could not read', async () => {
  const { clock, giveUp } = aLimit();
  await clock.leap(10_020);
  expect(giveUp).not.toHaveBeenCalled();
  await clock.advance(1_000);
  expect(giveUp).toHaveBeenCalledOnce();
});

it('gives up nothing once it is cancelled, also in that second', async () => {
  const { clock, giveUp, timer } = aLimit();
  await clock.leap(10_200);
  timer.cancel();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(60_000);
  expect(giveUp).not.toHaveBeenCalled();
});
