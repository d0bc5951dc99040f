/**
 * The query language of stored events: `status:failed channel:C1 user:U1 type:message since:1h https://…/archives/C1/p17…`. Pure.
 * Channel, type and the like are compared in the database; `user`, `field` and links by the payload, as long as that is kept.
 */
import { assertNever } from '../../assert-never.ts';
import type { InboxState } from '../../inbox/inbox.ts';
import type { EventCondition, PayloadSearch } from '../../inbox/search/event-search.ts';
import { badTerm, parseTerms, type QueryTerm } from '../query/query-terms.ts';
import { moment, oneOf, requireKnown, single } from '../query/term-checks.ts';
import { isTextPath, readablePayload } from './event-payload.ts';
import { parseMessageLink } from './message-link.ts';
import { fieldTest, messageTest, type PayloadTest, userTest } from './payload-tests.ts';

export interface EventQueryOptions {
  /** What `24h` is counted from. */
  nowMs: number;
  /** Whether texts of messages may be searched: what cannot be seen must not be guessed either. */
  showsTexts: boolean;
}

/** What a query asks of the inbox. */
export interface EventQuery {
  states: readonly InboxState[];
  conditions: EventCondition[];
  /** Absent when no term is about payloads. */
  payload?: PayloadSearch;
}

/** Failed ones first: they are why somebody looks. */
const STATES = ['failed', 'retry', 'ready', 'done'] as const satisfies InboxState[];

const STATES_OF: Readonly<Record<string, readonly InboxState[]>> = {
  waiting: ['retry', 'ready'],
  failed: ['failed'],
  retry: ['retry'],
  ready: ['ready'],
  done: ['done'],
};

const NAMES = ['status', 'team', 'type', 'error', 'channel', 'user', 'field', 'since', 'before'] as const;

/** For schemas and help: the whole language in a few lines. */
export const EVENT_QUERY_HELP =
  'Terms, of which all must match: status:failed|waiting|retry|ready|done (or state:; all but done without it), team:T…, type:message, error:CODE, channel:C…, ' +
  'user:U…, since:1h and before:2026-11-18 (when it came), a link to a message, field:event.subtype=bot_message (~ for a part), or part of an ' +
  'error. user, field and links look into payloads, which events have until they are done. A comma between values is or, a - before a term is ' +
  'not, quotes keep spaces.';

/** @throws BotServerError `invalid_input` naming the term that is wrong, and what is allowed */
export function parseEventQuery(query: string, options: EventQueryOptions): EventQuery {
  // As the column of the list is called.
  const terms = parseTerms(query).map((term) => (term.name === 'state' ? { ...term, name: 'status' } : term));
  for (const term of terms) requireKnown(term, NAMES);
  const tests = terms.flatMap((term) => testsOf(term, options));
  const states = statesOf(terms, tests.length > 0);
  const conditions = terms.flatMap((term) => conditionsOf(term, options.nowMs));
  return { states, conditions, ...(tests.length > 0 && { payload: payloadSearch(tests, options) }) };
}

function statesOf(terms: readonly QueryTerm[], isAboutPayloads: boolean): InboxState[] {
  const about = terms.filter(({ name }) => name === 'status');
  let states: InboxState[] = about.length === 0 ? STATES.filter((state) => state !== 'done') : [...STATES];
  for (const term of about) {
    const named = oneOf(term, Object.keys(STATES_OF)).flatMap((word) => STATES_OF[word] ?? []);
    states = states.filter((state) => named.includes(state) !== term.isNegated);
    if (isAboutPayloads && !term.isNegated && named.includes('done')) {
      throw badTerm(term, 'cannot go with user, field or a link: an event that is done has no payload any more');
    }
  }
  return isAboutPayloads ? states.filter((state) => state !== 'done') : states;
}

function conditionsOf(term: QueryTerm, nowMs: number): EventCondition[] {
  const { isNegated, values: anyOf } = term;
  const name = term.name as (typeof NAMES)[number] | undefined;
  switch (name) {
    case 'team':
    case 'type':
    case 'error':
      return [{ kind: 'property', property: name, anyOf, isNegated }];
    case 'channel':
      return [{ kind: 'channel', anyOf, isNegated }];
    case 'since':
    case 'before':
      return [{ kind: name, atMs: moment(term, nowMs) }];
    case undefined:
      return textConditions(term);
    // Answered by statesOf() and by the payload.
    case 'status':
    case 'user':
    case 'field':
      return [];
    default:
      return assertNever(name, 'term of a query');
  }
}

/** The channel of a link is known without the payload; that it is another message is not, so a negated one compares payloads alone. */
function textConditions(term: QueryTerm): EventCondition[] {
  const link = linkIn(term);
  if (!link) return [{ kind: 'text', part: single(term), isNegated: term.isNegated }];
  return term.isNegated ? [] : [{ kind: 'channel', anyOf: [link.channel], isNegated: false }];
}

function linkIn(term: QueryTerm) {
  const text = single(term);
  const link = parseMessageLink(text);
  if (!link && /^https?:\/\//i.test(text)) {
    throw badTerm(
      term,
      'is not a link to a message, such as https://…slack.com/archives/C…/p…; put any other text in quotes, without its https://',
    );
  }
  return link;
}

function testsOf(term: QueryTerm, options: EventQueryOptions): PayloadTest[] {
  if (term.name === 'user') return [userTest(term)];
  if (term.name === 'field') return [fieldOf(term, options)];
  const link = term.name === undefined ? linkIn(term) : undefined;
  return link ? [messageTest(link, term)] : [];
}

function fieldOf(term: QueryTerm, { showsTexts }: EventQueryOptions): PayloadTest {
  const [, path = '', comparison, value = ''] = /^([^=~]+)([=~])(.+)$/s.exec(single(term)) ?? [];
  if (comparison === undefined)
    throw badTerm(term, 'takes path=value or path~part, for example field:event.subtype=bot_message');
  const names = path.split('.');
  if (!showsTexts && isTextPath(names)) {
    throw badTerm(
      term,
      'is about what people wrote, which is hidden: only with ADMIN_SHOW_TEXTS=true, and for who may operate',
    );
  }
  return fieldTest({ names, value, isPart: comparison === '~' }, term);
}

function payloadSearch(tests: readonly PayloadTest[], { showsTexts }: EventQueryOptions): PayloadSearch {
  return {
    mustContain: tests.flatMap(({ mustContain }) => mustContain),
    matches(payload) {
      const body = readablePayload(payload, { showsTexts });
      return tests.every(({ matches }) => matches(body));
    },
  };
}
