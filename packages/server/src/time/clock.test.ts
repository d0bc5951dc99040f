import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { TestClock } from './test-clock.ts';

const MAX_MS = 2 ** 31 - 1;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('waits longer than a timer of Node can', () => {
  let fired = 0;
  systemClock.after(3 * MAX_MS, () => fired++);
  vi.advanceTimersByTime(3 * MAX_MS - 1);
  expect(fired).toBe(0);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(1);
});

it('cancels a long timer in any of its pieces', () => {
  const timer = systemClock.after(3 * MAX_MS, () => expect.unreachable());
  vi.advanceTimersByTime(2 * MAX_MS);
  timer.cancel();
  vi.advanceTimersByTime(2 * MAX_MS);
  expect(vi.getTimerCount()).toBe(0);
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])('never calls after %d ms', (delayMs) => {
  systemClock.after(delayMs, () => expect.unreachable());
  vi.advanceTimersByTime(2 * MAX_MS);
  expect(vi.getTimerCount()).toBe(1);
});

it.each([0, -1, Number.NEGATIVE_INFINITY])('calls at once after %d ms', (delayMs) => {
  let fired = 0;
  systemClock.after(delayMs, () => fired++);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(1);
});

it('is the same on a moved clock', async () => {
  vi.useRealTimers();
  const clock = new TestClock(0);
  for (const delayMs of [Number.NaN, Number.POSITIVE_INFINITY]) clock.after(delayMs, () => expect.unreachable());
  let fired = 0;
  clock.after(99_999_999_000, () => fired++);
  await clock.advance(99_999_998_999);
  expect([fired, clock.now()]).toEqual([0, 99_999_998_999]);
  await clock.advance(1);
  expect(fired).toBe(1);
});

it('waits for fractions of a millisecond, rounded up', () => {
  let fired = 0;
  systemClock.after(1.2, () => fired++);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(0);
  vi.advanceTimersByTime(1);
  expect(fired).toBe(1);
});

it('moves on with each wait on a moved clock, however short that is', async () => {
  vi.useRealTimers();
  const clock = new TestClock(1_795_000_000_000);
  let fired = 0;
  const again = () => void (++fired < 100 && clock.after(0.000_1, again));
  again();
  await clock.advance(10);
  expect(fired).toBe(11);
});
