import { expect, it } from 'vitest';
import { FileLimit, shareFiles } from './open-files.ts';

it.each([
  [256, 36, { limit: 256, teams: 156, connects: 16 }],
  [1_024, 36, { limit: 1_024, teams: 732, connects: 64 }],
  [65_536, 36, { limit: 65_536, teams: 64_476, connects: 256 }],
  [64, 36, { limit: 64, teams: 1, connects: 16 }],
  [undefined, 36, { limit: undefined, teams: Number.POSITIVE_INFINITY, connects: Number.POSITIVE_INFINITY }],
])('a limit of %s open files, of which %s are open, leaves %j', (limit, openNow, expected) => {
  expect(shareFiles(limit, openNow)).toEqual(expected);
});

it('is told once when teams are too many, whenever that is, and again when they fitted meanwhile', () => {
  const told: object[] = [];
  const limit = new FileLimit(shareFiles(256, 36), { warn: (facts) => void told.push(facts) });
  for (const teams of [10, 156, 157, 158, 200, 157, 156, 160]) limit.note(teams);
  expect(told).toEqual([
    { limit: 256, room: 156, teams: 157 },
    { limit: 256, room: 156, teams: 160 },
  ]);
});
