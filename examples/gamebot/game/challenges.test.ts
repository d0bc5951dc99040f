/** Challenges of more than four players and two sides. What the usual ones do is in board.model.test.ts. */
import { describe, expect, it } from 'vitest';
import { aBoard, at, HOUR_MS, idOf, ids, settings } from './board.test-kit.ts';
import { accept, cancel, dayOf, decline, propose } from './challenges.ts';
import { promote, see, unregister } from './players.ts';
import { expire, remind } from './reminders.ts';
import { drawn, lost } from './results.ts';
import type { Score } from './scores.ts';

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
