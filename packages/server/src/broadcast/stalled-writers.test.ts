/** Who writes is left alone for as long as teams are added; who is watched standing still for a minute is given up. */
import { expect, it } from 'vitest';
import { STALLED_AFTER_MS, StalledWriters } from './stalled-writers.ts';

const GAP_MS = 2_000;
const stalledWriters = () => new StalledWriters({ maxGapMs: GAP_MS });

it('a writer that adds teams is alive, however long it takes', () => {
  const writers = stalledWriters();
  const looks = (3 * STALLED_AFTER_MS) / GAP_MS;
  const dead = Array.from({ length: looks }, (_, n) =>
    writers.observe([{ id: 1, lastTeam: `T${100 + Math.floor(n / 20)}` }], n * GAP_MS),
  );
  expect(dead.flat()).toEqual([]);
});

it('a writer that adds none for a minute has died, each of several by itself, and one that began is forgotten', () => {
  const writers = new StalledWriters({ maxGapMs: STALLED_AFTER_MS });
  const [dead, alive] = [{ id: 1, lastTeam: null }, (team: string) => ({ id: 2, lastTeam: team })];
  expect(writers.observe([dead, alive('T1')], 0)).toEqual([]);
  expect(writers.observe([dead, alive('T2')], STALLED_AFTER_MS - 1)).toEqual([]);
  expect(writers.observe([dead, alive('T2')], STALLED_AFTER_MS)).toEqual([1]);
  expect(writers.observe([], STALLED_AFTER_MS + 1)).toEqual([]);
  expect(writers.observe([dead], STALLED_AFTER_MS + 2)).toEqual([]);
});

it('the time in which nobody looked is no time in which a writer stood still, however often that was', () => {
  const writers = stalledWriters();
  const writer = { id: 1, lastTeam: 'T1' };
  const looks = STALLED_AFTER_MS / GAP_MS;
  let nowMs = 0;
  const lookAfter = (ms: number) => writers.observe([writer], (nowMs += ms));
  for (let n = 0; n < looks; n++) expect(lookAfter(2 * STALLED_AFTER_MS)).toEqual([]);
  expect(lookAfter(GAP_MS)).toEqual([1]);
});
