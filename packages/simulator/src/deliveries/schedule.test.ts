/** The pure parts of deliveries: when, how many, and in which order. */
import { describe, expect, it } from 'vitest';
import { DeliveryQueue, MAX_WAITING } from './delivery-queue.ts';
import { readContext } from './envelope.ts';
import { HourCount } from './minute-counts.ts';
import { retryDelay } from './retry-schedule.ts';

describe('retryDelay', () => {
  it('ends after three retries', () => {
    const delays = [0, 1, 2, 3].map((failed) => retryDelay(failed, { isDelayedEventsOn: false }));
    expect(delays).toEqual([0, 60_000, 300_000, undefined]);
  });

  it('goes on every hour for a day with Delayed Events', () => {
    const delays = Array.from({ length: 28 }, (_, failed) => retryDelay(failed, { isDelayedEventsOn: true }));
    expect(delays.filter((delay) => delay === 3_600_000)).toHaveLength(24);
    expect(delays[27]).toBeUndefined();
  });
});

describe('HourCount', () => {
  it('forgets minute by minute', () => {
    const count = new HourCount();
    for (const minute of [0, 1, 59]) count.add(minute * 60_000);
    expect(count.total(59 * 60_000)).toBe(3);
    expect(count.total(60 * 60_000)).toBe(2);
    expect(count.total(61 * 60_000)).toBe(1);
    expect(count.total(1e12)).toBe(0);
  });
});

describe('DeliveryQueue', () => {
  it('starts tasks in order, some at a time, and takes no more than it can hold', async () => {
    const queue = new DeliveryQueue();
    const started: number[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const add = (number: number) =>
      queue.add(() => {
        started.push(number);
        return promise;
      });
    const taken = Array.from({ length: MAX_WAITING + 33 }, (_, number) => add(number));
    expect(started).toEqual(Array.from({ length: 32 }, (_, number) => number));
    expect(taken.filter((isTaken) => !isTaken)).toHaveLength(1);
    resolve();
    const { promise: last, resolve: done } = Promise.withResolvers<void>();
    await promise;
    await Promise.resolve();
    queue.add(() => Promise.resolve(done()));
    await last;
    expect(started).toHaveLength(MAX_WAITING + 32);
  });
});

describe('readContext', () => {
  it.for(['', '4-', '4-!!!', '4-bnVsbA', '3-e30'])('takes %j for no context', (text) => {
    expect(readContext(text)).toBeUndefined();
  });
});
