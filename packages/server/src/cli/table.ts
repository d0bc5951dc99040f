/** Rows as lines: in columns, with … for what is cut, and below each other where a terminal is too narrow even for that. Pure. */
import { type Column, cut, fittingWidths, GAP, widthOf } from './table-widths.ts';

/** Titles of what is copied into the next command. */
const IDS: ReadonlySet<string> = new Set([
  'TEAM',
  'EVENT',
  'EXAMPLE',
  'INSTALLATION',
  'NODE',
  'JOB',
  'REPLAY',
  'BROADCAST',
]);
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** @param terminal How many cells a line may have; undefined = as many as it takes. */
export function tableLines(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  terminal: number | undefined,
): string[] {
  const columns = header.map((title, at): Column => {
    const widest = [header, ...rows].reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), 0);
    return { kind: IDS.has(title) ? 'id' : isOfTimes(rows, at) ? 'time' : 'text', widest };
  });
  const widths = terminal === undefined ? columns.map(({ widest }) => widest) : fittingWidths(columns, terminal);
  const width = widths.reduce((sum, one) => sum + one, (widths.length - 1) * GAP.length);
  if (terminal !== undefined && width > terminal) return rows.flatMap((row, at) => record(header, row, at === 0));
  return [header, ...rows].map((row) => inColumns(row, widths));
}

function inColumns(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, at) => cut(cell, widths[at] ?? 0))
    .join(GAP)
    .trimEnd();
}

/** A row whose cells stand below each other, without those that are empty; the terminal wraps what is long. */
function record(header: readonly string[], row: readonly string[], isFirst: boolean): string[] {
  const titleWidth = Math.max(...header.map(widthOf));
  const lines = header.flatMap((title, at) => {
    const cell = row[at] ?? '';
    return cell === '' ? [] : [`${cut(title, titleWidth)}${GAP}${cell}`];
  });
  return isFirst ? lines : ['', ...lines];
}

function isOfTimes(rows: readonly (readonly string[])[], at: number): boolean {
  const given = rows.map((row) => row[at] ?? '').filter((cell) => cell !== '' && cell !== '–');
  return given.length > 0 && given.every((cell) => TIME.test(cell));
}
