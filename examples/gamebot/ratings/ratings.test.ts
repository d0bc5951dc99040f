/**
 * Ratings against tables: worked examples of those who made the systems, outcomes that the game bot of playplay.io is known to give
 * (its match specification), and arithmetic by hand. Nothing here was computed by the code under test.
 */
import { describe, expect, it } from 'vitest';
import { rateAdaptiveElo } from './elo-adaptive.ts';
import { rateStandardElo } from './elo-standard.ts';
import { afterGlicko1, afterGlicko2, type GlickoGame, rateGlicko1, rateGlicko2 } from './glicko.ts';
import { expectedScore, newRating, type RatedMatch, type Rating } from './rating.ts';

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
  // k · (S − E), E = 1/(1 + 10^((opponent − own)/400)). E of 100 more is 0.640, of 400 more 10/11 (Elo's own table: 0.64 and 0.91).
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

  it('expects what Elo expects', () => {
    expect(expectedScore(0, 0)).toBe(0.5);
    expect(expectedScore(400, 0)).toBeCloseTo(10 / 11, 10);
    expect(expectedScore(0, 200)).toBeCloseTo(0.24, 2);
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

  it('never gets more certain than RD 30', () => {
    const opponent = { points: 0, deviation: 30 };
    const often = Array.from({ length: 500 }, () => ({ opponent, score: 0.5 }));
    expect(afterGlicko1(player, often).deviation).toBe(30);
  });
});
