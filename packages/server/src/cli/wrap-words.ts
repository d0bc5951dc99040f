/** Sentences on a terminal that is narrower than they are: broken between words, not in them. Pure. */
import { widthOf } from './table-widths.ts';

/** Fewer cells than this make no column of sentences. */
const LEAST = 12;

/**
 * The lines of a sentence. A word that is wider than a line stands alone and is left to the terminal: whoever copies an address needs it whole.
 * @param terminal How many cells a line has; undefined = as many as it takes.
 * @param indent Cells before each line but the first. @defaultValue as many as stand before its sentence: see beginOf()
 */
export function wrapWords(text: string, terminal: number | undefined, indent = beginOf(text, terminal)): string[] {
  if (terminal === undefined || terminal - indent < LEAST || widthOf(text) <= terminal) return [text];
  const [, before = '', sentence = ''] = /^(\s*)([\s\S]*)$/.exec(text) ?? [];
  const [first = '', ...others] = wordsOf(sentence, terminal - indent);
  const lines: string[] = [];
  let line = widthOf(before) < terminal ? before + first : first;
  for (const next of others) {
    const word = next.trimStart();
    if (widthOf(line) + widthOf(next) > terminal) {
      lines.push(line);
      line = ' '.repeat(indent) + word;
    } else line += next;
  }
  return [...lines, line];
}

/**
 * Words with the spaces before them. A command in backticks is one, to be copied whole, unless a line has no room for it. A backtick with
 * a space inside of it is a letter, and no end of a command.
 */
function wordsOf(sentence: string, room: number): string[] {
  const words = sentence.match(/ *(?:`(?=[^ `])[^`]*(?<! )`|[^ ])+/g) ?? [];
  return words.flatMap((word) => (widthOf(word.trimStart()) > room ? (word.match(/ *[^ ]+/g) ?? []) : [word]));
}

/**
 * Where the sentence of a line begins: behind `name   ` where it has such a first column, else behind its spaces. A column that takes more
 * than half of the terminal leaves no room for what would stand below it.
 */
function beginOf(text: string, terminal = 0): number {
  const [before = ''] = /^\s*/.exec(text) ?? [];
  const [column = ''] = /^\s*\S+(?: \S+)*\s{2,}(?=\S)/.exec(text) ?? [];
  const wide = widthOf(column);
  return wide > 0 && wide <= terminal / 2 ? wide : widthOf(before);
}
