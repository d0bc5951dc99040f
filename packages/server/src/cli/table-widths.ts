/** How wide the columns of a table are where there is not enough room for all of it, in cells of a terminal. Pure. */

/** Between two columns. */
export const GAP = '  ';

/** A column of texts that is cut keeps so much: less says nothing. */
const LEAST = 10;

/** What is in a column. An id is copied into the next command, and a time into the next query: cut they are of no use. */
export type ColumnKind = 'id' | 'time' | 'text';

export interface Column {
  kind: ColumnKind;
  /** Of its cells and its title. */
  widest: number;
}

/**
 * The widths that fit into so many cells: the widest column of texts gives room first, until all that are cut are equally wide; ids and times
 * give none. What does not fit even then is no table: see table.ts.
 */
export function fittingWidths(columns: readonly Column[], terminal: number): number[] {
  const widths = columns.map(({ widest }) => widest);
  const leasts = columns.map(({ kind, widest }) => (kind === 'text' ? LEAST : widest));
  let tooMuch = totalWidth(widths) - terminal;
  for (; tooMuch > 0; tooMuch--) {
    const most = widths.reduce((max, width, at) => (width > (leasts[at] ?? 0) ? Math.max(max, width) : max), 0);
    const widest = widths.findLastIndex((width, at) => width === most && width > (leasts[at] ?? 0));
    if (widest === -1) return widths;
    widths[widest] = most - 1;
  }
  return widths;
}

/** Of a line with such columns. */
function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, (widths.length - 1) * GAP.length);
}

/** The text in exactly so many cells. */
export function cut(text: string, width: number): string {
  const missing = width - widthOf(text);
  if (missing >= 0) return text + ' '.repeat(missing);
  let kept = '';
  let left = width - 1;
  for (const character of charactersOf(text)) {
    left -= cellsOf(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…${' '.repeat(Math.max(0, width - 1 - widthOf(kept)))}`;
}

/** How many cells a text takes. */
export function widthOf(text: string): number {
  return charactersOf(text).reduce((sum, character) => sum + cellsOf(character), 0);
}

const segmenter = new Intl.Segmenter();

/** As a reader counts them: a letter with its accents is one. */
function charactersOf(text: string): string[] {
  if (/^[\x20-\x7e]*$/.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Characters of East Asia take two cells (https://www.unicode.org/reports/tr11/), and so do pictures. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const WITHOUT_WIDTH = /^[\p{M}\p{Cf}]+$/u;

function cellsOf(character: string): number {
  if (WIDE.test(character)) return 2;
  return WITHOUT_WIDTH.test(character) ? 0 : 1;
}
