/** Tables and the values in them. */
import { expect, it } from 'vitest';
import { formatKib, formatMs, formatRatio, formatTable } from './table.ts';

it('aligns the first column to the left and numbers to the right', () => {
  expect(formatTable(['measure', 'floor'], [['connect', '1.00 s'], ['×']])).toBe(
    ['| measure |  floor |', '| ------- | -----: |', '| connect | 1.00 s |', '| ×       |        |'].join('\n'),
  );
});

it('shows values with the digits that mean something', () => {
  expect(formatMs(1_234)).toBe('1.23 s');
  expect(formatMs(21_345)).toBe('21.3 s');
  expect(formatKib(40_000)).toBe('39.1 KiB');
  expect(formatRatio(0.333)).toBe('0.33 ×');
});
