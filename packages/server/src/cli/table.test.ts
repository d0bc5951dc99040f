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

it.each([200, 100, 80, 77])('no line is wider than a terminal of %i cells, and ids and times are whole', (terminal) => {
  const lines = tableLines(HEADER, ROWS, terminal);
  expect(lines.filter((line) => widthOf(line) > terminal)).toEqual([]);
  expect(lines.map((line) => line.slice(0, 10).trimEnd())).toEqual(['TEAM', 'T0ACME0001', 'T0ACME0002']);
  for (const line of lines.slice(1)) expect(line).toMatch(/ 2026-11-29T04:26:27(\.731)?Z  U0BOT000\d$/);
});

it.each([40, 60, 76])('in %i cells, too few for whole times, the cells of a row stand below each other', (terminal) => {
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

it('a column without a value is left out on a terminal, and stays where a program counts columns', () => {
  const rows = ROWS.map((row) => row.with(3, ''));
  expect(tableLines(HEADER, rows, 200)[0]).not.toContain('REASON');
  expect(tableLines(HEADER, rows, undefined)[0]).toContain('REASON');
});

it('an operation, a subject, a schedule and the counts of a broadcast are whole, or there is no table', () => {
  const header = ['WHEN', 'WHO', 'WHAT', 'SUBJECT', 'CHANGE'];
  const row = ['2026-11-30T13:32:01.123Z', 'cli:ann', 'replays.cancel', 'replay 7', 'state running → cancelled'];
  expect(tableLines(header, [row], 80)[1]).toBe(
    '2026-11-30T13:32:01Z  cli:ann  replays.cancel  replay 7  state running → cancel…',
  );
  expect(tableLines(header, [row], 60)[2]).toBe('WHAT     replays.cancel');
  const counts = ['12', 'cancelled', '30 sent, 4 failed, 12 not posted'];
  expect(tableLines(['BROADCAST', 'STATE', 'COUNTS'], [counts], 50)[2]).toBe(`COUNTS     ${counts[2]}`);
  const schedule = ['daily', '0 9 * * * Europe/Berlin', 'failed: the listener broke'];
  expect(tableLines(['JOB', 'SCHEDULE', 'OUTCOME'], [schedule], 50)[1]).toContain(` ${schedule[1]} `);
});
