/** Who writes is left alone for as long as teams are added; who stands still for a minute is given up. */
import { expect, it } from 'vitest';
import { STALLED_AFTER_MS, StalledWriters } from './stalled-writers.ts';

it('a writer that adds teams is alive, however long it takes', () => {
  const writers = new StalledWriters();
  for (const n of [1, 2, 3, 4]) {
    expect(writers.observe([{ id: 1, lastTeam: `T${n}` }], n * (STALLED_AFTER_MS - 1))).toEqual([]);
  }
});

it('a writer that adds none for a minute has died, each of several by itself, and one that began is forgotten', () => {
  const writers = new StalledWriters();
  const [dead, alive] = [{ id: 1, lastTeam: null }, (team: string) => ({ id: 2, lastTeam: team })];
  expect(writers.observe([dead, alive('T1')], 0)).toEqual([]);
  expect(writers.observe([dead, alive('T2')], STALLED_AFTER_MS - 1)).toEqual([]);
  expect(writers.observe([dead, alive('T2')], STALLED_AFTER_MS)).toEqual([1]);
  expect(writers.observe([], STALLED_AFTER_MS + 1)).toEqual([]);
  expect(writers.observe([dead], STALLED_AFTER_MS + 2)).toEqual([]);
});
