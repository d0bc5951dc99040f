/** Work that is started at a pace. */
import { expect, it } from 'vitest';
import { Lanes } from './lanes.ts';
import { TestClock } from './test-clock.ts';

it.each([
  ['turns that a database gave out', 8, async () => ({ startInMs: 10.000_01, sharers: 1 })],
  ['a pace of its own', 3, undefined],
])('a wait of a fraction of a millisecond ends: %s', async (_what, perSecond, draw) => {
  const clock = new TestClock(1_795_000_000_000);
  const lanes = new Lanes(clock, { atOnce: 5, perSecond }, draw);
  const startedAtMs: number[] = [];
  const work = async () => void startedAtMs.push(clock.monotonic());
  lanes.add(work);
  lanes.add(work);
  await clock.advance(2_000);
  expect(startedAtMs).toHaveLength(2);
  await lanes.stop();
});
