/**
 * What `teams export --tokens` wrote, read back by `teams import`: a JSON document, whose `import` holds the lines. It stands among
 * lines as what begins with a brace alone and ends with one, or on one line. Decides nothing about what is in it.
 */
import type { SourceLine } from './source-line.ts';

/** The same lines, with those of its `import` in the place of such a document. */
export async function* unpackedExports(sources: AsyncGenerator<SourceLine>): AsyncGenerator<SourceLine> {
  let gathered: SourceLine[] = [];
  let lastLine = 0;
  // On few lines may stand more entries than lines: numbers only ever grow.
  const numbered = (source: SourceLine) => {
    lastLine = Math.max(source.line, lastLine + 1);
    return { ...source, line: lastLine };
  };
  for await (const source of sources) {
    const text = contentOf(source);
    const isOfDocument = gathered.length > 0 || text === '{' || isOnOneLine(text);
    if (!isOfDocument) {
      yield numbered(source);
      continue;
    }
    gathered.push(source);
    if (text !== '}' && !(gathered.length === 1 && isOnOneLine(text))) continue;
    for (const entry of entriesOf(gathered)) yield numbered(entry);
    gathered = [];
  }
  for (const source of gathered) yield numbered(source);
}

function contentOf(source: SourceLine): string {
  return 'content' in source ? source.content.replace(/^\uFEFF/, '').trimEnd() : '';
}

function isOnOneLine(text: string): boolean {
  return text.startsWith('{"exportedAt":') && text.endsWith('}');
}

/** What is no export stays as it is: whoever reads the lines says what is wrong with them. */
function entriesOf(gathered: readonly SourceLine[]): readonly SourceLine[] {
  const [first] = gathered;
  const value = parsed(gathered.map(contentOf).join('\n'));
  if (!first || !Object.hasOwn(value, 'exportedAt')) return gathered;
  const { line, place } = first;
  const { import: lines } = value;
  if (!Array.isArray(lines)) {
    const error = 'is an export without tokens: write it with `teams export TEAM --tokens --to FILE`';
    return [{ line, place, error }];
  }
  if (lines.length === 0) {
    return [{ line, place, error: 'is an export without anything to import: tokens that rotate are not in it' }];
  }
  return lines.map((entry, index) => ({ line, place: `${place}, import[${index}]`, content: JSON.stringify(entry) }));
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
