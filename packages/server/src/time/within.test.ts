import { expect, it, vi } from 'vitest';
import { TestClock } from './test-clock.ts';
import { within } from './within.ts';

function aLimit(late: () => unknown = () => 'late') {
  const clock = new TestClock(0);
  return { clock, limitMs: 1_000, late };
}

it('gives what comes in time, and says nothing afterwards', async () => {
  const limit = aLimit(vi.fn(() => 'late'));
  const work = Promise.withResolvers<string>();
  const done = within(work.promise, limit);
  await limit.clock.advance(999);
  work.resolve('in time');
  expect(await done).toBe('in time');
  await limit.clock.advance(5_000);
  expect(limit.late).not.toHaveBeenCalled();
});

it('gives what was said for too late, and drops what comes then', async () => {
  const limit = aLimit();
  const work = Promise.withResolvers<string>();
  const done = within(work.promise, limit);
  await limit.clock.advance(1_000);
  expect(await done).toBe('late');
  work.resolve('too late');
  await expect(work.promise).resolves.toBe('too late');
});

it('throws what the work throws in time', async () => {
  await expect(within(Promise.reject(new Error('broken')), aLimit())).rejects.toThrow('broken');
});

it('throws what was said to be thrown', async () => {
  const limit = aLimit(() => {
    throw new RangeError('took too long');
  });
  const done = within(new Promise(() => {}), limit);
  const refused = expect(done).rejects.toThrow(new RangeError('took too long'));
  await limit.clock.advance(1_000);
  await refused;
});

it('is not unsettled by work that fails when nobody waits any more', async () => {
  const limit = aLimit();
  const work = Promise.withResolvers<string>();
  const done = within(work.promise, limit);
  await limit.clock.advance(1_000);
  expect(await done).toBe('late');
  // An unhandled rejection would fail the run.
  work.reject(new Error('too late'));
  await limit.clock.advance(1);
});

it('is over at once with a limit of 0, and never with Infinity', async () => {
  const { clock, late } = aLimit();
  const never = within(new Promise(() => {}), { clock, late, limitMs: Number.POSITIVE_INFINITY });
  const atOnce = within(new Promise(() => {}), { clock, late, limitMs: 0 });
  await clock.advance(0);
  expect(await atOnce).toBe('late');
  await clock.advance(1e12);
  expect(await Promise.race([never, Promise.resolve('still waiting')])).toBe('still waiting');
});

it('takes a value for what it is, whatever it is', async () => {
  expect(await within(Promise.resolve(undefined), aLimit())).toBeUndefined();
});
