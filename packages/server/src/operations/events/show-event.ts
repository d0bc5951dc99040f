/** One event, and what Slack sent as long as that is kept. */
import { z } from 'zod';
import { id } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { readablePayload } from './event-payload.ts';
import { eventRow, eventRowOf } from './event-row.ts';
import { requireEvent } from './find-event.ts';

export const showEvent = defineOperation({
  name: 'events.show',
  role: 'read',
  summary: 'one event, with what Slack sent while that is kept',
  input: z.strictObject({ eventId: id('the id of an event, for example Ev0ACME0001') }),
  output: eventRow.extend({
    payload: z
      .unknown()
      .describe(
        'What Slack sent, without secrets, and without texts unless ADMIN_SHOW_TEXTS is true; null once the event is done.',
      ),
  }),
  errors: ['event_not_found'],
  async run({ inbox, showsTexts }, { eventId }) {
    const entry = await requireEvent(inbox, eventId);
    const payload = entry.payload === null ? null : readablePayload(entry.payload, { showsTexts });
    return { ...eventRowOf(entry), payload };
  },
});
