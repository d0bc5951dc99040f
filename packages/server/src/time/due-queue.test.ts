import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Due, DueQueue } from './due-queue.ts';

/** Takes all that wait, in the order in which they fall due. */
function drain(queue: DueQueue): Due[] {
  const taken: Due[] = [];
  for (let due = queue.first(); due; due = queue.first()) {
    queue.remove(due);
    taken.push(due);
  }
  return taken;
}

const nothing = () => {};

describe('the timers of a moved clock', () => {
  it('come by their time, and those of one moment in the order in which they were set', () => {
    const queue = new DueQueue();
    const [late, first, second] = [queue.add(30, nothing), queue.add(10, nothing), queue.add(10, nothing)];
    expect(queue.size).toBe(3);
    expect(drain(queue)).toEqual([first, second, late]);
    expect(queue.size).toBe(0);
  });

  it('that were cancelled do not come, and cancelling twice is nothing', () => {
    const queue = new DueQueue();
    const [gone, kept] = [queue.add(1, nothing), queue.add(2, nothing)];
    expect([queue.remove(gone), queue.remove(gone), queue.size]).toEqual([true, false, 1]);
    expect(queue.first()).toBe(kept);
  });

  it('that never fall due come last', () => {
    const queue = new DueQueue();
    const never = queue.add(Number.POSITIVE_INFINITY, nothing);
    const last = queue.add(1e15, nothing);
    expect(drain(queue)).toEqual([last, never]);
  });

  it('are the same ones as in a sorted list, whatever is set, cancelled and taken in between', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ does: fc.constant('add' as const), atMs: fc.nat(20) }) },
      { weight: 3, arbitrary: fc.record({ does: fc.constant('cancel' as const), which: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('take' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = new DueQueue();
        let list: Due[] = [];
        const sorted = () => list.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
        for (const one of steps) {
          if (one.does === 'add') list.push(queue.add(one.atMs, nothing));
          const due = one.does === 'cancel' ? list[one.which % list.length] : queue.first();
          if (one.does === 'take') expect(due).toBe(sorted()[0]);
          if (one.does === 'add' || due === undefined) continue;
          queue.remove(due);
          list = list.filter((other) => other !== due);
        }
        expect(queue.size).toBe(list.length);
        expect(drain(queue)).toEqual(sorted());
      }),
      { numRuns: 200 },
    );
  });
});
