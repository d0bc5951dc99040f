/** Matches of more than four players and two sides. What the usual ones do is in board.model.test.ts. */
import { describe, expect, it } from 'vitest';
import { aBoard, at, HOUR_MS, idOf, ids, loses, settings } from './board.test-kit.ts';
import { accept, cancel, propose } from './challenges.ts';
import { correctScores, recordMatch, undo } from './matches.ts';
import { chancesOf, stakesOf } from './outlook.ts';
import { ranksOf } from './ranks.ts';
import { drawn, lost, resigned } from './results.ts';
import type { Score } from './scores.ts';
import { endSeason } from './seasons.ts';

describe('matches', () => {
  it('of two against two rate everybody, and are undone for everybody', () => {
    const board = aBoard('Cleo', 'Dan');
    propose(board, { own: ids('Ann', 'Bob'), others: ids('Cleo', 'Dan') }, at);
    accept(board, idOf('Dan'));
    const before = structuredClone(board);
    resigned(board, { me: idOf('Cleo'), sides: undefined }, at);
    expect(ranksOf(board).map(({ rank, player: { name, standing } }) => [rank, name, standing.rating.points])).toEqual([
      [1, 'Ann', 48],
      [1, 'Bob', 48],
      [2, 'Cleo', -48],
      [2, 'Dan', -48],
    ]);
    undo(board, idOf('Bob'), 2_000);
    expect({ ...board, nextId: 0 }).toEqual({ ...before, nextId: 0 });
  });

  it('are those of my challenge when I name whom I played against, with my mates or without', () => {
    const board = aBoard('Cleo', 'Dan', 'Eve');
    const play = (own: string[], others: string[]) => {
      propose(board, { own: ids('Ann', 'Bob'), others: ids('Cleo', 'Dan') }, at);
      accept(board, idOf('Dan'));
      const said = { me: idOf('Ann'), sides: { own: ids(...own), others: ids(...others) }, scores: [] };
      const { match } = lost(board, said, at);
      const isOfChallenge = match.challenge !== undefined;
      if (!isOfChallenge) cancel(board, idOf('Ann'));
      return { isOfChallenge, sides: [match.losers, match.winners] };
    };
    const usual = { isOfChallenge: true, sides: [ids('Ann', 'Bob'), ids('Cleo', 'Dan')] };
    expect(play(['Ann'], ['Dan', 'Cleo'])).toEqual(usual);
    expect(play(['Ann', 'Bob'], ['Cleo', 'Dan'])).toEqual(usual);
    const other = { isOfChallenge: false, sides: [ids('Ann', 'Eve'), ids('Cleo', 'Dan')] };
    expect(play(['Ann', 'Eve'], ['Cleo', 'Dan'])).toEqual(other);
    expect(play(['Ann'], ['Eve'])).toEqual({ isOfChallenge: false, sides: [ids('Ann'), ids('Eve')] });
  });

  it('can be taken back while nobody of it has played again, not even one of four', () => {
    const board = aBoard('Cleo', 'Dan', 'Eve');
    const sides = { own: ids('Bob', 'Cleo'), others: ids('Dan', 'Eve') };
    const { match } = lost(board, { me: idOf('Bob'), sides, scores: [] }, at);
    loses(board, 'Ann', 'Dan');
    expect(() => undo(board, idOf('Eve'), 2_000)).toThrow('Dan played another match');
    undo(board, idOf('Ann'), 2_000);
    expect(undo(board, idOf('Eve'), 2_000)).toEqual(match);
    expect(() => undo(board, idOf('Eve'), 2_000)).toThrow('no match of yours');
    expect(() => undo(board, idOf('Ann'), 2_000)).toThrow('There is no match to take back');
  });

  it('can be taken back or corrected within an hour, and by a captain later, too', () => {
    const board = aBoard('Cleo');
    const scores: Score[] = [[1, 3]];
    loses(board, 'Bob', 'Cleo');
    const [inTime, late] = [at.atMs + HOUR_MS, at.atMs + HOUR_MS + 1];
    const again = structuredClone(board);
    expect(() => undo(board, idOf('Bob'), late)).toThrow('more than an hour ago');
    expect(() => correctScores(board, idOf('Bob'), scores, { atMs: late, settings })).toThrow('more than an hour ago');
    expect(correctScores(board, idOf('Bob'), scores, { atMs: inTime, settings })).toMatchObject({ scores });
    expect(() => undo(board, idOf('Cleo'), late)).toThrow('more than an hour ago');
    undo(board, idOf('Ann'), late);
    undo(again, idOf('Cleo'), inTime);
    expect([board.season.matches, again.season.matches]).toEqual([0, 0]);
  });

  it('stay where they were among the others when they are corrected', () => {
    const board = aBoard('Cleo', 'Dan');
    loses(board, 'Bob', 'Ann');
    loses(board, 'Dan', 'Cleo');
    correctScores(board, idOf('Bob'), [[15, 21]], { atMs: 2_000, settings });
    expect(undo(board, idOf('Ann'), 3_000)).toMatchObject({ losers: ids('Dan') });
    expect(undo(board, idOf('Ann'), 3_000)).toMatchObject({ losers: ids('Bob'), scores: [[15, 21]] });
  });

  it('are remembered up to a number: the last 20, ratings of 30, and 500 pairs', () => {
    const board = aBoard();
    loses(board, 'Bob', 'Ann', 31);
    expect([board.lastMatches.length, board.players[idOf('Ann')]?.standing.history.length]).toEqual([20, 30]);
    for (let n = 0; n < 20; n++) undo(board, idOf('Ann'), 2_000);
    expect(() => undo(board, idOf('Ann'), 2_000)).toThrow('no match');
    expect(board.season.matches).toBe(11);

    const names = Array.from({ length: 33 }, (_, index) => `P${index}`);
    const crowd = aBoard(...names);
    loses(crowd, 'Bob', 'Ann', 2);
    for (const [index, name] of names.entries()) for (const other of names.slice(index + 1)) loses(crowd, name, other);
    expect(Object.keys(crowd.season.pairs)).toHaveLength(500);
    expect(crowd.season.pairs['UANN|UBOB']).toEqual([2, 0, 0]);
    // Two that have gone are taken back: nobody has played less than never.
    crowd.season.pairs = { 'UANN|UBOB': [2, 0, 0] };
    undo(crowd, idOf('Ann'), 2_000);
    expect(crowd.season.pairs).toEqual({ 'UANN|UBOB': [2, 0, 0] });
  });

  it('that were drawn need the word of everybody, and the same points on both sides', () => {
    const board = aBoard('Cleo', 'Dan');
    const sides = { own: ids('Ann', 'Bob'), others: ids('Cleo', 'Dan') };
    expect(() => drawn(board, { me: idOf('Ann'), sides, scores: [[2, 1]] }, at)).toThrow('these are 2 and 1');
    expect(drawn(board, { me: idOf('Ann'), sides, scores: [[2, 2]] }, at)).toEqual({
      missing: ids('Bob', 'Cleo', 'Dan'),
    });
    for (const name of ['Bob', 'Bob', 'Cleo']) drawn(board, { me: idOf(name), sides: undefined, scores: [] }, at);
    expect(drawn(board, { me: idOf('Dan'), sides: undefined, scores: [] }, at)).toMatchObject({
      isTie: true,
      scores: [[2, 2]],
    });
    expect(board.challenges).toEqual([]);
  });

  it('keep the algorithm of the first one for the season', () => {
    const board = aBoard();
    loses(board, 'Bob', 'Ann');
    const standard = { ...settings, algorithm: 'standard' as const };
    recordMatch(
      board,
      { winners: ids('Ann'), losers: ids('Bob'), isTie: false, isResigned: false, scores: [] },
      { atMs: 1, settings: standard },
    );
    expect(board.season.algorithm).toBe('adaptive');
    endSeason(board, 2);
    recordMatch(
      board,
      { winners: ids('Ann'), losers: ids('Bob'), isTie: false, isResigned: false, scores: [] },
      { atMs: 3, settings: standard },
    );
    expect(board.players[idOf('Ann')]?.standing.rating.points).toBe(16);
  });

  it('say what they are worth before they are played', () => {
    const board = aBoard();
    const sides = { own: ids('Ann'), others: ids('Bob') };
    expect(stakesOf(board, sides, settings)).toEqual([
      { id: idOf('Ann'), gain: 48, loss: -48 },
      { id: idOf('Bob'), gain: 48, loss: -48 },
    ]);
    expect(chancesOf(board, sides)).toEqual([50, 50]);
    loses(board, 'Bob', 'Ann', 3);
    const [mine, theirs] = chancesOf(board, sides);
    expect([mine > 60, mine + theirs]).toEqual([true, 100]);
    // After 48, 34 and 25: e = 100/(1 + 10^(214/400)) = 22.58, · 0.94^2 = 19.95 for either to gain; 77.42 · 0.94^2 = 68.4
    // to lose: 107 + 19.95 and 107 − 68.4 are cut to 126 and 38.
    const stakes = [
      { id: idOf('Ann'), gain: 19, loss: -69 },
      { id: idOf('Bob'), gain: 69, loss: -19 },
    ];
    expect(stakesOf(board, sides, settings)).toEqual(stakes);
    // The season has its algorithm, whatever is set by now.
    expect(stakesOf(board, sides, { ...settings, algorithm: 'standard' })).toEqual(stakes);
  });
});
