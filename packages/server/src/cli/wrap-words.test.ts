import { expect, it } from 'vitest';
import { widthOf } from './table-widths.ts';
import { wrapWords } from './wrap-words.ts';

const SENTENCE = '· It failed at 09:12:03 UTC after 30 ms: slack-bot-server events replay Ev1 runs it again.';

it('breaks a sentence between words, and puts what follows below its first word', () => {
  expect(wrapWords(SENTENCE, 40, 2)).toEqual([
    '· It failed at 09:12:03 UTC after 30 ms:',
    '  slack-bot-server events replay Ev1',
    '  runs it again.',
  ]);
  for (const terminal of [20, 33, 40, 80])
    for (const line of wrapWords(SENTENCE, terminal, 2)) expect(widthOf(line)).toBeLessThanOrEqual(terminal);
});

it('keeps what stands before the first word, and every word', () => {
  expect(wrapWords('    Switch on Socket Mode in the settings of the app.', 30, 4)).toEqual([
    '    Switch on Socket Mode in',
    '    the settings of the app.',
  ]);
  expect(wrapWords(SENTENCE, 25).join(' ')).toBe(SENTENCE);
});

it('keeps a command in backticks whole, with what stands at it, where a line has room for it', () => {
  const advice = 'Run it again later (`slack-bot-server keys rotate`), or not.';
  expect(wrapWords(advice, 50)).toEqual(['Run it again later', '(`slack-bot-server keys rotate`), or not.']);
  expect(wrapWords(advice, 36)).toEqual(['Run it again later', '(`slack-bot-server keys rotate`), or', 'not.']);
  expect(wrapWords(advice, 30)).toEqual(['Run it again later', '(`slack-bot-server keys', 'rotate`), or not.']);
});

it('takes one backtick for a letter', () => {
  expect(wrapWords('Do not press the ` key of that keyboard.', 20)).toEqual([
    'Do not press the `',
    'key of that',
    'keyboard.',
  ]);
});

it.each([
  ['before a space', 'Found a ` in it: run `slack-bot-server keys rotate` once.'],
  ['after a space', 'Found a `x in it: run `slack-bot-server keys rotate` once.'],
  ['at the end of a word', 'Found a x` in it: run `slack-bot-server keys rotate` once.'],
  ['before a comma', 'Found a `, in it: run `slack-bot-server keys rotate` once.'],
])('keeps a command whole behind one backtick %s', (_where, text) => {
  const lines = wrapWords(text, 40);
  expect(lines.join(' ')).toBe(text);
  expect(lines.at(-1)).toBe('`slack-bot-server keys rotate` once.');
});

it('makes no empty line of many spaces, and keeps them within a line', () => {
  const spaces = ' '.repeat(30);
  expect(wrapWords(`one  two${spaces}three${spaces}`, 20, 0)).toEqual(['one  two', 'three']);
  expect(wrapWords(`a${' '.repeat(99)}`, 20, 0)).toEqual(['a']);
  expect(wrapWords(' '.repeat(99), 20, 0)).toEqual(['']);
});

it('counts cells and not characters', () => {
  expect(wrapWords('アプリ アプリ アプリ', 14)).toEqual(['アプリ アプリ', 'アプリ']);
});

it.each([
  ['that fits', 'Nothing to say.', 40],
  ['of one word that does not fit', `https://example.com/${'x'.repeat(60)}`, 40],
  ['without a terminal', SENTENCE, undefined],
  ['where there is no room for words', SENTENCE, 10],
])('leaves a sentence %s as it is', (_which, text, terminal) => {
  expect(wrapWords(text, terminal, 2)).toEqual([text]);
});
