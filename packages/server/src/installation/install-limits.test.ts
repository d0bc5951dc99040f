import { describe, expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { InstallLimits, type InstallLimitsOptions } from './install-limits.ts';

const wide = { burst: 1_000, perSecond: 1_000, concurrent: 1_000 };

function limitsOf(options: InstallLimitsOptions) {
  const clock = new TestClock();
  const limits = new InstallLimits(clock, { perAddress: wide, inAll: wide, ...options });
  const enterAndLeave = (address: string) => {
    const entrance = limits.enter(address);
    if (entrance.kind === 'entered') entrance.leave();
    return entrance.kind;
  };
  return { clock, limits, enterAndLeave };
}

const refused = (retryAfterMs: number) => ({ kind: 'refused', retryAfterMs });

describe('an address', () => {
  const perAddress = { burst: 2, perSecond: 0.5, concurrent: 10 };

  it('that comes too often is told when to come again, and others notice nothing', async () => {
    const { clock, limits, enterAndLeave } = limitsOf({ perAddress });
    expect([enterAndLeave('a'), enterAndLeave('a')]).toEqual(['entered', 'entered']);
    expect(limits.enter('a')).toEqual(refused(2_000));
    expect(enterAndLeave('b')).toBe('entered');
    await clock.advance(1_999);
    expect(limits.enter('a')).toEqual(refused(1));
    await clock.advance(1);
    expect(enterAndLeave('a')).toBe('entered');
  });

  it('that keeps away longer gets no more than at first', async () => {
    const { clock, enterAndLeave } = limitsOf({ perAddress });
    await clock.advance(3_600_000);
    expect(Array.from({ length: 3 }, () => enterAndLeave('a'))).toEqual(['entered', 'entered', 'refused']);
  });

  it('has only so many that have not ended, and leaving twice is leaving once', () => {
    const { limits } = limitsOf({ perAddress: { ...wide, concurrent: 2 } });
    const first = limits.enter('a');
    limits.enter('a');
    expect(limits.enter('a')).toEqual(refused(2_000));
    if (first.kind === 'entered') for (const _ of [1, 2]) first.leave();
    expect(limits.enter('a').kind).toBe('entered');
    expect(limits.enter('a')).toEqual(refused(2_000));
  });

  it('that is refused takes nothing from the others', () => {
    const { limits, enterAndLeave } = limitsOf({ perAddress, inAll: { burst: 3, perSecond: 1, concurrent: 10 } });
    for (let times = 0; times < 50; times++) enterAndLeave('a');
    expect(limits.enter('b').kind).toBe('entered');
  });
});

describe('all addresses together', () => {
  it('are bounded too, each coming once', () => {
    const { enterAndLeave, limits } = limitsOf({ inAll: { burst: 5, perSecond: 10, concurrent: 10 } });
    const answers = Array.from({ length: 20_000 }, (_, number) => enterAndLeave(`10.0.0.${number}`));
    expect(answers.filter((kind) => kind === 'entered')).toHaveLength(5);
    expect(limits.enter('new')).toEqual(refused(100));
  });
});
