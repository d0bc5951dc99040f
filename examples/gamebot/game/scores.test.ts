/** How scores of sets are read, and what they say about a match. */
import { describe, expect, it } from 'vitest';
import { isLosersFirst, marginOf, parseScores, type Score } from './scores.ts';

describe('scores', () => {
  it.each<[text: string, scores: Score[]]>([
    ['15:21', [[15, 21]]],
    [
      '15-21 21:5,  3:11',
      [
        [15, 21],
        [21, 5],
        [3, 11],
      ],
    ],
    ['', []],
  ])('%s are read', (text, scores) => expect(parseScores(text)).toEqual(scores));

  it.each(['15', 'to bob', '1:2:3', '-1:2', '1:1000000', '<!here>'])('%s are none', (text) => {
    expect(() => parseScores(text)).toThrow(/Scores look like/);
    expect(() => parseScores(text)).not.toThrow(/<!/);
  });

  it('are of at most 20 sets', () => {
    const sets = (count: number) => parseScores(Array.from({ length: count }, () => '1:2').join(' '));
    expect(sets(20)).toHaveLength(20);
    expect(() => sets(21)).toThrow('21 sets');
  });

  it.each<[isLost: boolean, scores: Score[]]>([
    [true, [[15, 21]]],
    [
      true,
      [
        [15, 21],
        [21, 5],
        [3, 11],
      ],
    ],
    [false, [[21, 15]]],
    [
      false,
      [
        [21, 15],
        [5, 21],
        [11, 3],
      ],
    ],
    [
      false,
      [
        [21, 15],
        [15, 21],
      ],
    ],
    [false, [[1, 1]]],
  ])('%s: the loser comes first', (isLost, scores) => expect(isLosersFirst(scores)).toBe(isLost));

  it.each<[margin: string, scores: Score[]]>([
    ['unscored', []],
    ['narrow', [[19, 21]]],
    ['normal', [[18, 20]]],
    ['normal', [[41, 100]]],
    ['heavy', [[40, 100]]],
    ['heavy', [[1, 21]]],
    [
      'humiliating',
      [
        [0, 21],
        [0, 21],
      ],
    ],
    ['normal', [[9, 10]]],
  ])('%s', (margin, scores) => {
    expect(marginOf(scores, false)).toBe(margin);
    expect(marginOf(scores, true)).toBe('tie');
  });
});
