import { beforeEach, describe, expect, it } from 'vitest';
import type { Installation, InstallationState } from '../team/installation.ts';
import type { InstallationView } from '../team/installations.ts';
import { TestClock } from '../time/test-clock.ts';
import { PeriodicCheck, type PeriodicCheckOptions } from './periodic-check.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ACTIVE: InstallationState = { kind: 'active', doubt: { kind: 'none' } };

let clock: TestClock;
let checked: string[];
let isAnswered: boolean;

beforeEach(() => {
  clock = new TestClock();
  checked = [];
  isAnswered = true;
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

  it('asks again an hour after nobody answered, for as long as nobody does, and then not before the next day', async () => {
    isAnswered = false;
    const check = start({ silentMs: Number.POSITIVE_INFINITY });
    check.observe(aView('T1'));
    await clock.advance(24 * HOUR_MS + MINUTE_MS);
    expect(checked).toHaveLength(1);
    await clock.advance(5 * HOUR_MS + 10 * MINUTE_MS);
    expect(checked).toHaveLength(6);
    isAnswered = true;
    await clock.advance(HOUR_MS);
    expect(checked).toHaveLength(7);
    await clock.advance(23 * HOUR_MS);
    expect(checked).toHaveLength(7);
    await clock.advance(HOUR_MS);
    expect(checked).toHaveLength(8);
  });

  it('asks no more than five a second of ten thousand that are due together, because the machine slept', async () => {
    const check = start({ silentMs: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 10_000; i++) check.observe(aView(`T${i}`));
    await clock.leap(30 * HOUR_MS);
    let most = checked.length;
    for (let minute = 0; minute < 40; minute++) {
      const before = checked.length;
      await clock.advance(MINUTE_MS);
      most = Math.max(most, checked.length - before);
    }
    expect(most).toBeLessThanOrEqual(300);
    expect(new Set(checked).size).toBe(10_000);
    expect(checked).toHaveLength(10_000);
  });

  it('spreads what nobody answered as it was before, also when an outage of hours ends', async () => {
    let n = 0;
    isAnswered = false;
    const check = start({ silentMs: Number.POSITIVE_INFINITY }, () => n++ / 10_000);
    for (let i = 0; i < 10_000; i++) check.observe(aView(`T${i}`));
    await clock.advance(12 * HOUR_MS);
    isAnswered = true;
    let most = 0;
    for (let minute = 0; minute < 120; minute++) {
      const before = checked.length;
      await clock.advance(MINUTE_MS);
      most = Math.max(most, checked.length - before);
    }
    // Five thousand have asked in vain each hour: 85 a minute, and those whose turn of the day it is.
    expect(most).toBeLessThanOrEqual(100);
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
  const ask = (key: string) => {
    checked.push(key);
    return Promise.resolve(isAnswered);
  };
  const check = new PeriodicCheck({ check: ask, clock, random, options });
  check.start();
  return check;
}

function aView(key: string, state: InstallationState = ACTIVE): InstallationView {
  return { installation: { key, state } as Installation, teams: [] };
}
