/** Rules of the board that take more than four players and two sides. What the usual ones do is in board.model.test.ts. */
import { describe, expect, it } from 'vitest';
import { type Board, newBoard } from './board.ts';
import { accept, cancel, dayOf, propose } from './challenges.ts';
import { recordMatch, undo } from './matches.ts';
import { chancesOf, stakesOf } from './outlook.ts';
import { demote, promote, register, see, unregister } from './players.ts';
import { ranksAround, ranksOf } from './ranks.ts';
import { expire, remind } from './reminders.ts';
import { drawn, lost, resigned } from './results.ts';
import { isLosersFirst, marginOf, parseScores, type Score } from './scores.ts';
import { endSeason } from './seasons.ts';
import { readSetting, requireConsistent, settingIn, settingsDefaults, settingsOf } from './settings.ts';

const settings = settingsDefaults;
const HOUR_MS = 3_600_000;
const at = { atMs: 1_000, settings };

/** Ann is the captain. */
function aBoard(...names: string[]): Board {
  const board = newBoard({ atMs: 0, pictureKey: 'key' });
  for (const name of ['Ann', 'Bob', ...names]) see(board, { id: idOf(name), name });
  return board;
}

function idOf(name: string): string {
  return `U${name.toUpperCase()}`;
}

function ids(...names: string[]): string[] {
  return names.map(idOf);
}

/** Loses so many times to somebody. */
function loses(board: Board, loser: string, winner: string, times = 1): void {
  for (let n = 0; n < times; n++) {
    lost(board, { me: idOf(loser), sides: { own: ids(loser), others: ids(winner) }, scores: [] }, at);
  }
}

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
  ])('%s', (margin, scores) => expect(marginOf(scores, false)).toBe(margin));
});

describe('challenges', () => {
  it('are between equal sides, unless the board takes others, and never with anybody twice', () => {
    const board = aBoard('Cleo');
    const uneven = { own: ids('Ann'), others: ids('Bob', 'Cleo') };
    expect(() => propose(board, uneven, at)).toThrow('1 against 2');
    expect(() => propose(board, { own: ids('Ann', 'Bob'), others: ids('Cleo', 'Bob') }, at)).toThrow(
      'Bob cannot be there twice',
    );
    expect(() => propose(board, { own: ids('Ann'), others: ids('Ann') }, at)).toThrow('against yourself');
    propose(board, uneven, { ...at, settings: { ...settings, unbalanced: true } });
    expect(() => propose(board, { own: ids('Ann'), others: [], isOpen: true }, at)).toThrow(
      'Ann is in a challenge already',
    );
    expect(() => propose(board, { own: ids('Bob', 'Ann'), others: [], isOpen: true }, at)).toThrow('one against one');
  });

  it('have limits of the day, of the board and of each player, that begin anew at midnight of the board', () => {
    const limited = { ...settings, perDay: 2, perUser: 1, timezone: 'America/New_York' };
    const board = aBoard();
    const challenge = (by: string, atMs: number) => {
      propose(board, { own: ids(by), others: [], isOpen: true }, { atMs, settings: limited });
      cancel(board, idOf(by));
    };
    // 04:00 in UTC is 23:00 of the day before in New York.
    const evening = Date.UTC(2026, 10, 28, 4);
    expect(dayOf(evening, limited.timezone)).toBe('2026-11-27');
    challenge('Ann', evening);
    expect(() => challenge('Ann', evening)).toThrow('of each player here is 1');
    challenge('Bob', evening);
    see(board, { id: idOf('Cleo'), name: 'Cleo' });
    expect(() => challenge('Cleo', evening)).toThrow('of this board is 2');
    challenge('Cleo', evening + HOUR_MS);
  });

  it('expire while nobody has accepted them, and are brought to mind again after a day', () => {
    const board = aBoard('Cleo', 'Dan');
    propose(board, { own: ids('Ann'), others: ids('Bob') }, { atMs: 0, settings });
    propose(board, { own: ids('Cleo'), others: ids('Dan') }, { atMs: 0, settings });
    accept(board, idOf('Dan'));
    const looks = [3, 4, 5, 7.9, 8, 27, 28].map((hours) => {
      const over = expire(board, hours * HOUR_MS, settings).length;
      return [hours, over, remind(board, hours * HOUR_MS, settings).length];
    });
    expect(looks).toEqual([
      [3, 0, 0],
      [4, 0, 2],
      [5, 0, 0],
      [7.9, 0, 0],
      [8, 1, 0],
      [27, 0, 0],
      [28, 0, 1],
    ]);
    const never = { expireMs: null, remindMs: null };
    expect([expire(board, 1e12, never), remind(board, 1e12, never)]).toEqual([[], []]);
  });
});

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
  });
});

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

describe('captains', () => {
  it('cannot all step down or leave', () => {
    const board = aBoard();
    expect(() => demote(board, idOf('Ann'))).toThrow('only captain');
    expect(() => unregister(board, idOf('Ann'))).toThrow('only captain');
    expect([promote(board, idOf('Bob')), promote(board, idOf('Bob'))]).toEqual([true, false]);
    demote(board, idOf('Ann'));
    expect(board.players[idOf('Ann')]?.isCaptain).toBe(false);
  });
});

describe('settings', () => {
  it.each([
    ['expire 2 days', { expireMs: 48 * HOUR_MS }],
    ['expire 30 minutes', { expireMs: HOUR_MS / 2 }],
    ['remind never', { remindMs: null }],
    ['leaderboard max infinity', { max: null }],
    ['Elo  Base -5', { base: -5 }],
    ['elo algorithm GLICKO2', { algorithm: 'glicko2' }],
    ['elo decay 0.9', { decay: 0.9 }],
    ['aliases pong, pp', { aliases: ['pong', 'pp'] }],
    ['aliases none', { aliases: [] }],
    ['timezone Europe/Berlin', { timezone: 'Europe/Berlin' }],
    ['max challenges per day 5', { perDay: 5 }],
    ['won off', { won: false }],
  ])('%s', (text, change) => {
    const { key, rest } = settingIn(text) ?? { key: 'max' as const, rest: '' };
    expect(readSetting(key, rest)).toEqual(change);
  });

  it.each([
    ['expire 14m', 'at least 15 minutes'],
    ['elo k 0', 'from 1 to 400'],
    ['elo k 1.5', 'whole'],
    ['won maybe', '`on` or `off`'],
    ['timezone Mars/North', 'Europe/Berlin'],
    ['aliases <!channel>', 'up to 10 words'],
  ])('refuse %s', (text, why) => {
    const { key, rest } = settingIn(text) ?? { key: 'max' as const, rest: '' };
    expect(() => readSetting(key, rest)).toThrow(why);
  });

  it('expire later than they remind', () => {
    expect(() => requireConsistent(settingsOf({ expireMs: 4 * HOUR_MS }))).toThrow('expire after 4h, before');
    requireConsistent(settingsOf({ expireMs: null }));
    expect(settingIn('weather')).toBeUndefined();
  });
});
