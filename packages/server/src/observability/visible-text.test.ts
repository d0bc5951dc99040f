import { describe, expect, it } from 'vitest';
import { visible, visibleJson, visibleLines } from './visible-text.ts';

describe('a text from outside', () => {
  it.each([
    ['a screen that is cleared', 'a\u001b[2Jb', 'a\\u001b[2Jb'],
    ['a title that is set (OSC)', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007'],
    ['the same in one character (C1)', '\u009b2J\u009d', '\\u009b2J\\u009d'],
    ['a line of its own', 'a\r\nb\tc\u0085\u2028\u2029', 'a\\r\\nb\\tc\\u0085\\u2028\\u2029'],
    ['a rewritten one', 'a\b\u007f', 'a\\u0008\\u007f'],
    ['letters turned around', '\u202egnp.exe\u2066\u200f', '\\u202egnp.exe\\u2066\\u200f'],
    ['nothing', 'Zoë’s 👩‍👩‍👧 日本 \\n', 'Zoë’s 👩‍👩‍👧 日本 \\n'],
  ])('shows %s', (_what, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('keeps the lines of a text that is ours', () => {
    expect(visibleLines('a\u001b\nb')).toBe('a\\u001b\nb');
  });

  it('is the same value in JSON', () => {
    const value = { 'a\u009b': '\u202e\u2028\u001b\n' };
    const json = visibleJson(JSON.stringify(value));
    expect(json).toBe('{"a\\u009b":"\\u202e\\u2028\\u001b\\n"}');
    expect(JSON.parse(json)).toEqual(value);
  });
});
