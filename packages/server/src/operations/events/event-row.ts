/** An event as operators see it: the lines of a list. */
import { z } from 'zod';
import type { InboxEntry } from '../../inbox/inbox.ts';
import { isoTime, time } from '../fields.ts';

export const eventStates = ['ready', 'retry', 'done', 'failed'] as const;

export const eventRow = z.object({
  seq: z.int().describe('In the order of arrival.'),
  eventId: z.string(),
  teamId: z.string(),
  type: z.string(),
  state: z.enum(eventStates),
  attempts: z.int().describe('How often it was begun, or may have been.'),
  receivedAt: time,
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      at: z.string().nullable().describe('Where in the code of the bot it broke; null when the error does not say.'),
    })
    .nullable(),
});

export type EventRow = z.output<typeof eventRow>;

export function eventRowOf({ seq, eventId, teamId, type, state, attempts, receivedAtMs, error }: InboxEntry): EventRow {
  const failure = error && { at: null, ...error };
  return { seq, eventId, teamId, type, state, attempts, receivedAt: isoTime(receivedAtMs), error: failure };
}
