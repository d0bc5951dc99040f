import { expect, it } from 'vitest';
import { wordsFor } from './known-words.ts';

it.each([
  ['done', 'it is done'],
  ['frozen', 'frozen'],
  ['constructor', 'constructor'],
  ['__proto__', '__proto__'],
])('says %s as %s', (word, said) => {
  expect(wordsFor({ done: 'it is done' }, word)).toBe(said);
});
