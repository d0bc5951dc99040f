/**
 * Rows as lines: in columns, with … for texts that are cut, and below each other where a terminal is too narrow for whole ids and times. Pure.
 */
import { type Column, cut, fittingWidths, GAP, widthOf } from './table-widths.ts';
import { wrapWords } from './wrap-words.ts';

/** Titles of what is copied into the next command, or of which a part says something else. */
const IDS: ReadonlySet<string> = new Set([
  'TEAM',
  'EVENT',
  'EXAMPLE',
  'INSTALLATION',
  'NODE',
  'JOB',
  'REPLAY',
  'BROADCAST',
  'WHAT',
  'SUBJECT',
  'COUNTS',
  'METHOD',
  'SCHEDULE',
]);
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** @param terminal How many cells a line may have; undefined = as many as it takes, and all columns: whoever cuts them out counts them. */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  terminal: number | undefined,
): string[] {
  if (terminal === undefined) return inTable(header, rows, (columns) => columns.map(({ widest }) => widest));
  const filled = header.map((_, at) => rows.some((row) => (row[at] ?? '') !== ''));
  const some = (cells: readonly string[]) => filled.flatMap((isFilled, at) => (isFilled ? [cells[at] ?? ''] : []));
  const [shownHeader, shownRows] = [some(header), rows.map(some)];
  const fitting = (columns: readonly Column[]) => fittingWidths(columns, terminal);
  const fits = (lines: readonly string[]) => lines.every((line) => widthOf(line) <= terminal);
  const table = inTable(shownHeader, shownRows, (columns) => columns.map(({ widest }) => widest));
  if (fits(table)) return table;
  const brief = inTable(shownHeader, shownRows.map(withoutMs), fitting);
  return fits(brief) ? brief : rows.flatMap((row, at) => record(header, row, { terminal, isFirst: at === 0 }));
}

/** Whole seconds are a time as well, and leave room for others. */
function withoutMs(row: readonly string[]): string[] {
  return row.map((cell) => (TIME.test(cell) ? cell.replace(/\.\d+Z$/, 'Z') : cell));
}

function inTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  widthsOf: (columns: readonly Column[]) => number[],
): string[] {
  const columns = header.map((title, at): Column => {
    const widest = [header, ...rows].reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), 0);
    return { kind: IDS.has(title) ? 'id' : isOfTimes(rows, at) ? 'time' : 'text', widest };
  });
  const widths = widthsOf(columns);
  return [header, ...rows].map((row) => inColumns(row, widths));
}

function inColumns(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, at) => cut(cell, widths[at] ?? 0))
    .join(GAP)
    .trimEnd();
}

/** A row whose cells stand below each other, without those that are empty; what is long is broken between words. */
function record(
  header: readonly string[],
  row: readonly string[],
  { terminal, isFirst }: { terminal: number; isFirst: boolean },
): string[] {
  const titleWidth = Math.max(...header.map(widthOf));
  const lines = header.flatMap((title, at) => {
    const cell = row[at] ?? '';
    if (cell === '') return [];
    return wrapWords(`${cut(title, titleWidth)}${GAP}${cell}`, terminal, titleWidth + GAP.length);
  });
  return isFirst ? lines : ['', ...lines];
}

function isOfTimes(rows: readonly (readonly string[])[], at: number): boolean {
  const given = rows.map((row) => row[at] ?? '').filter((cell) => cell !== '' && cell !== '–');
  return given.length > 0 && given.every((cell) => TIME.test(cell));
}
