/** The query language of teams: `status:inactive reason:token_revoked since:24h acme`. Pure. */
import { assertNever } from '../../assert-never.ts';
import { connectionStates, type TeamCondition, type TeamProperty } from '../../team/team-search.ts';
import { parseTerms, type QueryTerm } from '../query/query-terms.ts';
import { moment, oneOf, requireKnown, single } from '../query/term-checks.ts';

export interface ParseOptions {
  /** What `24h` is counted from. */
  nowMs: number;
}

/** Values that are known; any other name takes what the rows may hold. */
const VALUES = {
  status: ['active', 'suspended', 'inactive'],
  doubt: ['none', 'confirming', 'held'],
  access: ['granted', 'revoked'],
} as const;

const NAMES = [
  'status',
  'reason',
  'doubt',
  'since',
  'before',
  'app',
  'enterprise',
  'access',
  'connection',
  'incident',
] as const;

/** For schemas and help: the whole language in a few lines. */
export const TEAM_QUERY_HELP =
  'Terms, of which all must match: status:active|suspended|inactive, reason:CODE, doubt:none|confirming|held, since:24h and before:2026-11-18 ' +
  '(of the status), app:A…, enterprise:E…, access:granted|revoked, connection:open|connecting|waiting|paused|none (rtm), incident:yes|no, or part of a team id, name or domain. A comma between values ' +
  'is or, a - before a term is not, quotes keep spaces.';

/** @throws BotServerError `invalid_input` naming the term that is wrong, and what is allowed */
export function parseTeamQuery(query: string, { nowMs }: ParseOptions): TeamCondition[] {
  return parseTerms(query).map((term) => conditionOf(term, nowMs));
}

function conditionOf(term: QueryTerm, nowMs: number): TeamCondition {
  requireKnown(term, NAMES);
  const { isNegated } = term;
  const name = term.name as (typeof NAMES)[number] | undefined;
  switch (name) {
    case undefined:
      return { kind: 'text', part: single(term), isNegated };
    case 'since':
    case 'before':
      return { kind: name, atMs: moment(term, nowMs) };
    case 'connection':
      return { kind: 'connection', anyOf: oneOf(term, [...connectionStates, 'none']), isNegated };
    case 'incident':
      return { kind: 'incident', isOf: (oneOf(term, ['yes', 'no'])[0] === 'yes') !== isNegated };
    case 'status':
    case 'reason':
    case 'doubt':
    case 'app':
    case 'enterprise':
    case 'access':
      return { kind: 'property', property: name, anyOf: valuesOf(term, name), isNegated };
    default:
      return assertNever(name, 'term of a query');
  }
}

function valuesOf(term: QueryTerm, property: TeamProperty): readonly string[] {
  return property in VALUES ? oneOf(term, VALUES[property as keyof typeof VALUES]) : term.values;
}
