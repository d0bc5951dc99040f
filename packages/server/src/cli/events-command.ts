/** `slack-bot-server events …`: what waits in the inbox and what failed. */
import { BotServerError } from '../errors.ts';
import { discardEvents } from '../operations/events/discard-events.ts';
import type { EventRow } from '../operations/events/event-row.ts';
import { listEvents } from '../operations/events/list-events.ts';
import { type EventPick, isOneWay } from '../operations/events/pick-events.ts';
import { replayEvents } from '../operations/events/replay-events.ts';
import { showEvent } from '../operations/events/show-event.ts';
import { type JsonOption, say, sayFacts, sayJson, sayTable } from './output.ts';
import { runOperation } from './run-operation.ts';

/** Filters of `events list`. */
export interface ListEventsOptions extends JsonOption {
  state?: EventRow['state'];
  team?: string;
  type?: string;
  after?: number;
  limit?: number;
}

/** Which failed events a change is about, beside an EVENT_ID. */
export interface PickEventsOptions extends JsonOption {
  team?: string;
  type?: string;
  all?: true;
}

/** Characters of an error in a table; `events show` prints it whole. */
const ERROR_WIDTH = 60;

/** `events list`. */
export async function eventsList({ json, team, after, ...filter }: ListEventsOptions): Promise<void> {
  const { events, hasMore } = await runOperation(listEvents, { ...filter, teamId: team, afterSeq: after });
  if (json) return sayJson(events);
  if (events.length === 0) return say('no events');
  sayTable(
    ['SEQ', 'EVENT', 'TEAM', 'TYPE', 'STATE', 'ATTEMPTS', 'RECEIVED', 'ERROR'],
    events.map(({ seq, eventId, teamId, type, state, attempts, receivedAt, error }) =>
      [seq, eventId, teamId, type, state, attempts, receivedAt, errorText(error, ERROR_WIDTH)].map(String),
    ),
  );
  if (hasMore) say(`older ones are not shown: --limit is ${events.length}`);
}

/** `events show EVENT_ID`. */
export async function eventsShow(eventId: string, options: JsonOption): Promise<void> {
  const event = await runOperation(showEvent, { eventId });
  if (options.json) return sayJson(event);
  const { payload, ...row } = event;
  const facts = Object.entries({ ...row, error: errorText(row.error) || '–' });
  for (const [name, value] of facts) say(`${name.padEnd(12)} ${value}`);
  say();
  if (payload === null) return say('the payload is gone: of an event that is done only the id is kept');
  sayJson(payload);
}

/** `events replay`. */
export async function eventsReplay(eventId: string | undefined, options: PickEventsOptions): Promise<void> {
  const outcome = await runOperation(replayEvents, pickOf(eventId, options));
  if (options.json) return sayFacts(outcome);
  if (outcome.replayed > 0) say(`${countOf(outcome.replayed)} to be run again`);
  say(outcome.next);
}

/** `events discard`. */
export async function eventsDiscard(eventId: string | undefined, options: PickEventsOptions): Promise<void> {
  const outcome = await runOperation(discardEvents, pickOf(eventId, options));
  if (options.json) return sayFacts(outcome);
  say(outcome.discarded === 0 ? outcome.next : `${countOf(outcome.discarded)} discarded`);
}

/** Checked here as well: the operation does not know how its fields are called on a command line. */
function pickOf(eventId: string | undefined, { team, type, all }: PickEventsOptions): EventPick {
  const pick = { eventId, teamId: team, type, all };
  if (isOneWay(pick)) return pick;
  throw new BotServerError('usage', 'Say which failed events: an EVENT_ID, or --team and --type, or --all');
}

function errorText(error: EventRow['error'], width = Number.POSITIVE_INFINITY): string {
  if (!error) return '';
  const text = `${error.code}: ${error.message}`;
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function countOf(events: number): string {
  return events === 1 ? '1 event' : `${events} events`;
}
