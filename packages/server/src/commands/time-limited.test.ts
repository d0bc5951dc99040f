import { describe, expect, it } from 'vitest';
import { costOf } from './expression-cost.ts';
import { ask, expressionOf } from './time-limited.ts';

const MANY = Number.POSITIVE_INFINITY;

describe('the cost of a regular expression', () => {
  it.each<[RegExp, number, number]>([
    [/hi/, 1, 0],
    [/^hi$/, 0, 0],
    [/^a|b/, 1, 1],
    [/\b(hi|hello)\b/i, 1, 1],
    [/^roll (\d+)d(\d+)$/, 2, 0],
    [/[A-Z]+-\d+/g, 3, 0],
    [/(?<key>x+)y/, 2, 0],
    [/a(?: b+)?c/, 2, 1],
    [/[(|*+?]/, 1, 0],
    [/\(\|\*\+\?/, 1, 0],
    [/a{3}/, 1, 0],
    [/a{2,5}/, 2, 0],
    [/(?:ab){1}/, 1, 0],
    [/(?=a+)b/, 2, 0],
    [/^(a+)+$/, MANY, 0],
    [/^(a|a)*$/, MANY, 0],
    [/^((ab?)c)*$/, MANY, 0],
    [/(a?){20}/, MANY, 0],
    [/(.)\1/, MANY, 0],
    [/(?<x>.)\k<x>/, MANY, 0],
    [/(?:a*b){2,}/, MANY, 0],
  ])('%s: a power of %d, with %d choices', (expression, power, choices) => {
    expect(costOf(expression)).toEqual({ power, choices });
  });
});

/** Each match with its groups. */
function groupsOf(found: ReturnType<typeof ask>) {
  return found === 'out of time' ? found : found.map((match) => Array.from(match));
}

describe('a regular expression', () => {
  it('finds what it finds, within time or without a limit', () => {
    const long = `${'x '.repeat(20_000)}A-1 A-2`;
    for (const text of ['A-1 A-2', long]) {
      expect(groupsOf(ask(expressionOf(/A-(\d)/), text))).toEqual([['A-1', '1']]);
      expect(groupsOf(ask(expressionOf(/A-(\d)/g), text))).toEqual([
        ['A-1', '1'],
        ['A-2', '2'],
      ]);
      expect(ask(expressionOf(/B/), text)).toEqual([]);
    }
  });

  it.each([
    [/^(a+)+$/, `${'a'.repeat(40_000)}!`],
    [/^(a|a)*$/, `${'a'.repeat(50)}!`],
    [/(.*)=(.*)=(.*)=x/, '='.repeat(40_000)],
  ])('%s is ended when somebody writes what it cannot bear', (expression, text) => {
    expect(ask(expressionOf(expression), text, 20)).toBe('out of time');
    // The next one has its time.
    expect(groupsOf(ask(expressionOf(/^(a+)+$/), 'aaa'))).toEqual([['aaa', 'aaa']]);
  });
});
