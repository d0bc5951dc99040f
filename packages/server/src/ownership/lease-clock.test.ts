import { describe, expect, it } from 'vitest';
import { LeaseClock } from './lease-clock.ts';

function aMachine() {
  const machine = { monotonicMs: 5_000, wallMs: 1_700_000_000_000 };
  const time = new LeaseClock({ monotonic: () => machine.monotonicMs, now: () => machine.wallMs });
  const pass = (ms: number) => {
    machine.monotonicMs += ms;
    machine.wallMs += ms;
  };
  return { machine, time, pass, startMs: time.now() };
}

describe('the clock of leases', () => {
  it('counts time in which the machine was suspended', () => {
    const { machine, time, pass, startMs } = aMachine();
    pass(400);
    machine.wallMs += 60_000;
    expect(time.now() - startMs).toBe(60_400);
    pass(100);
    expect(time.now() - startMs).toBe(60_500);
  });

  it('goes on when somebody sets the wall clock back, and counts a suspension after that', () => {
    const { machine, time, pass, startMs } = aMachine();
    machine.wallMs -= 3_600_000;
    pass(2_000);
    expect(time.now() - startMs).toBe(2_000);
    machine.wallMs += 20_000;
    expect(time.now() - startMs).toBe(22_000);
  });

  it('does not add up a wall clock that is adjusted a little all the time', () => {
    const { machine, time, pass, startMs } = aMachine();
    for (let second = 0; second < 3_600; second++) {
      pass(1_001);
      machine.wallMs += 1;
      time.now();
    }
    expect(time.now() - startMs).toBe(3_600 * 1_001);
  });
});
