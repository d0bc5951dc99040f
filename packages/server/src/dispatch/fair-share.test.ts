import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairSlots, mayTakeMore } from './fair-share.ts';

const LIMITS = { perTeam: 20, shared: 100, reserve: 50 };

describe('a team', () => {
  it.each([
    { own: 0, total: 0, may: true },
    { own: 0, total: 99, may: true },
    // The reserve.
    { own: 0, total: 100, may: true },
    { own: 0, total: 149, may: true },
    { own: 0, total: 150, may: false },
    { own: 1, total: 1, may: true },
    { own: 19, total: 19, may: true },
    // Its own limit.
    { own: 20, total: 20, may: false },
    // Its share when 90 are taken: 10.
    { own: 9, total: 90, may: true },
    { own: 10, total: 90, may: false },
    { own: 1, total: 98, may: true },
    { own: 1, total: 99, may: false },
    { own: 1, total: 120, may: false },
  ])('that holds $own of $total: may it take more? $may', ({ own, total, may }) => {
    expect(mayTakeMore(own, total, LIMITS)).toBe(may);
  });

  it.each([
    { teams: 1, each: 20 },
    { teams: 4, each: 20 },
    { teams: 9, each: 10 },
    { teams: 24, each: 4 },
    { teams: 99, each: 1 },
    { teams: 150, each: 1 },
  ])('gets $each when $teams take in turn what they can', ({ teams, each }) => {
    const slots = new FairSlots(LIMITS);
    takeInTurn(slots, teams);
    expect(Array.from({ length: teams }, (_, team) => slots.takenBy(`T${team}`))).toEqual(Array(teams).fill(each));
  });

  it('that holds nothing gets a slot whatever was taken and given back, while fewer teams than the reserve hold any', () => {
    const limits = fc.record({
      perTeam: fc.integer({ min: 1, max: 10 }),
      shared: fc.integer({ min: 1, max: 30 }),
      reserve: fc.integer({ min: 1, max: 10 }),
    });
    const step = fc.record({ team: fc.integer({ min: 0, max: 30 }), isTaken: fc.boolean() });
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 200 }), (given, steps) => {
        const slots = new FairSlots(given);
        const taken = new Map<number, number>();
        for (const { team, isTaken } of steps) {
          const before = taken.get(team) ?? 0;
          if (!isTaken && before > 0) {
            slots.giveBack(`T${team}`);
            taken.set(team, before - 1);
          } else if (isTaken) {
            const holders = Array.from(taken.values()).filter((count) => count > 0).length;
            const isGranted = slots.take(`T${team}`);
            if (before === 0 && holders < given.reserve) expect(isGranted).toBe(true);
            if (isGranted) taken.set(team, before + 1);
          }
          expect(taken.get(team) ?? 0).toBeLessThanOrEqual(given.perTeam);
          expect(slots.takenBy(`T${team}`)).toBe(taken.get(team) ?? 0);
        }
        const total = Array.from(taken.values()).reduce((sum, count) => sum + count, 0);
        expect(slots.total).toBe(total);
        expect(total).toBeLessThanOrEqual(given.shared + given.reserve);
      }),
    );
  });
});

function takeInTurn(slots: FairSlots, teams: number): void {
  for (let before = -1; slots.total > before; ) {
    before = slots.total;
    for (let team = 0; team < teams; team++) slots.take(`T${team}`);
  }
}
