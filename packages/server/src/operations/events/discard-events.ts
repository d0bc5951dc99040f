/** Failed events are given up, and their payloads dropped. */
import { z } from 'zod';
import { next } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { errorOfUnchanged } from './find-event.ts';
import { eventPick, filterOf } from './pick-events.ts';

export const discardEvents = defineOperation({
  name: 'events.discard',
  role: 'operate',
  summary: 'give up events that failed',
  input: eventPick,
  output: z.object({ discarded: z.int(), next }),
  errors: ['event_not_found', 'event_not_failed'],
  async run({ inbox }, pick) {
    const discarded = await inbox.discard(filterOf(pick));
    if (pick.eventId !== undefined && discarded === 0) throw await errorOfUnchanged(inbox, pick.eventId);
    return {
      discarded,
      next: discarded === 0 ? 'no failed event matches' : 'their payloads are gone: none of them can be replayed',
    };
  },
});
