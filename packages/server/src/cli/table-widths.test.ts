import { expect, it } from 'vitest';
import { cut, fittingWidths } from './table-widths.ts';

it.each([
  ['fits as it is', [10, 20], 32, [10, 20]],
  ['takes from the widest', [10, 20], 30, [10, 18]],
  ['makes the widest equal', [30, 10, 30], 54, [20, 10, 20]],
  ['keeps eight characters of each', [30, 5, 9], 10, [8, 5, 8]],
])('a table %s', (_what, widest, terminal, expected) => {
  expect(fittingWidths(widest, terminal)).toEqual(expected);
});

it('what is cut says so', () => {
  expect(cut('Acme', 6)).toBe('Acme  ');
  expect(cut('Acme Corp', 6)).toBe('Acme …');
});
