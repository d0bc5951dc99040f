/** Sentences on a terminal that is narrower than they are: broken between words, not in them. Pure. */
import { widthOf } from './table-widths.ts';

/** Fewer cells than this make no column of sentences. */
const LEAST = 12;

/**
 * The lines of a sentence. A word that is wider than a line stands alone and is left to the terminal: whoever copies an address needs it whole.
 * @param terminal How many cells a line has; undefined = as many as it takes.
 * @param indent Cells before each line but the first.
 */
export function wrapWords(text: string, terminal: number | undefined, indent = 0): string[] {
  if (terminal === undefined || terminal - indent < LEAST || widthOf(text) <= terminal) return [text];
  const [, before = '', sentence = ''] = /^(\s*)([\s\S]*)$/.exec(text) ?? [];
  const lines: string[] = [];
  let line = before;
  let hasWord = false;
  for (const word of sentence.split(' ')) {
    if (hasWord && widthOf(line) + 1 + widthOf(word) > terminal) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
      continue;
    }
    line += hasWord ? ` ${word}` : word;
    hasWord = true;
  }
  return [...lines, line];
}
