/** What charts are drawn of: steps without gaps, summed over the processes. */
import { describe, expect, it } from 'vitest';
import { tellMinute } from '../../reports/minute-repository.ts';
import { engines } from '../../store/store-fixture.test-kit.ts';
import { NOW_MS, openOperations } from '../operations.test-kit.ts';
import { showHistory } from './show-history.ts';

const none = {
  accepted: 0,
  repeated: 0,
  handled: 0,
  failed: 0,
  connects: 0,
  closes: 0,
  takenMs: 0,
  timed: 0,
  waiting: 0,
  open: 0,
};
/** NOW is 40 seconds into 11:06. */
const minute = (count: number) => NOW_MS - 40_000 - count * 60_000;

describe.each(engines)('on %s', (engine) => {
  it('the last hour has a step for each minute, with what all processes did', async () => {
    const { run, storage } = await openOperations(engine);
    const tell = (node: string, atMs: number, facts: Partial<typeof none>) =>
      tellMinute(storage.store, node, { ...none, ...facts, atMs });
    await tell('n1', minute(2), { accepted: 5, handled: 4, takenMs: 100, timed: 4, waiting: 2, open: 10 });
    await tell('n2', minute(2), { accepted: 1, handled: 1, takenMs: 50, timed: 1, waiting: 3, open: 11 });
    await tell('n1', minute(1), { failed: 2 });
    await tell('n1', minute(61), { accepted: 99 });
    const { everyMs, points } = await run(showHistory, {});
    expect([everyMs, points.length]).toEqual([60_000, 60]);
    expect(points.at(-2)).toEqual({
      at: '2026-11-18T11:04:00.000Z',
      accepted: 6,
      repeated: 0,
      handled: 5,
      failed: 0,
      connects: 0,
      closes: 0,
      waiting: 5,
      open: 21,
      takenMs: 30,
    });
    expect(points.at(-1)).toMatchObject({ at: '2026-11-18T11:05:00.000Z', failed: 2, takenMs: null });
    expect(points.slice(0, -2).every(({ accepted, handled }) => accepted + handled === 0)).toBe(true);
  });

  it('a day has steps of twelve minutes, in which what stands is the most', async () => {
    const { run, storage } = await openOperations(engine);
    for (const count of [20, 21, 22])
      await tellMinute(storage.store, 'n1', { ...none, accepted: 1, open: count, atMs: minute(count) });
    const { everyMs, points } = await run(showHistory, { hours: 24 });
    expect([everyMs, points.length]).toEqual([720_000, 120]);
    // 10:44 to 10:46 lie in the step that begins at 10:36.
    expect(points.filter(({ accepted }) => accepted > 0)).toMatchObject([
      { at: '2026-11-18T10:36:00.000Z', accepted: 3, open: 22 },
    ]);
  });
});
