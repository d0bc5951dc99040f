/**
 * Ratings against tables: worked examples of those who made the systems, outcomes that the game bot of playplay.io is known to give
 * (its match specification), and arithmetic by hand or by a program of its own, which is said beside each. Nothing here was computed by
 * the code under test.
 */
import { describe, expect, it } from 'vitest';
import { algorithmNames, algorithms } from './algorithms.ts';
import { rateAdaptiveElo } from './elo-adaptive.ts';
import { rateStandardElo } from './elo-standard.ts';
import { afterGlicko1, afterGlicko2, type GlickoGame, rateGlicko1, rateGlicko2 } from './glicko.ts';
import { expectedScore, newRating, type RatedMatch, type Rating, truncated } from './rating.ts';

const tuning = { k: 32, decay: 0.94 };
const at = (points: number, tau = 0): Rating => ({ ...newRating, points, tau });

/** Points after a match, of the winners and of the losers. */
function pointsAfter(rate: typeof rateAdaptiveElo, match: Partial<RatedMatch>, decay = 0.94): [number[], number[]] {
  const { winners, losers } = rate({ winners: [at(0)], losers: [at(0)], isTie: false, ...match }, { ...tuning, decay });
  return [winners.map(({ points }) => points), losers.map(({ points }) => points)];
}

describe('adaptive Elo', () => {
  // e = 100 − 100/(1 + 10^((opponents − own)/400)), delta = e · ratio · 0.94^tau · side ratio; 0.94^0.5 = 0.96954.
  it.each<[what: string, match: Partial<RatedMatch>, winners: number[], losers: number[]]>([
    ['equals: 50 · 0.96954 = 48.5', {}, [48], [-48]],
    ['two against two', { winners: [at(0), at(0)], losers: [at(0), at(0)] }, [48, 48], [-48, -48]],
    // 10^(48/400) = 1.31826: e = 100 − 43.136 = 56.864; · 0.94 = 53.45, and · 0.96954 = 55.13.
    ['a former loser beats somebody new', { winners: [at(-48, 0.5)] }, [5], [-55]],
    // e = 43.136; · 0.94 = 40.55, and · 0.96954 = 41.82.
    ['a former winner beats somebody new', { winners: [at(48, 0.5)] }, [88], [-41]],
    ['a tie between equals', { isTie: true }, [0], [0]],
    // 56.864 · 0.5 · 0.94 = 26.73, and 56.864 · 0.5 · 0.96954 = 27.57.
    ['a tie, the lower side named first', { winners: [at(-48, 0.5)], isTie: true }, [-21], [-27]],
    ['a tie, the lower side named last', { losers: [at(-48, 0.5)], isTie: true }, [-27], [-21]],
    // 2 · 21/36 = 1.16667; 48.477 · 1.16667 = 56.56.
    ['15:21', { points: { losers: 15, winners: 21 } }, [56], [-56]],
    ['0:21, worth twice', { points: { losers: 0, winners: 21 } }, [96], [-96]],
    ['scores without a point', { points: { losers: 0, winners: 0 } }, [48], [-48]],
    // The two win and lose half of it each.
    ['two beat one', { winners: [at(0), at(0)] }, [24, 24], [-48]],
    ['one beats two', { losers: [at(0), at(0)] }, [48], [-24, -24]],
    // e = 100/(1 + 10^0.25) = 35.993; · 0.96954 = 34.897.
    ['the favourite wins', { winners: [at(100)] }, [134], [-34]],
    // e = 64.007; · 0.96954 = 62.057.
    ['the underdog wins', { losers: [at(100)] }, [62], [37]],
    // Each by the difference to their own rating, as the two above; the others play against a mean of 0.
    ['an uneven pair wins', { winners: [at(-100), at(100)], losers: [at(0), at(0)] }, [-37, 134], [-48, -48]],
  ])('%s', (_what, match, winners, losers) => {
    expect(pointsAfter(rateAdaptiveElo, match)).toEqual([winners, losers]);
  });

  it('counts less with each match of a player, until tau is 11, and not at all less with a decay of 1', () => {
    // 50 · 0.94^11 = 25.31.
    for (const tau of [10.5, 11])
      expect(pointsAfter(rateAdaptiveElo, { winners: [at(0, tau)] })).toEqual([[25], [-48]]);
    expect(rateAdaptiveElo({ winners: [at(0, 11)], losers: [at(0)], isTie: false }, tuning).winners[0]?.tau).toBe(11);
    expect(pointsAfter(rateAdaptiveElo, { winners: [at(0, 11)] }, 1)).toEqual([[50], [-50]]);
  });
});

describe('standard Elo', () => {
  // k · (S − E), E = 1/(1 + 10^((opponent − own)/400)). E of 100 more is 0.640, of 400 more 10/11.
  it.each<[what: string, match: Partial<RatedMatch>, winners: number[], losers: number[]]>([
    ['equals: half of k', {}, [16], [-16]],
    // 32 · (1 − 0.64006) = 11.52
    ['100 more wins', { winners: [at(100)] }, [112], [-12]],
    // 32 · 0.64006 = 20.48
    ['100 less wins', { losers: [at(100)] }, [20], [80]],
    // 32 · 1/11 = 2.91
    ['400 more wins', { winners: [at(400)] }, [403], [-3]],
    // 32 · (0.5 − 10/11) = −13.09
    ['400 more draws', { winners: [at(400)], isTie: true }, [387], [13]],
    [
      'a pair against the mean of another one',
      { winners: [at(-50), at(50)], losers: [at(0), at(0)] },
      [-32, 64],
      [-16, -16],
    ],
  ])('%s', (_what, match, winners, losers) => {
    expect(pointsAfter(rateStandardElo, match)).toEqual([winners, losers]);
  });

  // FIDE Handbook B.02, table 8.1.2, in the middle of its rows. It is by the normal curve: from 0.86 on it expects a hundredth and
  // more above the logistic one, which gives 10/11 where the table has 0.92.
  it.each([
    [0, 0.5],
    [36, 0.55],
    [72, 0.6],
    [102, 0.64],
    [149, 0.7],
    [202, 0.76],
    [240, 0.8],
  ])('%d points more are a chance as in the table of FIDE', (difference, chance) => {
    expect(Math.abs(expectedScore(difference, 0) - chance)).toBeLessThan(0.006);
    expect(Math.abs(expectedScore(0, difference) - (1 - chance))).toBeLessThan(0.006);
    expect(expectedScore(400, 0)).toBeCloseTo(10 / 11, 10);
  });

  it('takes a tournament game by game', () => {
    // 1613 loses to 1609, draws with 1477, beats 1388 and 1586, and loses to 1720: the usual example, whose chances are 0.51, 0.69, 0.79,
    // 0.54 and 0.35, together 2.88, so that 2.5 points of 5 leave 1601. Here each game counts from what the one before has left: −16.18
    // (1597), −5.32 (1592), +7.55 (1600), +15.36 (1615), −11.31 (1604).
    const games = [
      [1_609, 0],
      [1_477, 0.5],
      [1_388, 1],
      [1_586, 1],
      [1_720, 0],
    ] as const;
    expect(games.map(([points]) => Number(expectedScore(1_613, points).toFixed(2)))).toEqual([
      0.51, 0.69, 0.79, 0.54, 0.35,
    ]);
    let own = at(1_613);
    for (const [points, score] of games) {
      const isWon = score === 1;
      const sides = isWon ? { winners: [own], losers: [at(points)] } : { winners: [at(points)], losers: [own] };
      const rated = rateStandardElo({ ...sides, isTie: score === 0.5 }, tuning);
      own = (isWon ? rated.winners[0] : rated.losers[0]) ?? own;
    }
    expect(own.points).toBe(1_604);
  });
});

describe('Glicko', () => {
  // Glickman, "The Glicko system", and "Example of the Glicko-2 system": 1500 (RD 200) beats 1400 (30), loses to 1550 (100) and 1700 (300).
  const player: Rating = { ...newRating, deviation: 200 };
  const games: GlickoGame[] = [
    { opponent: { points: -100, deviation: 30 }, score: 1 },
    { opponent: { points: 50, deviation: 100 }, score: 0 },
    { opponent: { points: 200, deviation: 300 }, score: 0 },
  ];

  it('gives 1464 and RD 151.4, as the paper on Glicko does', () => {
    const after = afterGlicko1(player, games);
    expect(1500 + after.points).toBeCloseTo(1464.1, 0);
    expect(after.deviation).toBeCloseTo(151.4, 1);
  });

  it('gives 1464.06, RD 151.52 and σ 0.05999, as the paper on Glicko-2 does', () => {
    const after = afterGlicko2(player, games);
    expect(1500 + after.points).toBeCloseTo(1464.06, 1);
    expect(after.deviation).toBeCloseTo(151.52, 1);
    expect(after.volatility).toBeCloseTo(0.05999, 4);
  });

  it.each([rateGlicko1, rateGlicko2])('moves new players apart by the same, and makes both more certain', (rate) => {
    const { winners, losers } = rate({ winners: [newRating], losers: [newRating], isTie: false }, tuning);
    // For RD 350 on both sides: g = 0.66907, E = 0.5, d = 519.28; 1/350² + 1/519.28² = 1/290.23²; 290.23² · q · g · 0.5 = 162.2.
    expect(winners[0]?.points).toBeCloseTo(162.2, 0);
    expect(losers[0]?.points).toBeCloseTo(-162.2, 0);
    expect(winners[0]?.deviation).toBeCloseTo(290.2, 0);
    const tie = rate({ winners: [newRating], losers: [newRating], isTie: true }, tuning);
    expect(tie.winners[0]?.points).toBeCloseTo(0, 6);
  });

  // By a program of its own after the papers, which finds the volatility by halving an interval in place of the paper's steps.
  it.each<[what: string, own: Partial<Rating>, games: GlickoGame[], one: number[], two: number[]]>([
    [
      'nobody knows somebody who draws with a favourite',
      { points: 0, deviation: 350 },
      [{ opponent: { points: 200, deviation: 50 }, score: 0.5 }],
      [103.633, 266.248],
      [103.6862, 266.3162, 0.0599989],
    ],
    [
      'a favourite who is sure draws with somebody whom nobody knows',
      { points: 200, deviation: 50 },
      [{ opponent: { points: 0, deviation: 350 }, score: 0.5 }],
      [198.2464, 49.8007],
      [198.1708, 50.8624, 0.0599989],
    ],
    [
      'a favourite who is sure is beaten three times by much weaker ones, and gets less steady',
      { points: 0, deviation: 50 },
      Array.from({ length: 3 }, () => ({ opponent: { points: -400, deviation: 30 }, score: 0 })),
      [-38.2497, 49.4946],
      [-39.8821, 50.5396, 0.0600923],
    ],
  ])('%s', (_what, given, played, one, two) => {
    const own = { ...newRating, ...given };
    const [first, second] = [afterGlicko1(own, played), afterGlicko2(own, played)];
    closeTo([first.points, first.deviation], one);
    closeTo([second.points, second.deviation], two.slice(0, 2));
    expect(second.volatility).toBeCloseTo(two[2] ?? 0, 6);
  });

  it('sees a side of several as one opponent, of their mean and the mean of their variances', () => {
    const [sure, unsure] = [
      { ...newRating, points: -100, deviation: 30 },
      { ...newRating, points: 100 },
    ];
    // √((350² + 30²) / 2) = 248.39: the loser plays against 0 with that. By the same program.
    const { winners, losers } = rateGlicko1({ winners: [sure, unsure], losers: [newRating], isTie: false }, tuning);
    const told = [...winners, ...losers].map(({ points, deviation }) => [points, deviation]);
    closeTo(told.flat(), [-97.9438, 30, 232.8565, 291.8849, -170.3036, 274.4897]);
    const tie = rateGlicko1({ winners: [sure], losers: [newRating], isTie: true }, tuning);
    closeTo([tie.winners[0]?.points ?? 0, tie.losers[0]?.points ?? 0], [-99.6714, -50.7952]);
  });

  it('never gets more certain than RD 30', () => {
    const opponent = { points: 0, deviation: 30 };
    const often = Array.from({ length: 500 }, () => ({ opponent, score: 0.5 }));
    expect(afterGlicko1(player, often).deviation).toBe(30);
  });
});

/** To a thousandth. */
function closeTo(given: readonly number[], expected: readonly number[]): void {
  expect(given.map((number) => Math.round(number * 1_000) / 1_000)).toEqual(
    expected.map((number) => Math.round(number * 1_000) / 1_000),
  );
}

describe('the names that captains set', () => {
  it('lead to their ways of rating', () => {
    const match = { winners: [newRating], losers: [newRating], isTie: false };
    const told = algorithmNames.map((name) => {
      const [after] = algorithms[name](match, tuning).winners;
      return [name, Math.round(after?.points ?? 0), Math.round((after?.deviation ?? 0) * 10) / 10];
    });
    expect(told).toEqual([
      ['adaptive', 48, 350],
      ['standard', 16, 350],
      ['glicko', 162, 290.2],
      ['glicko2', 162, 290.3],
    ]);
  });

  it('start from RD 350 and σ 0.06, as Glickman says', () => {
    expect(newRating).toEqual({ points: 0, tau: 0, deviation: 350, volatility: 0.06 });
  });

  it('leave no -0, which JSON would not keep', () => {
    expect([-0.9, -0, 0.9].map(truncated)).toEqual([0, 0, 0]);
  });
});
