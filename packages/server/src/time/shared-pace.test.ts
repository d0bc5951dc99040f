import { describe, expect, it } from 'vitest';
import { ConnectLimiter } from '../connection/connect-limiter.ts';
import { createTurns } from '../ownership/pace-repository.ts';
import { openTestStore } from '../store/store-fixture.test-kit.ts';
import { type DrawTurns, SharedPace } from './shared-pace.ts';
import { TestClock } from './test-clock.ts';

/** The turns that two processes draw from: one clock, one place. */
function aPlace(clock: TestClock, sharers = 2) {
  let nextMs = 0;
  const draws: number[] = [];
  const place = { isDown: false, draws };
  const draw: DrawTurns = async (count, intervalMs) => {
    draws.push(count);
    if (place.isDown) throw new Error('the database is down');
    const startMs = Math.max(nextMs, clock.monotonic());
    nextMs = startMs + count * intervalMs;
    return { startInMs: startMs - clock.monotonic(), sharers };
  };
  return { place, draw };
}

/** Begins connects as fast as the limiter lets it, each of no length; answers when they began. */
function begin(limiter: ConnectLimiter, clock: TestClock, count: number): number[] {
  const atMs: number[] = [];
  for (let n = 0; n < count; n++) {
    void limiter.acquire(1, new AbortController().signal).then((slot) => {
      atMs.push(clock.monotonic());
      slot.release();
    });
  }
  return atMs;
}

async function pass(clock: TestClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10) {
    await clock.advance(10);
    await clock.settle();
  }
}

describe('a pace that two processes share', () => {
  it('is kept by both together, whoever has work', async () => {
    const clock = new TestClock();
    const { draw, place } = aPlace(clock);
    const limiters = [new ConnectLimiter(clock, {}, draw), new ConnectLimiter(clock, {}, draw)] as const;
    const [one, other] = [begin(limiters[0], clock, 200), begin(limiters[1], clock, 200)];
    await pass(clock, 4_000);
    const begun = one.length + other.length;
    expect(begun).toBeGreaterThan(185);
    expect(begun).toBeLessThanOrEqual(212);
    expect(Math.min(one.length, other.length)).toBeGreaterThan(80);
    expect(place.draws.length).toBeLessThan(50);
  });

  it('is had by one alone while the other one has no work', async () => {
    const clock = new TestClock();
    const { draw } = aPlace(clock, 1);
    const begun = begin(new ConnectLimiter(clock, {}, draw), clock, 400);
    await pass(clock, 4_000);
    expect(begun.length).toBeGreaterThan(185);
  });

  it('leaves each its part, as it was last, while nobody can say whose turn it is', async () => {
    const clock = new TestClock();
    const { draw, place } = aPlace(clock);
    const limiter = new ConnectLimiter(clock, {}, draw);
    const begun = begin(limiter, clock, 400);
    await pass(clock, 1_000);
    place.isDown = true;
    const before = begun.length;
    await pass(clock, 4_000);
    const meanwhile = begun.length - before;
    expect(meanwhile).toBeGreaterThan(85);
    expect(meanwhile).toBeLessThanOrEqual(115);
  });

  it('is slowed down for all by what one of them was refused', async () => {
    const clock = new TestClock();
    const { draw } = aPlace(clock, 1);
    const limiter = new ConnectLimiter(clock, {}, draw);
    limiter.slowDown();
    const begun = begin(limiter, clock, 400);
    await pass(clock, 2_000);
    expect(begun.length).toBeLessThan(65);
  });

  it('makes no burst of turns that nobody took', () => {
    const clock = new TestClock();
    const pace = new SharedPace(async () => ({ startInMs: 0, sharers: 1 }), { clock, onReady: () => {} });
    expect(pace.waitMs({ wanted: 10, intervalMs: 20 })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('turns in PostgreSQL', () => {
  it('are given once, to whoever draws, and say how many drew lately', async () => {
    const store = await openTestStore({ engine: 'postgres' });
    const a = createTurns(store, { name: 'connect', nodeId: () => 'a' });
    const b = createTurns(store, { name: 'connect', nodeId: () => 'b' });
    const first = await a(10, 1_000);
    expect(first.sharers).toBe(1);
    expect(Math.abs(first.startInMs)).toBeLessThan(2_000);
    const second = await b(10, 1_000);
    expect(second.sharers).toBe(2);
    // Behind the ten seconds that were drawn before, less the real time that has passed.
    expect(second.startInMs - first.startInMs).toBeGreaterThan(7_000);
    expect(second.startInMs - first.startInMs).toBeLessThanOrEqual(10_000);
    const probes = createTurns(store, { name: 'probe', nodeId: () => 'b' });
    expect((await probes(1, 100)).startInMs).toBeLessThan(2_000);
  });
});
