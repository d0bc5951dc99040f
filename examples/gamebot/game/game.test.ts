/** Rules of the board that take more than four players and two sides. What the usual ones do is in board.model.test.ts. */
import { describe, expect, it } from 'vitest';
import { type Board, newBoard } from './board.ts';
import { accept, cancel, dayOf, decline, propose } from './challenges.ts';
import { correctScores, recordMatch, undo } from './matches.ts';
import { chancesOf, stakesOf } from './outlook.ts';
import { demote, nameOf, promote, register, requireCaptain, type Standing, see, unregister } from './players.ts';
import { ranksAround, ranksOf, recentMean } from './ranks.ts';
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
  for (const name of ['Ann', 'Bob', ...names]) see(board, { id: idOf(name), name, namedAtMs: 0 });
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

describe('challenges', () => {
  it('are between equal sides, unless the board takes others, and never with anybody twice', () => {
    const board = aBoard('Cleo');
    const uneven = { own: ids('Ann'), others: ids('Bob', 'Cleo') };
    expect(() => propose(board, uneven, at)).toThrow('1 against 2');
    expect(() => propose(board, { own: ids('Ann', 'Bob'), others: ids('Cleo') }, at)).toThrow('2 against 1');
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
    see(board, { id: idOf('Cleo'), name: 'Cleo', namedAtMs: 0 });
    expect(() => challenge('Cleo', evening)).toThrow('of this board is 2');
    challenge('Cleo', evening + HOUR_MS);
    challenge('Ann', evening + HOUR_MS);
  });

  it('to anyone are taken in their order, by somebody else, who is there and free', () => {
    const board = aBoard('Cleo', 'Dan', 'Eve');
    for (const name of ['Bob', 'Cleo']) propose(board, { own: ids(name), others: [], isOpen: true }, at);
    expect(() => accept(board, idOf('Bob'))).toThrow('Bob is in a challenge already');
    unregister(board, idOf('Dan'));
    expect(() => accept(board, idOf('Dan'))).toThrow('Dan has left');
    expect(accept(board, idOf('Eve'))).toMatchObject({ challengers: ids('Bob'), challenged: ids('Eve') });
    // Nobody but Cleo has something to decline that is for the other side to say.
    expect(() => decline(board, idOf('Cleo'))).toThrow('for the other side to say');
    cancel(board, idOf('Cleo'));
    expect(() => decline(board, idOf('Ann'))).toThrow('Nobody has challenged you');
  });

  it('and draws are not for whoever has left', () => {
    const board = aBoard('Cleo');
    unregister(board, idOf('Cleo'));
    const sides = { own: ids('Ann'), others: ids('Cleo') };
    expect(() => propose(board, sides, at)).toThrow('Cleo has left');
    expect(() => drawn(board, { me: idOf('Ann'), sides, scores: [] }, at)).toThrow('Cleo has left');
    expect(() => promote(board, idOf('Cleo'))).toThrow('Cleo has left');
  });

  it('that nobody has accepted cannot be played, which is said', () => {
    const board = aBoard('Cleo');
    propose(board, { own: ids('Ann'), others: ids('Bob') }, at);
    for (const scores of [[], [[15, 21]]] as Score[][]) {
      expect(() => lost(board, { me: idOf('Bob'), sides: undefined, scores }, at)).toThrow(
        'Nobody has accepted Ann against Bob yet: `accept` comes first.',
      );
    }
    expect(() => lost(board, { me: idOf('Cleo'), sides: undefined, scores: [] }, at)).toThrow(
      'You have no accepted challenge.',
    );
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
