import { describe, expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { ConnectLimiter, type Slot } from './connect-limiter.ts';

interface Grant {
  name: string;
  atMs: number;
  slot: Slot;
}

/** Asks for a slot and writes down when it came. */
function ask(limiter: ConnectLimiter, clock: TestClock, grants: Grant[], name: string, attempt = 1): AbortController {
  const abort = new AbortController();
  limiter.acquire(attempt, abort.signal).then(
    (slot) => grants.push({ name, atMs: clock.monotonic(), slot }),
    () => grants.push({ name: `${name} rejected`, atMs: clock.monotonic(), slot: { release() {} } }),
  );
  return abort;
}

function names(grants: readonly Grant[]): string[] {
  return grants.map(({ name }) => name);
}

/** The largest number of grants within any second. */
function busiestSecond(grants: readonly Grant[]): number {
  return Math.max(...grants.map(({ atMs }) => grants.filter((g) => g.atMs >= atMs && g.atMs < atMs + 1_000).length));
}

const UNPACED = { ratePerSecond: Number.POSITIVE_INFINITY };

describe('ConnectLimiter', () => {
  it('begins at most fifty connects in a second, evenly, and takes no longer than that for a thousand', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { maxConcurrent: Number.POSITIVE_INFINITY });
    const grants: Grant[] = [];
    for (let i = 0; i < 1_000; i++) ask(limiter, clock, grants, `T${i}`);
    await clock.advance(20_000);
    expect(grants).toHaveLength(1_000);
    // Two may start at once; the pace is kept by the ones after them.
    expect(busiestSecond(grants)).toBeLessThanOrEqual(52);
  });

  it('gives a single team its slot at once', async () => {
    const clock = new TestClock();
    const grants: Grant[] = [];
    ask(new ConnectLimiter(clock), clock, grants, 'T1');
    await clock.settle();
    expect(grants.map(({ atMs }) => atMs)).toEqual([0]);
  });

  it('has no more connects under way than there are slots, and hands on a slot that is released', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { ...UNPACED, maxConcurrent: 2 });
    const grants: Grant[] = [];
    for (const name of ['a', 'b', 'c']) ask(limiter, clock, grants, name);
    await clock.settle();
    expect(names(grants)).toEqual(['a', 'b']);
    grants[0]?.slot.release();
    grants[0]?.slot.release();
    ask(limiter, clock, grants, 'd');
    await clock.settle();
    expect(names(grants)).toEqual(['a', 'b', 'c']);
  });

  it('lets first attempts go first, but starves nobody', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { ratePerSecond: 1, maxConcurrent: 100 });
    const grants: Grant[] = [];
    ask(limiter, clock, grants, 'starter');
    ask(limiter, clock, grants, 'starter');
    ask(limiter, clock, grants, 'late', 3);
    ask(limiter, clock, grants, 'second', 2);
    for (let i = 0; i < 6; i++) ask(limiter, clock, grants, 'first');
    await clock.advance(8_000);
    expect(names(grants).join(' ')).toBe('starter starter first second first first first late first first');
  });

  it('gives teams that keep failing at most a quarter of the slots', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { ...UNPACED, maxConcurrent: 8 });
    const grants: Grant[] = [];
    for (let i = 0; i < 10; i++) ask(limiter, clock, grants, 'late', 3 + i);
    await clock.settle();
    expect(names(grants)).toEqual(['late', 'late']);
    for (let i = 0; i < 10; i++) ask(limiter, clock, grants, 'first');
    await clock.settle();
    expect(names(grants).filter((name) => name === 'first')).toHaveLength(6);
  });

  it('halves its pace once for a burst of failures, and is back at full speed a minute later', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { maxConcurrent: Number.POSITIVE_INFINITY });
    const grants: Grant[] = [];
    for (let i = 0; i < 20; i++) limiter.slowDown();
    for (let i = 0; i < 5_000; i++) ask(limiter, clock, grants, `T${i}`);
    await clock.advance(1_000);
    expect(grants.length).toBeGreaterThanOrEqual(25);
    expect(grants.length).toBeLessThanOrEqual(28);
    await clock.advance(59_000);
    const before = grants.length;
    await clock.advance(10_000);
    expect(grants.length - before).toBeGreaterThanOrEqual(499);
  });

  it('recovers sooner when connects succeed', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { ...UNPACED, maxConcurrent: 32 });
    limiter.slowDown();
    for (let i = 0; i < 128; i++) limiter.noteSuccess();
    const grants: Grant[] = [];
    for (let i = 0; i < 40; i++) ask(limiter, clock, grants, `T${i}`);
    await clock.settle();
    expect(grants).toHaveLength(32);
  });

  it('goes on trying, slowly, however long the trouble lasts', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { maxConcurrent: 4 });
    const grants: Grant[] = [];
    for (let i = 0; i < 60; i++) {
      limiter.slowDown();
      await clock.advance(1_000);
    }
    ask(limiter, clock, grants, 'T1');
    await clock.advance(1_000);
    expect(names(grants)).toEqual(['T1']);
  });

  it('forgets who gave up waiting, and leaves no timer behind', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { ratePerSecond: 1 });
    const grants: Grant[] = [];
    for (const name of ['a', 'b']) ask(limiter, clock, grants, name);
    const abort = ask(limiter, clock, grants, 'c');
    await clock.settle();
    expect(clock.pendingTimers).toBe(1);
    abort.abort();
    await clock.settle();
    expect(names(grants)).toEqual(['a', 'b', 'c rejected']);
    expect(limiter.waiting).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('rejects everyone when it stops', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { ratePerSecond: 1 });
    const grants: Grant[] = [];
    for (const name of ['a', 'b', 'c']) ask(limiter, clock, grants, name);
    limiter.stop();
    ask(limiter, clock, grants, 'd');
    await clock.settle();
    expect(names(grants)).toEqual(['a', 'b', 'c rejected', 'd rejected']);
    expect(clock.pendingTimers).toBe(0);
    await expect(limiter.acquire(1, new AbortController().signal)).rejects.toMatchObject({ code: 'server_stopped' });
  });

  it('C17 gives no more slots than there is room for sockets, and the next one when a socket is gone', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { ...UNPACED, maxSockets: 2 });
    const grants: Grant[] = [];
    for (const name of ['T1', 'T2', 'T3', 'T4']) ask(limiter, clock, grants, name);
    await clock.settle();
    expect(names(grants)).toEqual(['T1', 'T2']);
    for (const { slot } of grants) {
      limiter.noteDialed();
      slot.release();
    }
    await clock.advance(60_000);
    expect(names(grants)).toEqual(['T1', 'T2']);
    limiter.noteGone();
    await clock.settle();
    expect(names(grants)).toEqual(['T1', 'T2', 'T3']);
    // A connect that fails before it dials gives its room to the next one.
    grants.at(-1)?.slot.release();
    await clock.settle();
    expect(names(grants)).toEqual(['T1', 'T2', 'T3', 'T4']);
  });

  it('C17 lets a successor go without room, past those who wait for it', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock, { ...UNPACED, maxSockets: 1 });
    const granted: string[] = [];
    limiter.noteDialed();
    const { signal } = new AbortController();
    void limiter.acquire(1, signal).then(() => granted.push('T2'));
    void limiter.acquire(1, signal, { isSuccessor: true }).then(() => granted.push('T1 again'));
    await clock.settle();
    expect(granted).toEqual(['T1 again']);
  });
});

describe('time for more teams', () => {
  it('is there while first attempts fill no more than a quarter of a second', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock);
    const grants: Grant[] = [];
    expect([limiter.hasTimeFor(12), limiter.hasTimeFor(13)]).toEqual([true, false]);
    for (let i = 0; i < 12; i++) ask(limiter, clock, grants, `T${i}`);
    expect([limiter.hasTimeFor(0), limiter.hasTimeFor(1)]).toEqual([true, false]);
    await clock.advance(1_000);
    // Begun, and not at their end.
    expect(limiter.hasTimeFor(1)).toBe(false);
    for (const { slot } of grants) slot.release();
    expect(limiter.hasTimeFor(12)).toBe(true);
  });

  it('is not used up by teams that keep failing, but gone while Slack is in trouble', async () => {
    const clock = new TestClock();
    const limiter = new ConnectLimiter(clock);
    for (let i = 0; i < 40; i++) ask(limiter, clock, [], `T${i}`, 3);
    expect(limiter.hasTimeFor(0)).toBe(true);
    limiter.slowDown();
    expect(limiter.hasTimeFor(0)).toBe(true);
    await clock.advance(2_000);
    limiter.slowDown();
    expect(limiter.hasTimeFor(0)).toBe(false);
    await clock.advance(30_000);
    expect(limiter.hasTimeFor(0)).toBe(true);
  });
});
