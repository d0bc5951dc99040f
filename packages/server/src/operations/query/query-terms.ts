/**
 * The query language of lists, as text and as terms: `status:inactive -reason:token_revoked "Acme Corp"`. All terms must match.
 * Pure. Which names there are and what they take is each list's own: team-query.ts, event-query.ts.
 *
 *   query = term*            term  = ["-"] (name ":" value ("," value)* | value)
 *   value = (bare | quoted)+      quoted = '"' … '"' with \" and \\ in it; bare ends at white space, of a named term also at ","
 */
import { BotServerError } from '../../errors.ts';

/** One condition. */
export interface QueryTerm {
  /** What must not match. */
  isNegated: boolean;
  /** Lower case; undefined: free text, whose only value is the text. */
  name: string | undefined;
  /** Any of these; at least one, none is empty. */
  values: readonly string[];
}

/** In characters; a page of terms is a mistake, or somebody who tries what happens. */
export const MAX_QUERY = 1_000;

/** What makes a word a named term. Addresses begin like one, and are text. */
const NAME = /^(?!https?:\/\/)([A-Za-z][A-Za-z_]*):/;

/** @throws BotServerError `invalid_input` naming the term that cannot be read */
export function parseTerms(query: string): QueryTerm[] {
  const terms: QueryTerm[] = [];
  for (let at = skipSpace(query, 0); at < query.length; at = skipSpace(query, at)) {
    const { term, end } = parseTerm(query, at);
    terms.push(term);
    at = end;
  }
  return terms;
}

/** A query that is parsed to the same terms. */
export function formatTerms(terms: readonly QueryTerm[]): string {
  return terms.map(formatTerm).join(' ');
}

export function formatTerm({ isNegated, name, values }: QueryTerm): string {
  const text = values.map(quoted).join(',');
  return `${isNegated ? '-' : ''}${name === undefined ? text : `${name}:${text}`}`;
}

/** The error of a term that can be read and means nothing: what is wrong, and what is allowed. */
export function badTerm(term: QueryTerm, words: string): BotServerError {
  return badQuery(formatTerm(term), words);
}

function badQuery(text: string, words: string): BotServerError {
  const shown = text.length <= 64 ? text : `${text.slice(0, 64)}…`;
  return new BotServerError('invalid_input', `query: ${shown} ${words}`, { facts: { term: shown } });
}

function parseTerm(query: string, start: number): { term: QueryTerm; end: number } {
  const isNegated = query[start] === '-';
  const from = isNegated ? start + 1 : start;
  const named = NAME.exec(query.slice(from));
  const first = from + (named?.[0].length ?? 0);
  const { values, end } = parseValues(query, first, { isList: named !== null });
  const written = query.slice(start, end);
  if (values.includes('')) {
    const words = named
      ? `needs a value behind ${named[0]}`
      : 'is not a term: use a word, a "text in quotes" or name:value';
    throw badQuery(written, words);
  }
  return { term: { isNegated, name: named?.[1]?.toLowerCase(), values }, end };
}

function parseValues(query: string, start: number, { isList }: { isList: boolean }): { values: string[]; end: number } {
  const values: string[] = [];
  let value = '';
  let at = start;
  for (; at < query.length && !isSpace(query[at]); at++) {
    if (query[at] === '"') ({ value, at } = appendQuoted(query, at, value));
    else if (isList && query[at] === ',') {
      values.push(value);
      value = '';
    } else value += query[at];
  }
  return { values: [...values, value], end: at };
}

/** Reads on to the closing quote, whose place it answers. */
function appendQuoted(query: string, start: number, before: string): { value: string; at: number } {
  let value = before;
  for (let at = start + 1; at < query.length; at++) {
    const next = query[at + 1];
    if (query[at] === '"') return { value, at };
    if (query[at] === '\\' && (next === '"' || next === '\\')) at++;
    value += query[at];
  }
  throw badQuery(query.slice(start), 'has no closing quote');
}

function skipSpace(query: string, start: number): number {
  let at = start;
  while (at < query.length && isSpace(query[at])) at++;
  return at;
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}

/** What is plain stays as people write it. */
function quoted(value: string): string {
  if (/^[\w.@+*~%][\w./@#+=*~%-]*$/.test(value)) return value;
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}
