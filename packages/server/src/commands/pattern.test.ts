import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPattern, usageOf } from './pattern.ts';
import { matcherOf } from './pattern-match.ts';
import { tokensOf } from './tokens.ts';

function match(pattern: string, text: string) {
  return matcherOf(readPattern(pattern)).match({ text, tokens: tokensOf(text) });
}

const ann = { id: 'U1' };
const bob = { id: 'U2' };

describe('a pattern', () => {
  it.each<[string, string, object | undefined]>([
    ['hi', 'hi', {}],
    ['hi', 'HI', {}],
    ['hi', ' hi ', {}],
    ['hi', 'hi there', undefined],
    ['hi', 'high', undefined],
    ['ask me', 'ask\u00a0 me', {}],
    ['what’s up', "What's up", {}],
    ["what's up", 'what’s up', {}],
    ['café', 'CAFE\u0301', {}],
    ['a&b', 'a&amp;b', {}],
    ['set|unset :what', 'UNSET x', { what: 'x' }],
    ['set|unset :what', 'reset x', undefined],
    [':wave:', ':wave:', {}],
    ['say :what', 'say hello', { what: 'hello' }],
    ['say :what', 'say', undefined],
    ['say :what', 'say hello you', undefined],
    ['say :what', 'say "hello you"', { what: 'hello you' }],
    ['say :what', 'say “hello you”', { what: 'hello you' }],
    ['say :what', 'say „hallo du“', { what: 'hallo du' }],
    ['say :what', 'say ""', { what: '' }],
    ['say :what', 'say "hello', { what: '"hello' }],
    ['say :what', 'say 5"', { what: '5"' }],
    ['say :what', 'say &lt;b&gt; ', { what: '<b>' }],
    ['say :what', 'say &amp;lt;', { what: '&lt;' }],
    ['say :what', 'say <http://example.com|example.com>', { what: 'example.com' }],
    ['say :what', 'say <https://example.com/?a=1&amp;b=2>', { what: 'https://example.com/?a=1&b=2' }],
    ['say :what', 'say <https://example.com|click here>', { what: 'https://example.com' }],
    ['say :what', 'say <mailto:a@example.com|a@example.com>', { what: 'a@example.com' }],
    ['say :what', 'say <@U1|ann>', { what: '<@U1>' }],
    ['say :what', 'say <!here|here>', { what: '<!here>' }],
    ['say "x"', 'say "x"', undefined],
    ['say :what+', 'say  hello\nyou  there ', { what: 'hello\nyou  there' }],
    ['say :what+', 'say "hello" <@U1|ann> &amp; co', { what: '"hello" <@U1> & co' }],
    ['say :what+', 'say', undefined],
    ['say :what*', 'say', { what: '' }],
    ['say :what*', 'say x y', { what: 'x y' }],
    ['say [:what+]', 'say', { what: undefined }],
    ['remind :what+ at :time', 'remind eat at home at noon', { what: 'eat at home', time: 'noon' }],
    [':a plus :b', '1 plus 2', { a: '1', b: '2' }],
    ['[please] open :door', 'please open it', { door: 'it' }],
    ['[please] open :door', 'open it', { door: 'it' }],
    ['top [:count(number)]', 'top -12.5', { count: -12.5 }],
    ['top [:count(number)]', 'top', { count: undefined }],
    ['top [:count(number)]', 'top ten', undefined],
    ['top [:count(number)]', 'top 1e999', undefined],
    [':number', '007', { number: 7 }],
    ['lost [to :a(user)+ [with :b(user)+]] [:s*]', 'lost', { a: undefined, b: undefined, s: '' }],
    ['lost [to :a(user)+ [with :b(user)+]] [:s*]', 'lost 1:2', { a: undefined, b: undefined, s: '1:2' }],
    [
      'lost [to :a(user)+ [with :b(user)+]] [:s*]',
      'lost to <@U1> with <@U2> 1:2 3:4',
      { a: [ann], b: [bob], s: '1:2 3:4' },
    ],
    ['vs :users(user)+', 'vs <@U1>, <@U2|bob>,', { users: [ann, { ...bob, name: 'bob' }] }],
    ['vs :user', 'vs <@U1>', { user: ann }],
    ['vs :user', 'vs <@W0ORG>', { user: { id: 'W0ORG' } }],
    ['vs :user', 'vs @ann', undefined],
    ['vs :user', 'vs &lt;@U1&gt;', undefined],
    ['vs :user', 'vs <#C1>', undefined],
    ['vs :user*', 'vs', { user: [] }],
    ['in :channel', 'in <#C1|general>', { channel: { id: 'C1', name: 'general' } }],
    ['in :channel', 'in <#C1|>', { channel: { id: 'C1' } }],
    [
      'see :link',
      'see <https://example.com/?a&amp;b|this &amp; that>',
      { link: { url: 'https://example.com/?a&b', label: 'this & that' } },
    ],
    ['see :link', 'see example', undefined],
    ['write :email', 'write <mailto:a.b@example.com|a.b@example.com>', { email: 'a.b@example.com' }],
    ['write :email', 'write a@b@c', undefined],
    ['write :words(word)+', 'write a "b c" d', { words: ['a', 'b c', 'd'] }],
    ['challenge? :user', 'challenge? <@U1>', { user: ann }],
  ])('%j, said %j, gives %j', (pattern, text, captures) => {
    expect(match(pattern, text)).toEqual(captures);
  });

  it.each([
    ['', 'has no words'],
    ['say :1', 'has :1: write :name'],
    ['say :', 'has :: write :name'],
    ['say :x(usr)', 'asks for a usr'],
    ['say :x(toString)', 'asks for a toString'],
    ['say :x :x', 'two captures with the name x'],
    ['say [:x', 'has a [ without its ]'],
    ['say :x]', 'has a ] without its ['],
    ['say []', 'has a bracket that is not around words'],
    ['say a[b]c', 'has a bracket that is not around words'],
    ['set| x', 'has an alternative that is empty'],
  ])('%j is refused: %s', (pattern, why) => {
    expect(() => readPattern(pattern)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(why) }),
    );
  });

  it('is shown to people as they would write it', () => {
    expect(usageOf(readPattern('lost [to :a(user)+ [with :b(user)]] :s* set|unset'))).toBe(
      'lost [to <a…> [with <b>]] [<s…>] set|unset',
    );
  });
});

describe('whatever is written', () => {
  const nasty = fc.array(
    fc.constantFrom('a', ' ', '\n', '"', '“', '”', '<', '>', '@U1', '<@U1>', '|', '&', '&amp;', ',', 'at'),
  );

  it('is split into words that stand in it, in order', () => {
    fc.assert(
      fc.property(nasty, (pieces) => {
        const text = pieces.join('');
        let last = 0;
        for (const { raw, start, end } of tokensOf(text)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect([text.slice(start, end), raw.trim() === '']).toEqual([raw, false]);
          last = end;
        }
      }),
    );
  });

  // A model that tries every way: short texts only.
  it('fits a pattern if there is any way to divide it', () => {
    const isIn = (words: readonly string[]): boolean =>
      words.some((word, at) => word === 'at' && at >= 1 && words.length - at - 1 === 1);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'at', 'b'), { maxLength: 7 }), (words) => {
        expect(match(':x+ at :y', words.join(' ')) !== undefined).toBe(isIn(words));
      }),
    );
  });

  it.each(['at ', '"a ', '“ ', '<', '<@U1> ', '" ', ' ', '&amp;', '<a|'])(
    'of 40,000 characters of %j is done with after few steps',
    (piece) => {
      const text = `s ${piece.repeat(40_000)}`.slice(0, 40_000);
      // Backtracking would go on for days here: that it ends is the assertion.
      expect(match('s :a+ at :b+ at :c+ at :d+ [x] end', text)).toBeUndefined();
      expect(match('s :a* :b* :c* :d* end', text)).toBeUndefined();
    },
  );
});
