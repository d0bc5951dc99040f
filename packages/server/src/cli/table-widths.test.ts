import { expect, it } from 'vitest';
import { cut, fittingWidths, widthOf } from './table-widths.ts';

const texts = (widest: number[]) => widest.map((one) => ({ kind: 'text' as const, widest: one }));

it.each([
  ['fits as it is', [10, 20], 32, [10, 20]],
  ['takes from the widest', [10, 20], 30, [10, 18]],
  ['makes the widest equal', [30, 10, 30], 54, [20, 10, 20]],
  ['keeps eight characters of each', [30, 5, 9], 10, [8, 5, 8]],
])('a table %s', (_what, widest, terminal, expected) => {
  expect(fittingWidths(texts(widest), terminal)).toEqual(expected);
});

it.each([
  [80, [34, 21, 21]],
  [72, [34, 17, 17]],
  [65, [34, 17, 10]],
  [57, [34, 11, 8]],
  [40, [34, 11, 8]],
])(
  'in %i cells an id is whole, of a time its minute and then its day stays, and texts give room first',
  (terminal, expected) => {
    const columns = [
      { kind: 'id' as const, widest: 34 },
      { kind: 'time' as const, widest: 24 },
      { kind: 'text' as const, widest: 40 },
    ];
    expect(fittingWidths(columns, terminal)).toEqual(expected);
  },
);

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
