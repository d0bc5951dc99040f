import { expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { type Planned, RefreshSchedule } from './refresh-schedule.ts';

function aSchedule() {
  const clock = new TestClock(1_795_000_000_000);
  const runs: number[] = [];
  const schedule = new RefreshSchedule<Planned>(async () => void runs.push(clock.monotonic()), {
    clock,
    lanes: undefined,
  });
  const planned = (): Planned => ({ dueAtMs: Number.POSITIVE_INFINITY, isUnderWay: false });
  return { clock, runs, schedule, planned };
}

it('postpones nothing when the clock is set back', async () => {
  const { clock, runs, schedule, planned } = aSchedule();
  schedule.plan(planned(), clock.now() + 300_000);
  await clock.advance(1_000);
  clock.setWall(-3_600_000);
  await clock.advance(359_000);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toBeGreaterThanOrEqual(300_000);
});

it('runs what is due when the clock is set forward', async () => {
  const { clock, runs, schedule, planned } = aSchedule();
  schedule.plan(planned(), clock.now() + 3_600_000);
  clock.setWall(3_600_000);
  await clock.advance(60_000);
  expect(runs).toHaveLength(1);
});
