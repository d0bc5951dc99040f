import { describe, expect, it } from 'vitest';
import { RememberedIds } from './remembered-ids.ts';

describe('remembered ids', () => {
  it('say where an id may stand, and nothing of ids that never came', () => {
    const ids = new RememberedIds();
    for (let seq = 0; seq < 100_000; seq++) ids.add(`Ev${seq}`, seq, 1);
    for (let seq = 0; seq < 100_000; seq += 7) expect(ids.find(`Ev${seq}`)).toEqual([seq]);
    const others = Array.from({ length: 100_000 }, (_, n) => ids.find(`EV${n}`).length);
    expect(others.every((found) => found === 0)).toBe(true);
    expect(ids.size).toBe(100_000);
  });

  it('name every place of an id that was added more than once', () => {
    const ids = new RememberedIds();
    ids.add('Ev1', 1, 1);
    ids.add('Ev1', 9, 1);
    expect(ids.find('Ev1')).toEqual([1, 9]);
  });

  it('tell texts apart that differ in one place, in order or in length', () => {
    const ids = new RememberedIds();
    const alike = ['', 'a', 'aa', 'ab', 'ba', 'a\u0000', '\u0000a', 'aaaaaaaaaaaaaaaaaaab', 'baaaaaaaaaaaaaaaaaaa'];
    for (const [seq, id] of alike.entries()) ids.add(id, seq, 1);
    for (const [seq, id] of alike.entries()) expect(ids.find(id)).toEqual([seq]);
  });

  it('forget tables in which all are old, and keep what is young', () => {
    const ids = new RememberedIds();
    for (let seq = 0; seq < 2_000; seq++) ids.add(`old${seq}`, seq, 10);
    for (let seq = 2_000; seq < 6_000; seq++) ids.add(`young${seq}`, seq, 20);
    ids.forgetBefore(20, 1_000);
    expect(ids.find('old0')).toEqual([]);
    expect(ids.size).toBeLessThan(6_000);
    for (let seq = 2_000; seq < 6_000; seq++) expect(ids.find(`young${seq}`)).toEqual([seq]);
  });
});
