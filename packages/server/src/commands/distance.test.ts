import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, near } from './distance.ts';

describe('distance', () => {
  it.each([
    ['help', 'help', 0],
    ['hlep', 'help', 1],
    ['hel', 'help', 1],
    ['helpp', 'help', 1],
    ['halp', 'help', 1],
    ['', 'abc', 3],
    ['ca', 'abc', 3],
    ['leaderbord', 'leaderboard', 1],
    ['abcdef', 'uvwxyz', 4],
  ])('of %j and %j is %d, where 4 is beyond', (a, b, expected) => {
    expect([distance(a, b, 3), distance(b, a, 3)]).toEqual([expected, expected]);
  });

  it('is 0 for the same alone, and the same both ways', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        const forth = distance(a, b, 9);
        expect(forth).toBe(distance(b, a, 9));
        expect(forth === 0).toBe(a === b);
        expect(forth).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe('near', () => {
  const names = ['challenge', 'challenges', 'help', 'create ticket', 'hi', '=', 'cancel'];
  it.each([
    [['chalenge'], ['challenge', 'challenges']],
    [['hlep', 'me'], ['help']],
    [['creat', 'tickets', 'x'], ['create ticket']],
    [['create'], []],
    [['ho'], ['hi']],
    [['x'], []],
    [['xyz'], []],
    [['x'.repeat(40_000)], []],
    [[], []],
  ])('of %j is %j', (written, expected) => {
    expect(near(written, names)).toEqual(expected);
  });
});
