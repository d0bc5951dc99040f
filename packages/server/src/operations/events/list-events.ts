/** Stored events that match a query, those that failed first. */
import { z } from 'zod';
import type { InboxState } from '../../inbox/inbox.ts';
import type { EventPlace } from '../../inbox/search/event-search.ts';
import { searchEvents } from '../../inbox/search/search-events.ts';
import { cursor, fromCursor, nextCursor, toCursor } from '../cursor.ts';
import { wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { MAX_QUERY } from '../query/query-terms.ts';
import { EVENT_QUERY_HELP, parseEventQuery } from './event-query.ts';
import { eventRow, eventRowOf, eventStates } from './event-row.ts';

export const eventQuery = z
  .string('must be a string')
  .max(MAX_QUERY, `must have at most ${MAX_QUERY} characters`)
  .default('')
  .describe(EVENT_QUERY_HELP);

/**
 * No further statement begins later than this, in milliseconds: beside a full load a database takes five times as long for the same rows, and one
 * statement after the other would keep an operator waiting, and everyone else whose statements stand behind those.
 */
const PATIENCE_MS = 30;

export const listEvents = defineOperation({
  name: 'events.list',
  role: 'read',
  summary: 'failed events, then waiting ones, or those that match a query; newest first',
  input: z.strictObject({ query: eventQuery, limit: wholeNumber(1, 1_000).default(50), cursor }),
  output: z.object({
    events: z.array(eventRow),
    lookedAt: z
      .int()
      .describe(
        'How many events were compared. A page ends after some thousands, or some milliseconds, with what it has, which may be nothing: go on while there is a cursor.',
      ),
    nextCursor,
  }),
  errors: [],
  async run({ reads, clock, showsTexts }, { query, limit, cursor: from }) {
    const search = parseEventQuery(query, { nowMs: clock.now(), showsTexts });
    const after = fromCursor(from, place);
    const endMs = clock.monotonic() + PATIENCE_MS;
    const isOver = () => clock.monotonic() >= endMs;
    const { events, lookedAt, next } = await searchEvents(reads, { ...search, after, limit, isOver });
    return { events: events.map(eventRowOf), lookedAt, nextCursor: toCursor(next && [next.state, next.seq]) };
  },
});

const place = z
  .tuple([z.enum(eventStates), z.int().min(0)])
  .transform(([state, seq]): EventPlace => ({ state: state satisfies InboxState, seq }));
