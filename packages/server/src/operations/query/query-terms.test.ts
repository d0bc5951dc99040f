import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBotServerError } from '../../errors.ts';
import { formatTerms, parseTerms, type QueryTerm } from './query-terms.ts';

const is = (name: string | undefined, ...values: string[]): QueryTerm => ({ isNegated: false, name, values });
const not = (name: string | undefined, ...values: string[]): QueryTerm => ({ isNegated: true, name, values });

describe('a query', () => {
  it.each<[string, QueryTerm[]]>([
    ['', []],
    [' \t\n ', []],
    ['acme', [is(undefined, 'acme')]],
    ['status:inactive  since:24h acme', [is('status', 'inactive'), is('since', '24h'), is(undefined, 'acme')]],
    ['STATUS:Active', [is('status', 'Active')]],
    ['-status:active', [not('status', 'active')]],
    ['-acme', [not(undefined, 'acme')]],
    ['a-b', [is(undefined, 'a-b')]],
    ['status:active,suspended', [is('status', 'active', 'suspended')]],
    ['a,b', [is(undefined, 'a,b')]],
    ['"Acme Corp"', [is(undefined, 'Acme Corp')]],
    ['-"Acme Corp"', [not(undefined, 'Acme Corp')]],
    ['"-acme"', [is(undefined, '-acme')]],
    ['"status:active"', [is(undefined, 'status:active')]],
    ['reason:"a b","c,d"', [is('reason', 'a b', 'c,d')]],
    ['field:event.text="a b"', [is('field', 'event.text=a b')]],
    ['"say \\"hi\\" \\\\ \\n"', [is(undefined, 'say "hi" \\ \\n')]],
    ['a\\b', [is(undefined, 'a\\b')]],
    ['T1:x', [is(undefined, 'T1:x')]],
    ['https://x.slack.com/archives/C1/p1', [is(undefined, 'https://x.slack.com/archives/C1/p1')]],
    ['HTTP:x', [is('http', 'x')]],
    ['Zürich', [is(undefined, 'Zürich')]],
  ])('%j', (text, terms) => {
    expect(parseTerms(text)).toEqual(terms);
  });

  it.each([
    ['status:', 'query: status: needs a value behind status:'],
    ['acme status:active, x', 'query: status:active, needs a value behind status:'],
    ['status:""', 'query: status:"" needs a value behind status:'],
    ['-', 'query: - is not a term: use a word, a "text in quotes" or name:value'],
    ['""', 'query: "" is not a term: use a word, a "text in quotes" or name:value'],
    ['acme "corp x', 'query: "corp x has no closing quote'],
    ['"a\\"', 'query: "a\\" has no closing quote'],
    [`"${'x'.repeat(100)}`, `query: "${'x'.repeat(63)}… has no closing quote`],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseTerms(text)).toThrow(expect.objectContaining({ code: 'invalid_input', message }));
  });
});

const name = fc.stringMatching(/^[a-z][a-z_]{0,9}$/);
const value = fc.string({ minLength: 1, unit: 'binary' });
const term = fc.oneof(
  fc.record({ isNegated: fc.boolean(), name: fc.constant(undefined), values: fc.tuple(value) }),
  fc.record({ isNegated: fc.boolean(), name, values: fc.array(value, { minLength: 1, maxLength: 4 }) }),
);

it('any terms are the same when they are written and read again', () => {
  fc.assert(
    fc.property(fc.array(term), (terms) => {
      expect(parseTerms(formatTerms(terms))).toEqual(terms);
    }),
  );
});

const anyText = fc.string({ unit: fc.constantFrom(...Array.from(' \t":,-\\abS/.'), 'é', '🙂', '\0') });

it('any text is refused with its reason, or means what it means when it is written anew', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const terms = parsed(text);
      if (terms) expect(parseTerms(formatTerms(terms))).toEqual(terms);
    }),
    { numRuns: 2_000 },
  );
});

function parsed(text: string): QueryTerm[] | undefined {
  try {
    return parseTerms(text);
  } catch (error) {
    expect(isBotServerError(error, 'invalid_input')).toBe(true);
    return undefined;
  }
}
