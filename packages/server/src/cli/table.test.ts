import { expect, it } from 'vitest';
import { tableLines } from './table.ts';
import { widthOf } from './table-widths.ts';

const HEADER = ['TEAM', 'NAME', 'STATUS', 'REASON', 'SINCE', 'BOT'];
const ROWS = [
  ['T0ACME0001', '日本語チーム株式会社の長い名前', 'active', '', '2026-11-29T04:26:27.731Z', 'U0BOT0001'],
  ['T0ACME0002', 'Acme', 'inactive', 'token_revoked', '2026-11-29T04:26:27.731Z', 'U0BOT0002'],
];

it('is as wide as its cells where nobody counts them', () => {
  expect(tableLines(HEADER, ROWS, undefined)).toEqual([
    'TEAM        NAME                            STATUS    REASON         SINCE                     BOT',
    'T0ACME0001  日本語チーム株式会社の長い名前  active                   2026-11-29T04:26:27.731Z  U0BOT0001',
    'T0ACME0002  Acme                            inactive  token_revoked  2026-11-29T04:26:27.731Z  U0BOT0002',
  ]);
});

it.each([200, 100, 80, 70, 68])('no line is wider than a terminal of %i cells, and each id is whole', (terminal) => {
  const lines = tableLines(HEADER, ROWS, terminal);
  expect(lines.filter((line) => widthOf(line) > terminal)).toEqual([]);
  expect(lines.map((line) => line.slice(0, 10).trimEnd())).toEqual(['TEAM', 'T0ACME0001', 'T0ACME0002']);
});

it.each([40, 60])('in %i cells, too few for columns, the cells of a row stand below each other', (terminal) => {
  expect(tableLines(HEADER, ROWS, terminal)).toEqual([
    'TEAM    T0ACME0001',
    'NAME    日本語チーム株式会社の長い名前',
    'STATUS  active',
    'SINCE   2026-11-29T04:26:27.731Z',
    'BOT     U0BOT0001',
    '',
    'TEAM    T0ACME0002',
    'NAME    Acme',
    'STATUS  inactive',
    'REASON  token_revoked',
    'SINCE   2026-11-29T04:26:27.731Z',
    'BOT     U0BOT0002',
  ]);
});
