/** Which failed events a change is about. */
import { z } from 'zod';
import { BotServerError } from '../../errors.ts';
import type { FailedFilter } from '../../inbox/replays/failed-filter.ts';
import type { EventPlace } from '../../inbox/search/event-search.ts';
import { searchEvents } from '../../inbox/search/search-events.ts';
import { given, id, moment, momentMs, teamId } from '../fields.ts';
import type { OperationContext } from '../operation-context.ts';
import { MAX_QUERY } from '../query/query-terms.ts';
import { requireTeam } from '../teams/find-team.ts';
import { parseEventQuery } from './event-query.ts';

interface Ways {
  eventId?: string | undefined;
  teamId?: string | undefined;
  type?: string | undefined;
  error?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  where?: string | undefined;
  all?: true | undefined;
}

/** Nothing named must not mean everything, and an id beside filters would leave open which of them counts. */
export function isOneWay({ eventId, all, teamId: team, type, error, since, until, where }: Ways): boolean {
  const isFiltered = [team, type, error, since, until, where].some((value) => value !== undefined);
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
    where: z
      .string('must be a string')
      .trim()
      .min(1, 'must not be empty: use all for every failed event')
      .max(MAX_QUERY, `must have at most ${MAX_QUERY} characters`)
      .optional()
      .describe('Failed events that match this query; the terms are those of events.list.'),
    all: z.literal(true, 'must be true or absent').optional(),
    dryRun: z.boolean('must be true or false').default(false).describe('Only count them.'),
  })
  .refine(
    isOneWay,
    'name the failed events in one way: by eventId, by filters (teamId, type, error, since, until, where), or by all',
  );

export type EventPick = z.input<typeof eventPick>;

/**
 * The filters of a pick, as the inbox takes them.
 * @throws BotServerError `invalid_input` for a query that cannot be read, is not about failed events, or finds too many by their payload
 */
export async function filterOf(
  context: Pick<OperationContext, 'reads' | 'clock' | 'showsTexts'>,
  pick: z.output<typeof eventPick>,
): Promise<FailedFilter> {
  const { teamId: team, type, error, since, until, where } = pick;
  const nowMs = context.clock.now();
  const msOf = (text: string | undefined) => (text === undefined ? undefined : momentMs(text, nowMs));
  const filter = given({ teamId: team, type, errorCode: error, sinceMs: msOf(since), untilMs: msOf(until) });
  return where === undefined ? filter : { ...filter, where, ...(await conditionsOf(context, where)) };
}

/**
 * Nothing matches: a team that is named must at least be there, or its id was mistyped. Events outlive the team, so this is asked last.
 * @throws BotServerError `installation_not_found`
 */
export async function requireNamedTeam(
  context: Pick<OperationContext, 'installations'>,
  { teamId: named }: Pick<z.output<typeof eventPick>, 'teamId'>,
): Promise<void> {
  if (named !== undefined) await requireTeam(context, named);
}

/** Events that are picked by their payloads at most: each is read for it, and their numbers stand in one row. */
const MOST_BY_PAYLOAD = 5_000;

async function conditionsOf(
  { reads, clock, showsTexts }: Pick<OperationContext, 'reads' | 'clock' | 'showsTexts'>,
  where: string,
): Promise<Pick<FailedFilter, 'conditions' | 'seqs'>> {
  const { states, conditions, payload } = parseEventQuery(where, { nowMs: clock.now(), showsTexts });
  if (!states.includes('failed')) {
    throw new BotServerError('invalid_input', 'where: only failed events can be picked; leave status: out');
  }
  if (!payload) return { conditions };
  const seqs: number[] = [];
  for (let after: EventPlace | undefined; ; ) {
    const found = await searchEvents(reads, { states: ['failed'], conditions, payload, after, limit: 500 });
    seqs.push(...found.events.map(({ seq }) => seq));
    if (seqs.length > MOST_BY_PAYLOAD) {
      const words = `where: more than ${MOST_BY_PAYLOAD} failed events match by their payloads: add since:, type: or team:`;
      throw new BotServerError('invalid_input', words);
    }
    if (!found.next) return { conditions, seqs };
    after = found.next;
  }
}
