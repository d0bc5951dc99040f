/** How wide the columns of a table are where there is not enough room for all of it. Pure. */

/** Between two columns. */
export const GAP = '  ';

/** A column that is cut keeps so many characters: less says nothing. */
const LEAST = 8;

/**
 * The widths that fit into so many characters: the widest column gives room first, until all that are cut are equally wide. What does not fit
 * even then is wrapped by the terminal.
 */
export function fittingWidths(widest: readonly number[], terminal: number): number[] {
  const widths = [...widest];
  let tooMuch = widths.reduce((sum, width) => sum + width, (widths.length - 1) * GAP.length) - terminal;
  for (; tooMuch > 0; tooMuch--) {
    const most = Math.max(...widths);
    if (most <= LEAST) break;
    widths[widths.lastIndexOf(most)] = most - 1;
  }
  return widths;
}

/** The cell in exactly so many characters. */
export function cut(cell: string, width: number): string {
  return cell.length <= width ? cell.padEnd(width) : `${cell.slice(0, width - 1)}…`;
}
