/** Which failed events a change is about. */
import { z } from 'zod';
import type { Inbox } from '../../inbox/inbox.ts';
import { given, id, teamId } from '../fields.ts';

interface Ways {
  eventId?: string | undefined;
  teamId?: string | undefined;
  type?: string | undefined;
  all?: true | undefined;
}

/** Nothing named must not mean everything, and an id beside filters would leave open which of them counts. */
export function isOneWay({ eventId, teamId: team, type, all }: Ways): boolean {
  const ways = [eventId !== undefined, team !== undefined || type !== undefined, all === true];
  return ways.filter(Boolean).length === 1;
}

/** An event by its id, those that match all filters, or all: exactly one of these ways. */
export const eventPick = z
  .strictObject({
    eventId: id('the id of an event, for example Ev0ACME0001').optional(),
    teamId: teamId.optional(),
    type: id('the type of an event, for example message').optional(),
    all: z.literal(true, 'must be true or absent').optional(),
  })
  .refine(isOneWay, 'name the failed events in one way: by eventId, by teamId and type, or by all');

export type EventPick = z.output<typeof eventPick>;

/** The pick as the inbox takes it. */
export function filterOf({ eventId, teamId: team, type }: EventPick): Parameters<Inbox['replay']>[0] {
  return given({ eventId, teamId: team, type });
}
