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
