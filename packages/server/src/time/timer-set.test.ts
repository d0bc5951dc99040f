import { expect, it } from 'vitest';
import { TestClock } from './test-clock.ts';
import { TimerSet } from './timer-set.ts';

it('cancels what has not fired, and nothing that was set elsewhere', async () => {
  const clock = new TestClock(0);
  const timers = new TimerSet(clock);
  const fired: string[] = [];
  timers.after(10, () => fired.push('early'));
  timers.after(100, () => fired.push('late'));
  timers.after(20, () => fired.push('cancelled')).cancel();
  clock.after(100, () => fired.push('elsewhere'));
  await clock.advance(50);
  timers.cancelAll();
  await clock.advance(1_000);
  expect(fired).toEqual(['early', 'elsewhere']);
});
