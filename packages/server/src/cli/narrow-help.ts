/** Help on a terminal that is too narrow for two columns: what is explained stands alone, and the explanation below it. */
import { Help, type HelpConfiguration } from 'commander';
import { wrapWords } from './wrap-words.ts';

/** Fewer cells than this make no column of sentences. */
const LEAST = 30;
const INDENT = 6;

export const narrowHelp: HelpConfiguration = {
  // Theirs wraps nothing below 40.
  minWidthToWrap: 20,
  // Theirs breaks commands in backticks.
  boxWrap: (text, width) =>
    text
      .split('\n')
      .flatMap((line) => wrapWords(line, width))
      .join('\n'),
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? 80;
    if (description === '' || width - termWidth - 4 >= LEAST) {
      return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
    }
    const below = helper.boxWrap(description, width - INDENT).replaceAll('\n', `\n${' '.repeat(INDENT)}`);
    return `  ${term}\n${' '.repeat(INDENT)}${below}`;
  },
};
