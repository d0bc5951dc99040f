import { expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { SerialReplacement } from './serial-replacement.ts';

function aRun() {
  const clock = new TestClock();
  const steps: string[] = [];
  const run = new SerialReplacement({ clock, replace: (source) => steps.push(`replace ${source}`) });
  const begin = (...sources: string[]) => run.run(sources, () => steps.push(`done ${sources.join(' ')}`));
  return { clock, steps, run, begin };
}

it('replaces the next one when the successor of the one before is there', () => {
  const { clock, steps, run, begin } = aRun();
  begin('a', 'b');
  expect(steps).toEqual(['replace a']);
  run.opened('b');
  expect(steps).toEqual(['replace a']);
  run.opened('a');
  run.opened('b');
  expect(steps).toEqual(['replace a', 'replace b', 'done a b']);
  run.opened('b');
  expect(steps).toHaveLength(3);
  expect(clock.pendingTimers).toBe(0);
});

it('goes on after ten seconds without a successor', async () => {
  const { clock, steps, begin } = aRun();
  begin('a', 'b');
  await clock.advance(9_999);
  expect(steps).toEqual(['replace a']);
  await clock.advance(1);
  expect(steps).toEqual(['replace a', 'replace b']);
  await clock.advance(10_000);
  expect(steps).toEqual(['replace a', 'replace b', 'done a b']);
});

it('begins no second run while one is under way, and another one afterwards', () => {
  const { steps, run, begin } = aRun();
  begin('a');
  begin('b');
  run.opened('a');
  begin('b');
  run.opened('b');
  expect(steps).toEqual(['replace a', 'done a', 'replace b', 'done b']);
});

it('is over at once without sources, and when it is stopped', async () => {
  const { clock, steps, run, begin } = aRun();
  begin();
  begin('a', 'b');
  run.stop();
  run.opened('a');
  await clock.advance(60_000);
  expect(steps).toEqual(['done ', 'replace a']);
  expect(clock.pendingTimers).toBe(0);
});
