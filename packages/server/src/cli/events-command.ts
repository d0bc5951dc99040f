/** `slack-bot-server events …`: what waits in the inbox and what failed. */

import type { Command } from 'commander';
import { BotServerError } from '../errors.ts';
import { discardEvents } from '../operations/events/discard-events.ts';
import { EVENT_QUERY_HELP } from '../operations/events/event-query.ts';
import type { EventRow } from '../operations/events/event-row.ts';
import { groupEvents } from '../operations/events/group-events.ts';
import { listEvents } from '../operations/events/list-events.ts';
import { type EventPick, isOneWay } from '../operations/events/pick-events.ts';
import { replayEvents } from '../operations/events/replay-events.ts';
import { showEvent } from '../operations/events/show-event.ts';
import { confirm, type YesOption } from './confirm.ts';
import { interrupted, interruptible } from './interruptible.ts';
import { commandOf, numberOption, takesQuery } from './operation-command.ts';
import { type JsonOption, say, sayFacts, sayJson, sayPairs, sayTable } from './output.ts';
import { showProgress } from './progress.ts';
import type { Run } from './run.ts';
import { runOperation, withOperations } from './run-operation.ts';

export function addEvents(events: Command): void {
  takesQuery(commandOf(events, listEvents, { isDefault: true }), EVENT_QUERY_HELP)
    .addOption(numberOption('--limit <n>', 'events at most, 1 to 1000', listEvents.input.shape.limit))
    .option('--cursor <cursor>', 'continue after an earlier list')
    .action(eventsList);
  takesQuery(commandOf(events, groupEvents), EVENT_QUERY_HELP)
    .addOption(numberOption('--limit <n>', 'groups at most, 1 to 500', groupEvents.input.shape.limit))
    .action(eventsGroups);
  commandOf(events, showEvent).argument('<event>', 'its id: Ev…').action(eventsShow);
  picksEvents(commandOf(events, replayEvents)).action(eventsReplay);
  picksEvents(commandOf(events, discardEvents)).action(eventsDiscard);
}

/** Which failed events: by id, by filters, or all. */
function picksEvents(command: Command): Command {
  return command
    .argument('[event]', 'its id: Ev…')
    .option('--team <team>', 'failed events of this team')
    .option('--type <type>', 'failed events of this type')
    .option('--error <code>', 'failed events with this code, for example listener_failed')
    .option('--since <time>', 'failed events that came then or later: 24h, 7d, or 2026-11-18T11:00:00Z')
    .option('--until <time>', 'failed events that came earlier')
    .option(
      '--where <query>',
      'failed events that match, for example "channel:C0ACME0001 since:1h"; terms: events list --help',
    )
    .option('--all', 'all failed events')
    .option('--dry-run', 'only count them')
    .option('--yes', 'do not ask');
}

/** How much `events groups` shows, and `events list`, which goes on after a cursor. */
export interface ListEventsOptions extends JsonOption {
  limit: number;
  cursor?: string;
}

/** Which failed events a change is about, beside an EVENT_ID. */
export interface PickEventsOptions extends JsonOption, YesOption {
  team?: string;
  type?: string;
  error?: string;
  since?: string;
  until?: string;
  where?: string;
  all?: true;
  dryRun?: boolean;
}

/** Characters of an error in a table; `events show` prints it whole. */
const ERROR_WIDTH = 60;

/** `events list [QUERY…]`. Goes on until it has as many as are wanted, or has looked long enough. */
export async function eventsList(words: readonly string[], { json, ...page }: ListEventsOptions): Promise<void> {
  const { events, lookedAt, nextCursor } = await searchEvents(words.join(' '), page);
  if (json) return sayJson({ events, nextCursor });
  if (events.length === 0) {
    if (nextCursor === null) return say(page.cursor === undefined ? 'no events' : 'no more events');
    return say(`none of the ${lookedAt} that were compared match; to compare older ones: --cursor ${nextCursor}`);
  }
  sayTable(
    ['SEQ', 'EVENT', 'TEAM', 'TYPE', 'STATE', 'ATTEMPTS', 'RECEIVED', 'ERROR'],
    events.map(({ seq, eventId, teamId, type, state, attempts, receivedAt, error }) =>
      [seq, eventId, teamId, type, state, attempts, receivedAt, errorText(error, ERROR_WIDTH)].map(String),
    ),
  );
  if (nextCursor !== null) say(`more: --cursor ${nextCursor}`);
}

/** Pages that are asked for: a search that finds little ends after some seconds. */
const MOST_PAGES = 50;

async function searchEvents(query: string, { limit, cursor: from }: Pick<ListEventsOptions, 'limit' | 'cursor'>) {
  const list = async (run: Run) => {
    const events: EventRow[] = [];
    let lookedAt = 0;
    let cursor = from;
    for (let page = 0; page < MOST_PAGES; page++) {
      const found = await run(listEvents, { query, cursor, limit: limit - events.length });
      events.push(...found.events);
      lookedAt += found.lookedAt;
      cursor = found.nextCursor ?? undefined;
      if (cursor === undefined || events.length >= limit) break;
    }
    return { events, lookedAt, nextCursor: cursor ?? null };
  };
  return await withOperations(list, { onlyReads: true });
}

/** `events groups [QUERY…]`. */
export async function eventsGroups(words: readonly string[], { json, limit }: ListEventsOptions): Promise<void> {
  const outcome = await runOperation(groupEvents, { query: words.join(' '), limit });
  if (json) return sayJson(outcome);
  if (outcome.groups.length === 0) return say('no failed events');
  sayTable(
    ['EVENTS', 'TEAMS', 'ERROR', 'LISTENER', 'TYPE', 'FIRST', 'LAST', 'EXAMPLE'],
    outcome.groups.map(({ events, teams, error, listener, type, firstSeen, lastSeen, exampleId }) =>
      [events, teams, error, listener ?? '', type, firstSeen, lastSeen, exampleId].map(String),
    ),
  );
  if (!outcome.isComplete) say(`of the newest ${outcome.lookedAt} that failed`);
}

/** `events show EVENT_ID`. */
export async function eventsShow(eventId: string, options: JsonOption): Promise<void> {
  const event = await runOperation(showEvent, { eventId });
  if (options.json) return sayJson(event);
  const { payload, ...row } = event;
  sayPairs({ ...row, error: errorText(row.error) || null });
  say();
  if (payload === null) return say('the payload is gone: of an event that is done only the id is kept');
  sayJson(payload);
}

/** `events replay`: of more than one event it says how many there are, and asks. */
export async function eventsReplay(eventId: string | undefined, options: PickEventsOptions): Promise<void> {
  const pick = pickOf(eventId, options);
  await withOperations(async (run) => {
    const preview = await run(replayEvents, { ...pick, dryRun: true });
    if (options.dryRun) return sayPreview(preview, 'replayed', options);
    if (eventId === undefined && preview.matching > 0) {
      if (!(await confirm(`run the listeners again for ${countOf(preview.matching)}`, options))) return;
    }
    const outcome = await run(replayEvents, pick);
    if (options.json) return sayFacts(outcome);
    if (outcome.matching > 0) say(`${countOf(outcome.matching)} to be run again`);
    say(outcome.next);
    if (outcome.replay !== null) say(`replay ${outcome.replay}: \`slack-bot-server replays\` says how far it is`);
  });
}

/** `events discard`: of more than one event it says how many there are, and asks. */
export async function eventsDiscard(eventId: string | undefined, options: PickEventsOptions): Promise<void> {
  const pick = pickOf(eventId, options);
  await withOperations(async (run) => {
    const preview = await run(discardEvents, { ...pick, dryRun: true });
    if (options.dryRun) return sayPreview(preview, 'discarded', options);
    const isMany = eventId === undefined && preview.matching > 0;
    if (isMany && !(await confirm(`discard ${countOf(preview.matching)}`, options))) return;
    const { outcome, isStopped } = await interruptible(async (signal) => {
      const onProgress = options.json ? () => {} : showProgress('events discarded');
      return { outcome: await run(discardEvents, pick, { signal, onProgress }), isStopped: signal.aborted };
    });
    const { discarded, matching, next } = outcome;
    if (options.json) sayFacts(outcome);
    else say(discarded === 0 ? next : `${countOf(discarded)} discarded`);
    if (discarded >= matching) return;
    if (isStopped)
      throw interrupted(`Stopped after ${discarded} of ${countOf(matching)}`, 'Run it again for the rest.');
    if (!options.json) say(next);
  });
}

/** What a dry run says: `next` has those that are left out as well. */
function sayPreview(preview: { matching: number; next: string }, done: string, { json }: JsonOption): void {
  if (json) return sayFacts(preview);
  if (preview.matching > 0) say(`${countOf(preview.matching)} would be ${done}`);
  say(preview.next);
}

/** Checked here as well: the operation does not know how its fields are called on a command line. */
function pickOf(eventId: string | undefined, options: PickEventsOptions): EventPick {
  const { team: teamId, type, error, since, until, where, all } = options;
  const pick = { eventId, teamId, type, error, since, until, where, all };
  if (isOneWay(pick)) return pick;
  const ways = 'an EVENT_ID, or --where QUERY, --team, --type and others, or --all';
  const isNone = Object.values(pick).every((given) => given === undefined);
  if (isNone) throw new BotServerError('usage', `Name the failed events: ${ways}`);
  throw new BotServerError('usage', `Name the failed events in one way only: ${ways}`, {
    fix: 'Leave out all but one of them.',
  });
}

function errorText(error: EventRow['error'], width = Number.POSITIVE_INFINITY): string {
  if (!error) return '';
  const text = `${error.code}: ${error.message}`;
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function countOf(events: number): string {
  return events === 1 ? '1 event' : `${events} events`;
}
