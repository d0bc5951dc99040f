import { expect, it } from 'vitest';
import { shareFiles } from './open-files.ts';

it.each([
  [256, 36, { limit: 256, teams: 156, connects: 16 }],
  [1_024, 36, { limit: 1_024, teams: 732, connects: 64 }],
  [65_536, 36, { limit: 65_536, teams: 64_476, connects: 256 }],
  [64, 36, { limit: 64, teams: 1, connects: 16 }],
  [undefined, 36, { limit: undefined, teams: Number.POSITIVE_INFINITY, connects: Number.POSITIVE_INFINITY }],
])('a limit of %s open files, of which %s are open, leaves %j', (limit, openNow, expected) => {
  expect(shareFiles(limit, openNow)).toEqual(expected);
});
