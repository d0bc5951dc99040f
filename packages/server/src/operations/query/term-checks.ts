/** What the terms of all lists have in common: each name takes one kind of value, and says so when it gets another. Pure. */
import { badTerm, type QueryTerm } from './query-terms.ts';
import { MOMENTS, parseMoment } from './query-times.ts';

/** The term with a name that the list knows. @throws BotServerError `invalid_input` */
export function requireKnown(term: QueryTerm, names: readonly string[]): void {
  if (term.name === undefined || names.includes(term.name)) return;
  throw badTerm(term, `is unknown: there are ${listed(names)}; a text that has a colon stands in quotes`);
}

/** Values of a few that are allowed, in any case. @throws BotServerError `invalid_input` */
export function oneOf<Value extends string>(term: QueryTerm, allowed: readonly Value[]): Value[] {
  return term.values.map((value) => {
    const found = allowed.find((one) => one === value.toLowerCase());
    if (found === undefined) throw badTerm(term, `takes ${listed(allowed)}; got ${JSON.stringify(value)}`);
    return found;
  });
}

/** The only value. @throws BotServerError `invalid_input` for several */
export function single(term: QueryTerm): string {
  const [value = '', ...others] = term.values;
  if (others.length > 0) throw badTerm(term, 'takes one value');
  return value;
}

/** The moment of `since:` or `before:`. @throws BotServerError `invalid_input` */
export function moment(term: QueryTerm, nowMs: number): number {
  if (term.isNegated) throw badTerm(term, `cannot be negated: use ${term.name === 'since' ? 'before' : 'since'}`);
  const value = single(term);
  const atMs = parseMoment(value, nowMs);
  if (atMs === undefined) throw badTerm(term, `${MOMENTS}; got ${JSON.stringify(value)}`);
  return atMs;
}

function listed(names: readonly string[]): string {
  return names.join(', ');
}
