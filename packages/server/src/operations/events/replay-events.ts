/** Failed events are due again: their listeners run once more. */
import { z } from 'zod';
import { next, server } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { errorOfUnchanged } from './find-event.ts';
import { eventPick, filterOf } from './pick-events.ts';

export const replayEvents = defineOperation({
  name: 'events.replay',
  role: 'operate',
  summary: 'run the listeners again for events that failed; those of an inactive team are dropped',
  input: eventPick,
  output: z.object({ replayed: z.int(), server, next }),
  errors: ['event_not_found', 'event_not_failed'],
  async run({ inbox, findServer }, pick) {
    const replayed = await inbox.replay(filterOf(pick));
    if (pick.eventId !== undefined && replayed === 0) throw await errorOfUnchanged(inbox, pick.eventId);
    const pid = (await findServer())?.pid ?? null;
    return { replayed, server: pid, next: replayed === 0 ? 'no failed event matches' : wordsOf(pid) };
  },
});

function wordsOf(pid: number | 'unknown' | null): string {
  return pid === null
    ? 'no server is running; the next one starts with them'
    : 'the running server starts within a second';
}
