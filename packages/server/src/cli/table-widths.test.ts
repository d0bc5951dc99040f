import { expect, it } from 'vitest';
import { cut, fittingWidths, widthOf } from './table-widths.ts';

const texts = (widest: number[]) => widest.map((one) => ({ kind: 'text' as const, widest: one }));

it.each([
  ['fits as it is', [10, 20], 32, [10, 20]],
  ['takes from the widest', [10, 20], 30, [10, 18]],
  ['makes the widest equal', [30, 10, 30], 54, [20, 10, 20]],
  ['keeps ten characters of each', [30, 5, 11], 10, [10, 5, 10]],
])('a table %s', (_what, widest, terminal, expected) => {
  expect(fittingWidths(texts(widest), terminal)).toEqual(expected);
});

it.each([
  [102, [34, 24, 40]],
  [80, [34, 24, 18]],
  [72, [34, 24, 10]],
  [40, [34, 24, 10]],
])('in %i cells ids and times are whole, and texts give room', (terminal, expected) => {
  const columns = [
    { kind: 'id' as const, widest: 34 },
    { kind: 'time' as const, widest: 24 },
    { kind: 'text' as const, widest: 40 },
  ];
  expect(fittingWidths(columns, terminal)).toEqual(expected);
});

it.each([
  ['Acme', 4],
  ['漢字', 4],
  ['e\u0301te\u0301', 3],
  ['👩‍👩‍👧‍👦', 2],
  ['🏳️‍🌈 x', 4],
  ['한글', 4],
  ['a\u200bb', 2],
])('%s takes %i cells', (text, cells) => {
  expect(widthOf(text)).toBe(cells);
});

it.each([
  ['Acme', 6, 'Acme  '],
  ['Acme Corp', 6, 'Acme …'],
  ['漢字漢字', 6, '漢字… '],
  ['漢字漢字', 8, '漢字漢字'],
  ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 3, '👩‍👩‍👧‍👦…'],
])('%s in %i cells is "%s"', (text, width, expected) => {
  expect(cut(text, width)).toBe(expected);
  expect(widthOf(cut(text, width))).toBe(width);
});
