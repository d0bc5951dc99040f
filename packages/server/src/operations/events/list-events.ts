/** The events that are stored, the newest first. */
import { z } from 'zod';
import { given, id, teamId, wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { eventRow, eventRowOf, eventStates } from './event-row.ts';

export const listEvents = defineOperation({
  name: 'events.list',
  role: 'read',
  summary: 'events that wait or failed, the newest first',
  input: z.strictObject({
    state: z
      .enum([...eventStates, 'not_done'], `must be one of ${eventStates.join(', ')}, not_done`)
      .default('not_done')
      .describe('Only these; not_done: all but done.'),
    teamId: teamId.optional(),
    type: id('the type of an event, for example message').optional(),
    afterSeq: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional().describe('Only newer than this seq.'),
    limit: wholeNumber(1, 1_000).default(50),
  }),
  output: z.object({ events: z.array(eventRow), hasMore: z.boolean().describe('Whether older ones match as well.') }),
  errors: [],
  async run({ inbox }, { limit, ...filter }) {
    const found = await inbox.list({ ...given(filter), limit: limit + 1 });
    return { events: found.slice(0, limit).map(eventRowOf), hasMore: found.length > limit };
  },
});
