/** Failed events by what went wrong and where: a thousand failures have one cause. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import { groupFailures, MOST_GROUPED } from '../../inbox/search/group-repository.ts';
import { isoTime, time, wholeNumber } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { parseEventQuery } from './event-query.ts';
import { eventQuery } from './list-events.ts';

export const groupEvents = defineOperation({
  name: 'events.groups',
  role: 'read',
  summary: 'failed events, grouped by error and by place in the code of the bot',
  input: z.strictObject({ query: eventQuery, limit: wholeNumber(1, 500).default(50).describe('Groups at most.') }),
  output: z.object({
    groups: z
      .array(
        z.object({
          error: z.string().describe('The code.'),
          listener: z
            .string()
            .nullable()
            .describe('Where in the code of the bot it broke; null when the error does not say.'),
          type: z.string().describe('Of the events.'),
          events: z.int(),
          teams: z.int(),
          firstSeen: time.describe('When the first of them came.'),
          lastSeen: time,
          exampleId: z.string().describe('The newest of them; `events.show` has its words.'),
        }),
      )
      .describe('The largest first.'),
    lookedAt: z.int(),
    isComplete: z
      .boolean()
      .describe(`False when more than ${MOST_GROUPED} events failed: the newest ones were counted.`),
  }),
  errors: [],
  async run({ reads, clock, showsTexts }, { query, limit }) {
    const { conditions, payload } = parseEventQuery(query, { nowMs: clock.now(), showsTexts });
    if (payload) throw notByPayload();
    const { groups, lookedAt, isComplete } = await groupFailures(reads, conditions, limit);
    return {
      groups: groups.map(({ firstMs, lastMs, ...group }) => ({
        ...group,
        firstSeen: isoTime(firstMs),
        lastSeen: isoTime(lastMs),
      })),
      lookedAt,
      isComplete,
    };
  },
});

function notByPayload(): BotServerError {
  return new BotServerError(
    'invalid_input',
    'query: groups are made without payloads: leave out user, field and links',
  );
}
