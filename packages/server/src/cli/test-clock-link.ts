/** The hidden `start --test-clock`: the parent process moves this one's time by IPC, timer by timer. Never in production. */
import { BotServerError } from '../errors.ts';
import { TestClock } from '../time/test-clock.ts';

/** What the parent sends, and what it gets back when time has moved; `leap` is that of TestClock, as on a machine that slept. */
export type ClockOrder = { type: 'advance' | 'leap'; ms: number };
export type ClockReport = { type: 'advanced'; nowMs: number };

/** A clock that obeys the parent and starts at `startMs`. */
export function linkTestClock(startMs: number): TestClock {
  if (!process.send) throw new BotServerError('usage', '--test-clock needs a parent process that moves it over IPC');
  const clock = new TestClock(startMs);
  let moving = Promise.resolve();
  process.on('message', (order: ClockOrder) => {
    if (order?.type !== 'advance' && order?.type !== 'leap') return;
    moving = moving.then(async () => {
      await clock[order.type](order.ms);
      const report: ClockReport = { type: 'advanced', nowMs: clock.now() };
      // The channel may have been closed meanwhile, because this process is ending: then nobody waits for the report.
      if (process.connected) process.send?.(report, undefined, {}, () => {});
    });
  });
  return clock;
}
