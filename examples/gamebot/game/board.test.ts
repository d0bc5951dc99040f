/** Ranks, seasons, players and captains of a board of more than four players. What usual ones do is in board.model.test.ts. */
import { describe, expect, it } from 'vitest';
import { aBoard, at, idOf, ids, loses } from './board.test-kit.ts';
import { propose } from './challenges.ts';
import { undo } from './matches.ts';
import { demote, nameOf, promote, register, requireCaptain, type Standing, see, unregister } from './players.ts';
import { ranksAround, ranksOf, recentMean } from './ranks.ts';
import { endSeason } from './seasons.ts';

describe('ranks', () => {
  it('are shared by who is equal in everything, leave out who is away, and are cut around players', () => {
    const board = aBoard('Cleo', 'Dan', 'Eve', 'Fay');
    loses(board, 'Bob', 'Ann');
    loses(board, 'Dan', 'Cleo');
    loses(board, 'Eve', 'Cleo');
    const shown = () => ranksOf(board).map(({ rank, player: { name } }) => `${rank} ${name}`);
    expect(shown()).toEqual(['1 Cleo', '2 Ann', '3 Eve', '4 Bob', '4 Dan']);
    expect(ranksAround(ranksOf(board), ids('Ann', 'Bob', 'Fay')).map(({ player: { name } }) => name)).toEqual([
      'Ann',
      'Eve',
      'Bob',
    ]);
    expect(ranksAround(ranksOf(board), ids('Fay'))).toEqual([]);
    unregister(board, idOf('Cleo'));
    expect(shown()).toEqual(['1 Ann', '2 Eve', '3 Bob', '3 Dan']);
    expect(() => loses(board, 'Bob', 'Cleo')).toThrow('Cleo has left');
    expect(register(board, idOf('Cleo'))).toBe(true);
    expect(shown()[0]).toBe('1 Cleo');
  });
});

describe('the order of the board', () => {
  const stand = (points: number, counts: [wins: number, losses: number, ties: number]): Partial<Standing> => {
    const [wins, losses, ties] = counts;
    return { rating: { points, tau: 0, deviation: 350, volatility: 0.06 }, wins, losses, ties };
  };

  it('is by points, then wins, then fewer losses, then ties; equals share a rank, and the next one is one more', () => {
    const board = aBoard('Cleo', 'Dan', 'Eve', 'Fay', 'Gil', 'Hal');
    const table: [string, Partial<Standing>][] = [
      ['Ann', stand(5, [1, 1, 0])],
      ['Bob', stand(5, [1, 1, 1])],
      ['Cleo', stand(5, [1, 2, 9])],
      ['Dan', stand(5, [2, 7, 0])],
      ['Eve', stand(6, [0, 9, 0])],
      ['Fay', stand(5, [1, 1, 0])],
      ['Gil', stand(0, [0, 0, 1])],
      ['Hal', stand(9, [0, 0, 0])],
    ];
    for (const [name, standing] of table) Object.assign(board.players[idOf(name)]?.standing ?? {}, standing);
    expect(ranksOf(board).map(({ rank, player: { name } }) => `${rank} ${name}`)).toEqual([
      '1 Eve',
      '2 Dan',
      '3 Bob',
      '4 Ann',
      '4 Fay',
      '5 Cleo',
      '6 Gil',
    ]);
  });

  it('shows beside the points the mean of the last ten', () => {
    const standing = { ...aBoard().players[idOf('Ann')]?.standing } as Standing;
    expect(recentMean(standing)).toBe(0);
    expect(recentMean({ ...standing, history: [1_000, ...Array.from({ length: 9 }, () => 10), 20] })).toBe(11);
  });
});

describe('seasons', () => {
  it('keep how they ended: the first 25 by the names of then, and the last ten of them', () => {
    const names = Array.from({ length: 30 }, (_, index) => `P${index}`);
    const board = aBoard(...names);
    (board.players[idOf('Ann')] ?? { nickname: '' }).nickname = 'The Wall';
    for (const name of names) loses(board, name, 'Ann');
    const [best] = ranksOf(board);
    const past = endSeason(board, 5_000);
    expect(past.ranks).toHaveLength(25);
    expect(past.ranks[0]).toEqual({
      rank: 1,
      id: idOf('Ann'),
      name: 'The Wall',
      points: 0,
      wins: 30,
      losses: 0,
      ties: 0,
      ...(best && { points: expect.any(Number) }),
    });
    expect(past.ranks[0]?.points).toBeGreaterThan(200);
    expect(() => undo(board, idOf('Ann'), 5_000)).toThrow('no match');
    for (let n = 0; n < 11; n++) {
      loses(board, 'Bob', 'Ann');
      endSeason(board, 6_000 + n);
    }
    expect(board.pastSeasons.map(({ number }) => number)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(board.season).toMatchObject({ number: 13, startedAtMs: 6_010, matches: 0 });
  });

  it('that were not played do not end', () => {
    const board = aBoard();
    expect(() => endSeason(board, 1)).toThrow('Nothing was played');
    loses(board, 'Bob', 'Ann');
    undo(board, idOf('Ann'), 2_000);
    expect(() => endSeason(board, 1)).toThrow('Nothing was played');
  });
});

describe('players', () => {
  it('are at most 350, and are shown without marks of Slack', () => {
    const board = aBoard(...Array.from({ length: 348 }, (_, index) => `P${index}`));
    expect(() => see(board, { id: 'UONEMORE', name: 'One', namedAtMs: 0 })).toThrow('it takes 350 players');
    see(board, { id: idOf('Ann'), name: 'Ann <!channel> & Co', namedAtMs: 0 });
    expect(nameOf(board, idOf('Ann'))).toBe('Ann &lt;!channel&gt; &amp; Co');
  });
});

describe('captains', () => {
  it('are named to whoever is none, without those who have left', () => {
    const board = aBoard('Cleo');
    promote(board, idOf('Cleo'));
    requireCaptain(board, idOf('Cleo'));
    expect(() => requireCaptain(board, idOf('Bob'))).toThrow('Only captains may do that: Ann and Cleo.');
    unregister(board, idOf('Cleo'));
    expect(() => requireCaptain(board, idOf('Bob'))).toThrow('Only captains may do that: Ann.');
    // Who comes back is a player as any other.
    register(board, idOf('Cleo'));
    expect(() => requireCaptain(board, idOf('Cleo'))).toThrow('Only captains');
    // Whoever is challenged cannot leave either.
    propose(board, { own: ids('Bob'), others: ids('Cleo') }, at);
    expect(() => unregister(board, idOf('Cleo'))).toThrow('in an open challenge');
  });

  it('cannot all step down or leave', () => {
    const board = aBoard();
    expect(() => demote(board, idOf('Ann'))).toThrow('only captain');
    expect(() => unregister(board, idOf('Ann'))).toThrow('only captain');
    expect([promote(board, idOf('Bob')), promote(board, idOf('Bob'))]).toEqual([true, false]);
    demote(board, idOf('Ann'));
    expect(board.players[idOf('Ann')]?.isCaptain).toBe(false);
  });
});
