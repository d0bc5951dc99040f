/** Reads CSV (RFC 4180, as PostgreSQL, SQLite and MySQL export it with a header) into one JSON object per record. */

/** A record, or why it is none, with the number of the line on which it begins. */
export type CsvRecord = { line: number } & ({ content: string } | { error: string });

/** Lines of one record at most. Longer ones are a quote that nobody closed, and the records in it must not be lost. */
const MAX_RECORD_LINES = 100;

/** The names in a header line; empty when it is none. */
export function csvHeader(line: string): readonly string[] {
  return (valuesIn(line) ?? []).map((name) => name.trim());
}

/** @param firstLine Number of the first of the lines, which follow the header. */
export async function* csvRecords(
  lines: AsyncIterable<string> | Iterable<string>,
  { header, firstLine }: { header: readonly string[]; firstLine: number },
): AsyncGenerator<CsvRecord> {
  let open: string[] = [];
  let number = firstLine;
  /** Takes from the lines at hand what is complete; with `isEnd` also what never will be. */
  function* complete(isEnd: boolean): Generator<CsvRecord> {
    while (open.length > 0) {
      const count = linesOfRecord(open);
      if (count === undefined && !isEnd && open.length < MAX_RECORD_LINES) return;
      // An open quote costs the line that it stands in; the next ones may be whole records.
      const taken = count ?? 1;
      const text = open.slice(0, taken).join('\n');
      if (count === undefined) yield { line: number, error: 'has a quote that is not closed' };
      else if (text.trim() !== '') yield { line: number, ...recordOf(text, header) };
      open = open.slice(taken);
      number += taken;
    }
  }
  for await (const line of lines) {
    open.push(line);
    yield* complete(false);
  }
  yield* complete(true);
}

/** With how many lines the first record ends: where as many quotes are closed as were opened. */
function linesOfRecord(lines: readonly string[]): number | undefined {
  let quotes = 0;
  const end = lines.findIndex((line) => {
    quotes += line.split('"').length - 1;
    return quotes % 2 === 0;
  });
  return end === -1 ? undefined : end + 1;
}

function recordOf(text: string, header: readonly string[]): { content: string } | { error: string } {
  const row = valuesIn(text);
  if (!row) return { error: 'must have quotes around whole values only, and double those within them' };
  if (row.length !== header.length) {
    return { error: `must have ${header.length} values, as the header has; got ${row.length}` };
  }
  // What is empty is nothing, as null is.
  const named = header.map((name, index) => [name, row[index] ?? ''] as const).filter(([, value]) => value !== '');
  return { content: JSON.stringify(Object.fromEntries(named)) };
}

/** A value with what ends it. One in quotes may hold commas, quotes (doubled) and ends of lines. */
const VALUE = /("(?:[^"]|"")*"|[^,"\n][^,\n]*|)(,|$)/y;

/** Undefined when quotes stand where none may. */
function valuesIn(text: string): string[] | undefined {
  const values: string[] = [];
  for (VALUE.lastIndex = 0; ; ) {
    const match = VALUE.exec(text);
    if (!match) return undefined;
    const [, value = '', end] = match;
    values.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === '') return values;
  }
}
