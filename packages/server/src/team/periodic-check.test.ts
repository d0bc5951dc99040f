import { beforeEach, describe, expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import type { Installation, InstallationState } from './installation.ts';
import type { InstallationView } from './installations.ts';
import { PeriodicCheck, type PeriodicCheckOptions } from './periodic-check.ts';

const HOUR_MS = 3_600_000;
const ACTIVE: InstallationState = { kind: 'active', doubt: { kind: 'none' } };

let clock: TestClock;
let checked: string[];

beforeEach(() => {
  clock = new TestClock();
  checked = [];
});

describe('the periodic check', () => {
  it('asks each installation once a day while Slack sends something for it', async () => {
    const check = start();
    check.observe(aView('T1'));
    for (let hour = 0; hour < 48; hour++) {
      check.heard('T1');
      await clock.advance(HOUR_MS);
    }
    expect(checked).toEqual(['T1', 'T1']);
  });

  it('asks a silent one every six hours', async () => {
    const check = start();
    check.observe(aView('T1'));
    await clock.advance(24 * HOUR_MS + 120_000);
    expect(checked.length).toBeGreaterThanOrEqual(3);
    expect(checked.length).toBeLessThanOrEqual(5);
  });

  it('spreads a thousand that were found at the start', async () => {
    let n = 0;
    const check = start({ silentMs: Number.POSITIVE_INFINITY }, () => n++ / 1_000);
    for (let i = 0; i < 1_000; i++) check.observe(aView(`T${i}`));
    let most = 0;
    for (let hour = 0; hour < 24; hour++) {
      const before = checked.length;
      await clock.advance(HOUR_MS);
      most = Math.max(most, checked.length - before);
    }
    expect(checked.length).toBe(1_000);
    expect(most).toBeLessThan(60);
  });

  it('does not ask one that is inactive or in doubt', async () => {
    const check = start();
    check.observe(aView('T1'));
    check.observe(aView('T1', { kind: 'inactive', reason: 'account_inactive', sinceMs: 0 }));
    check.observe(aView('T2', { kind: 'active', doubt: { kind: 'held', code: 'account_inactive', sinceMs: 0 } }));
    await clock.advance(48 * HOUR_MS);
    expect(checked).toEqual([]);
  });

  it('asks nobody after it was stopped', async () => {
    const check = start();
    check.observe(aView('T1'));
    check.stop();
    await clock.advance(48 * HOUR_MS);
    expect(checked).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

function start(options: PeriodicCheckOptions = {}, random = () => 0): PeriodicCheck {
  const check = new PeriodicCheck({ check: (key) => checked.push(key), clock, random, options });
  check.start();
  return check;
}

function aView(key: string, state: InstallationState = ACTIVE): InstallationView {
  return { installation: { key, state } as Installation, teams: [] };
}
