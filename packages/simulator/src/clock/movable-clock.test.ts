import { describe, expect, it } from 'vitest';
import { turnOfTheEventLoop } from './clock.ts';
import { MovableClock } from './movable-clock.ts';

describe('MovableClock', () => {
  it('fires timers one by one in order of their due time when it is moved', async () => {
    const clock = new MovableClock({ mode: 'manual', startMs: 1000 });
    const fired: string[] = [];
    clock.after(300, () => fired.push(`late at ${clock.now()}`));
    clock.after(100, () => {
      fired.push(`early at ${clock.now()}`);
      clock.after(100, () => fired.push(`nested at ${clock.now()}`));
    });
    await clock.advance(300);
    expect(fired).toEqual(['early at 1100', 'nested at 1200', 'late at 1300']);
    expect(clock.now()).toBe(1300);
  });

  it('does not fire what was cancelled, and keeps what is not due', async () => {
    const clock = new MovableClock({ mode: 'manual', startMs: 0 });
    const fired: string[] = [];
    clock.after(10, () => fired.push('cancelled')).cancel();
    clock.after(1000, () => fired.push('later'));
    await clock.advance(999);
    expect(fired).toEqual([]);
    expect(clock.pendingTimers).toBe(1);
  });

  it('goes on from where it was when it is stopped and started', async () => {
    const clock = new MovableClock({ mode: 'manual', startMs: 5_000_000 });
    clock.setMode('system');
    await clock.advance(60_000);
    clock.setMode('manual');
    const standing = clock.now();
    expect(standing).toBeGreaterThanOrEqual(5_060_000);
    expect(standing).toBeLessThan(5_070_000);
    expect(clock.now()).toBe(standing);
  });

  it('fires due timers at once when a running clock is moved over them', async () => {
    const clock = new MovableClock();
    const fired: string[] = [];
    clock.after(3_600_000, () => fired.push('hour'));
    await clock.advance(3_600_000);
    expect(fired).toEqual(['hour']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('never fires what waits for ever or for no number, and waits longer than a timer of Node can', async () => {
    const clock = new MovableClock({ mode: 'manual', startMs: 0 });
    const fired: string[] = [];
    clock.after(Number.NaN, () => fired.push('NaN'));
    clock.after(Number.POSITIVE_INFINITY, () => fired.push('Infinity'));
    clock.after(2 ** 32, () => fired.push('long'));
    clock.setMode('system');
    await turnOfTheEventLoop();
    await turnOfTheEventLoop();
    expect(fired).toEqual([]);
    await clock.advance(2 ** 32);
    expect(fired).toEqual(['long']);
    clock.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  it('moves on with each wait, however short that is', async () => {
    const clock = new MovableClock({ mode: 'manual', startMs: 1_795_000_000_000 });
    let fired = 0;
    const again = () => void (++fired < 100 && clock.after(0.000_1, again));
    again();
    await clock.advance(10);
    expect(fired).toBe(11);
  });

  it('leaves no timer behind when it is stopped', () => {
    const clock = new MovableClock();
    clock.after(60_000, () => {});
    clock.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  // The retry of an event whose delivery was cut by the stop kept a process alive for minutes.
  it('starts no timer once it is stopped', () => {
    const clock = new MovableClock();
    clock.stop();
    clock.after(60_000, () => {}).cancel();
    clock.after(60_000, () => {});
    expect(clock.pendingTimers).toBe(0);
  });
});
