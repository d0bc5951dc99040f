import { describe, expect, it } from 'vitest';
import { createSchedule, type JobSchedule } from './schedule.ts';

const NOW_MS = Date.UTC(2027, 2, 27, 10, 30, 15, 250);

/** The next planned times, as text. */
function upcoming(given: JobSchedule, count: number, fromMs = NOW_MS): string[] {
  const schedule = createSchedule(given, fromMs);
  const times: string[] = [];
  for (let ms = fromMs; times.length < count; ) {
    ms = schedule.next(ms) ?? Number.NaN;
    times.push(new Date(ms).toISOString());
  }
  return times;
}

describe('the planned times of a job', () => {
  it.each<[JobSchedule, string, string]>([
    ['minute', '2027-03-27T10:30:00.000Z', '2027-03-27T10:31:00.000Z'],
    ['hour', '2027-03-27T10:00:00.000Z', '2027-03-27T11:00:00.000Z'],
    ['day', '2027-03-27T00:00:00.000Z', '2027-03-28T00:00:00.000Z'],
    [{ seconds: 10 }, '2027-03-27T10:30:10.000Z', '2027-03-27T10:30:20.000Z'],
    [{ cron: '0 9 * * 1' }, '2027-03-22T09:00:00.000Z', '2027-03-29T09:00:00.000Z'],
    [{ cron: '*/5 * * * * *' }, '2027-03-27T10:30:15.000Z', '2027-03-27T10:30:20.000Z'],
  ])('of %j are the same for everybody', (given, previous, next) => {
    const schedule = createSchedule(given, NOW_MS);
    expect(new Date(schedule.previous(NOW_MS) ?? 0).toISOString()).toBe(previous);
    expect(new Date(schedule.next(NOW_MS) ?? 0).toISOString()).toBe(next);
  });

  it.each<[JobSchedule]>([['minute'], [{ seconds: 15 }], [{ cron: '*/15 * * * * *' }]])(
    'of %j: one that is now is the previous one, and not the next',
    (given) => {
      const plannedMs = Date.UTC(2027, 2, 27, 10, 30);
      const schedule = createSchedule(given, plannedMs);
      expect(schedule.previous(plannedMs)).toBe(plannedMs);
      expect(schedule.next(plannedMs)).toBeGreaterThan(plannedMs);
      expect(schedule.next(plannedMs - 1)).toBe(plannedMs);
    },
  );

  it('stay at nine in Berlin when the clocks change', () => {
    expect(upcoming({ cron: '0 9 * * *', timezone: 'Europe/Berlin' }, 3, Date.UTC(2027, 2, 26, 12))).toEqual([
      '2027-03-27T08:00:00.000Z',
      '2027-03-28T07:00:00.000Z',
      '2027-03-29T07:00:00.000Z',
    ]);
  });

  it('that the clocks skip come right after the gap, and that come twice come once', () => {
    const halfPastTwo = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
    expect(upcoming(halfPastTwo, 2, Date.UTC(2027, 2, 27, 12))).toEqual([
      '2027-03-28T01:00:00.000Z',
      '2027-03-29T00:30:00.000Z',
    ]);
    expect(upcoming(halfPastTwo, 2, Date.UTC(2027, 9, 30, 12))).toEqual([
      '2027-10-31T00:30:00.000Z',
      '2027-11-01T01:30:00.000Z',
    ]);
  });

  it.each<[unknown]>([
    ['week'],
    ['toString'],
    [null],
    [{}],
    [{ seconds: 0 }],
    [{ seconds: 1.5 }],
    [{ seconds: Number.NaN }],
    [{ seconds: Number.POSITIVE_INFINITY }],
    [{ seconds: '5' }],
    [{ cron: 'every monday' }],
    [{ cron: '0 9 * * 1', timezone: 'Mars/Olympus' }],
    [{ cron: '0 9 30 2 *' }],
  ])('refuse %j', (given) => {
    expect(() => createSchedule(given as JobSchedule, NOW_MS)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
