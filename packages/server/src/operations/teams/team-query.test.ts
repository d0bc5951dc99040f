import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBotServerError } from '../../errors.ts';
import type { TeamCondition } from '../../team/team-search.ts';
import { formatTerms, parseTerms } from '../query/query-terms.ts';
import { parseTeamQuery } from './team-query.ts';

const NOW_MS = Date.UTC(2026, 10, 18, 12);
const parse = (query: string) => parseTeamQuery(query, { nowMs: NOW_MS });

const is = (property: string, ...anyOf: string[]) => ({ kind: 'property', property, anyOf, isNegated: false });

describe('a query of teams', () => {
  it.each<[string, unknown[]]>([
    ['', []],
    ['status:inactive', [is('status', 'inactive')]],
    ['status:Active,SUSPENDED', [is('status', 'active', 'suspended')]],
    ['-status:active', [{ ...is('status', 'active'), isNegated: true }]],
    ['reason:token_revoked', [is('reason', 'token_revoked')]],
    ['doubt:held', [is('doubt', 'held')]],
    ['app:A1 enterprise:E1 access:revoked', [is('app', 'A1'), is('enterprise', 'E1'), is('access', 'revoked')]],
    ['since:24h', [{ kind: 'since', atMs: NOW_MS - 86_400_000 }]],
    ['before:2026-11-18', [{ kind: 'before', atMs: Date.UTC(2026, 10, 18) }]],
    ['connection:waiting,none', [{ kind: 'connection', anyOf: ['waiting', 'none'], isNegated: false }]],
    ['incident:yes', [{ kind: 'incident', isOf: true }]],
    ['-incident:yes', [{ kind: 'incident', isOf: false }]],
    [
      '"Acme Corp" -test',
      [
        { kind: 'text', part: 'Acme Corp', isNegated: false },
        { kind: 'text', part: 'test', isNegated: true },
      ],
    ],
  ])('%j', (query, conditions) => {
    expect(parse(query)).toEqual(conditions);
  });

  it.each([
    [
      'stauts:active',
      'stauts:active is unknown: there are status, reason, doubt, since, before, app, enterprise, access, connection, incident; a text that has a colon stands in quotes',
    ],
    ['acme status:sleeping', 'status:sleeping takes active, suspended, inactive; got "sleeping"'],
    ['doubt:maybe', 'doubt:maybe takes none, confirming, held; got "maybe"'],
    [
      'since:yesterday',
      'since:yesterday takes how long ago (90s, 30m, 24h, 7d, 2w) or a time in ISO 8601 (2026-11-18, 2026-11-18T11:06Z); got "yesterday"',
    ],
    ['-since:24h', '-since:24h cannot be negated: use before'],
    ['before:1h,2h', 'before:1h,2h takes one value'],
    ['incident:maybe', 'incident:maybe takes yes, no; got "maybe"'],
  ])('%j is refused: %s', (query, words) => {
    expect(() => parse(query)).toThrow(expect.objectContaining({ code: 'invalid_input', message: `query: ${words}` }));
  });
});

const aTerm = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.constantFrom('status:', 'reason:', 'since:', 'incident:', 'x:', ''),
    fc.constantFrom('active', 'held', '24h', 'yes', '"a b"', 'a,b', ''),
  )
  .map((parts) => parts.join(''));

it('a query that is written anew means the same, and a bad one is never more than bad input', () => {
  fc.assert(
    fc.property(fc.array(aTerm), (terms) => {
      const query = terms.join(' ');
      const conditions = outcomeOf(query);
      if (conditions) expect(parse(formatTerms(parseTerms(query)))).toEqual(conditions);
    }),
  );
});

function outcomeOf(query: string): TeamCondition[] | undefined {
  try {
    return parse(query);
  } catch (error) {
    expect(isBotServerError(error, 'invalid_input')).toBe(true);
    return undefined;
  }
}
