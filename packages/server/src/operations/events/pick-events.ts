/** Which failed events a change is about. */
import { z } from 'zod';
import type { FailedFilter } from '../../inbox/replays/failed-filter.ts';
import { given, id, moment, momentMs, teamId } from '../fields.ts';

interface Ways {
  eventId?: string | undefined;
  teamId?: string | undefined;
  type?: string | undefined;
  error?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  all?: true | undefined;
}

/** Nothing named must not mean everything, and an id beside filters would leave open which of them counts. */
export function isOneWay({ eventId, all, teamId: team, type, error, since, until }: Ways): boolean {
  const isFiltered = [team, type, error, since, until].some((value) => value !== undefined);
  return [eventId !== undefined, isFiltered, all === true].filter(Boolean).length === 1;
}

/** An event by its id, those that match all filters, or all: exactly one of these ways. */
export const eventPick = z
  .strictObject({
    eventId: id('the id of an event, for example Ev0ACME0001').optional(),
    teamId: teamId.optional(),
    type: id('the type of an event, for example message').optional(),
    error: id('the code of a failure, for example listener_failed').optional(),
    since: moment.optional().describe('Received then or later.'),
    until: moment.optional().describe('Received earlier.'),
    all: z.literal(true, 'must be true or absent').optional(),
    dryRun: z.boolean('must be true or false').default(false).describe('Only count them.'),
  })
  .refine(
    isOneWay,
    'name the failed events in one way: by eventId, by filters (teamId, type, error, since, until), or by all',
  );

export type EventPick = z.input<typeof eventPick>;

/** The filters of a pick, as the inbox takes them. */
export function filterOf(pick: z.output<typeof eventPick>, nowMs: number): FailedFilter {
  const { teamId: team, type, error, since, until } = pick;
  const msOf = (text: string | undefined) => (text === undefined ? undefined : momentMs(text, nowMs));
  return given({ teamId: team, type, errorCode: error, sinceMs: msOf(since), untilMs: msOf(until) });
}
