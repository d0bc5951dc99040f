import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock/clock.ts';
import { ActivityLog } from './activity-log.ts';

const aLog = (capacity = 3) => new ActivityLog(systemClock, capacity);

describe('ActivityLog', () => {
  it('keeps the newest records only, and goes on numbering', () => {
    const log = aLog(3);
    for (const method of ['a', 'b', 'c', 'd', 'e']) log.add({ kind: 'request', method });
    expect(log.query().map(({ seq, method }) => [seq, method])).toEqual([
      [3, 'c'],
      [4, 'd'],
      [5, 'e'],
    ]);
    expect(log.size).toBe(3);
  });

  it('gives the records after a number that fit', () => {
    const log = aLog(10);
    log.add({ kind: 'request', method: 'auth.test', team: 'T1', tokenId: 'aaa' });
    log.add({ kind: 'request', method: 'auth.test', team: 'T2', tokenId: 'bbb' });
    log.add({ kind: 'frame_in', team: 'T2' });
    log.add({ kind: 'request', method: 'rtm.connect', team: 'T2', tokenId: 'bbb' });
    expect(log.query({ team: 'T2', kind: 'request' }).map(({ seq }) => seq)).toEqual([2, 4]);
    expect(log.query({ tokenId: 'bbb', after: 2 }).map(({ seq }) => seq)).toEqual([4]);
    expect(log.query({ limit: 1 }).map(({ seq }) => seq)).toEqual([1]);
  });

  it('forgets on request without giving a number twice', () => {
    const log = aLog(3);
    for (const method of ['a', 'b', 'c', 'd']) log.add({ kind: 'request', method });
    log.clear();
    expect(log.query()).toEqual([]);
    log.add({ kind: 'request', method: 'e' });
    expect(log.query().map(({ seq, method }) => [seq, method])).toEqual([[5, 'e']]);
  });

  it('cuts long texts', () => {
    const log = aLog();
    expect(log.add({ kind: 'frame_in', text: 'x'.repeat(16_000) }).text).toHaveLength(512);
  });

  it('wakes who waits for the next record, and ends the wait on request', async () => {
    const log = aLog();
    const next = log.nextRecord(new AbortController().signal);
    log.add({ kind: 'clock' });
    await expect(next).resolves.toBeUndefined();
    await expect(log.nextRecord(AbortSignal.abort())).resolves.toBeUndefined();
  });
});
