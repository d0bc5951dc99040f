import { describe, expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { createPublicStatus } from './public-status.ts';
import type { Readiness } from './readiness.ts';

const OK: Readiness = { ready: true, checks: { store: 'ok', ownership: 'alone', teams: 'ok' } };

const statesOf = async (ready: () => Promise<Readiness>, isIncident = async () => false) => {
  const { state, parts } = await createPublicStatus({ ready, isIncident, clock: new TestClock() })();
  return [state, ...parts.map((part) => part.state)];
};

describe('the status for anybody', () => {
  it.each<[string, () => Promise<Readiness>, boolean, string[]]>([
    ['all well', async () => OK, false, ['ok', 'ok', 'ok', 'ok']],
    ['an incident', async () => OK, true, ['trouble', 'ok', 'ok', 'trouble']],
    [
      'a full disk',
      async () => ({ ready: false, checks: { ...OK.checks, store: 'disk_full' }, reasons: { store: 'full' } }),
      false,
      ['down', 'down', 'ok', 'ok'],
    ],
    [
      'a lease that is over',
      async () => ({ ready: false, checks: { ...OK.checks, ownership: 'fenced' }, reasons: { ownership: 'over' } }),
      false,
      ['trouble', 'ok', 'trouble', 'ok'],
    ],
    [
      'a start',
      async () => ({ ready: false, checks: { ...OK.checks, teams: 'starting' }, reasons: { teams: 'reads' } }),
      false,
      ['trouble', 'ok', 'trouble', 'ok'],
    ],
    ['a check that throws', async () => await Promise.reject(new Error('secret')), false, ['down', 'down', 'ok', 'ok']],
  ])('%s', async (_what, ready, isOn, expected) => {
    expect(await statesOf(ready, async () => isOn)).toEqual(expected);
  });

  it('does not fail with a database that does not answer', async () => {
    expect(
      await statesOf(
        async () => OK,
        async () => await Promise.reject(new Error('gone')),
      ),
    ).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('asks once in five seconds, however many look', async () => {
    let asked = 0;
    const clock = new TestClock();
    const status = createPublicStatus({ ready: async () => (asked++, OK), isIncident: async () => false, clock });
    await Promise.all([status(), status(), status()]);
    expect(asked).toBe(1);
    await clock.advance(5_000);
    await status();
    expect(asked).toBe(2);
  });
});
