import { expect, it } from 'vitest';
import { plainName, visible } from './format.ts';

const DIRECTIONS = [0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];

it.each(DIRECTIONS)(
  'the mark of direction %i is shown within a sentence, and left out of the name of a file',
  (code) => {
    const name = `inv${String.fromCharCode(code)}gpj.exe`;
    expect(visible(name)).toBe(`inv\\u${code.toString(16).padStart(4, '0')}gpj.exe`);
    expect(plainName({ name })).toBe('invgpj.exe');
  },
);

it('a text without such marks stays as it is', () => {
  const name = 'שלום 🎉 r\u00e9sum\u00e9.txt';
  expect([visible(name), plainName({ name })]).toEqual([name, name]);
});
