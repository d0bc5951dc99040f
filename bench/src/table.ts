/** Rows of text as a table for a terminal and for Markdown, where the same text is a table too. */

/** Lays out rows under a header: the first column to the left, the others to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(3, ...[header, ...rows].map((row) => widthOf(row[column]))));
  const line = (cells: readonly string[]) => `| ${widths.map((width, i) => pad(cells[i], width, i)).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** Milliseconds as seconds, with the digits that a noisy machine leaves meaningful. */
export function formatMs(ms: number): string {
  return ms < 10_000 ? `${(ms / 1_000).toFixed(2)} s` : `${(ms / 1_000).toFixed(1)} s`;
}

/** Bytes as KiB. */
export function formatKib(bytes: number): string {
  return `${(bytes / 1_024).toFixed(1)} KiB`;
}

/** A ratio as `1.25 ×`. */
export function formatRatio(value: number): string {
  return `${value.toFixed(2)} ×`;
}

function pad(cell: string | undefined, width: number, column: number): string {
  const space = ' '.repeat(width - widthOf(cell));
  return column === 0 ? `${cell ?? ''}${space}` : `${space}${cell ?? ''}`;
}

/** Every character that the tables use is one code unit and takes one column. */
function widthOf(cell: string | undefined): number {
  return cell?.length ?? 0;
}
