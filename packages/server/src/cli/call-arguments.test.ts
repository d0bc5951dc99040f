import { describe, expect, it } from 'vitest';
import { callArguments } from './call-arguments.ts';

it.each([
  [[], {}],
  [['channel=C1', 'text=a=b c'], { channel: 'C1', text: 'a=b c' }],
  [['limit:=5', 'blocks:=[{"type":"divider"}]', 'empty='], { limit: 5, blocks: [{ type: 'divider' }], empty: '' }],
  [['text=two\nlines'], { text: 'two\nlines' }],
])('%j becomes %j', (words, fields) => {
  expect(callArguments(words)).toEqual(fields);
});

describe('is refused', () => {
  it.each([
    ['channel', '"channel" must be key=value, or key:=json'],
    ['a b=1', '"a b=1" must be key=value'],
    ['n:={', 'n:= must be JSON'],
    ['n:=@/nowhere/at/all.json', '/nowhere/at/all.json cannot be read'],
  ])('%s', (word, message) => {
    expect(() => callArguments([word])).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
    );
  });

  it('a field that comes twice', () => {
    expect(() => callArguments(['a=1', 'a:=2'])).toThrow('a is given twice');
  });
});
