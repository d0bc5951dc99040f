/** `slack-bot-server events …`: what waits in the inbox and what failed. A running server starts a replay within a second. */
import { BotServerError } from '../errors.ts';
import { createInbox } from '../inbox/create-inbox.ts';
import type { Inbox, InboxEntry, InboxState } from '../inbox/inbox.ts';
import { systemClock } from '../time/clock.ts';
import { findServer } from '../wiring/create-storage.ts';
import { type CommandStorage, withStorage } from './command-storage.ts';
import { readablePayload } from './event-payload.ts';
import { isoTime, say, sayJson, sayTable } from './output.ts';

interface JsonOption {
  json?: boolean;
}

/** Filters of `events list`. */
export interface ListEventsOptions extends JsonOption {
  state?: InboxState;
  team?: string;
  type?: string;
  /** Only newer than this. */
  after?: number;
  limit: number;
}

/** Which failed events a change is about: an id, filters that all have to fit, or all. */
export interface PickEventsOptions extends JsonOption {
  team?: string;
  type?: string;
  all?: boolean;
}

/** Characters of an error in a table; `events show` prints it whole. */
const ERROR_WIDTH = 60;

/** `events list`: the newest first; unless a state is named, all that is not done. */
export async function listEvents(options: ListEventsOptions): Promise<void> {
  const { state = 'not_done', after, limit } = options;
  const filter = { ...filterOf(options), ...(after === undefined ? {} : { afterSeq: after }) };
  await withInbox(async (inbox) => {
    const found = await inbox.list({ ...filter, state, limit: limit + 1 });
    const rows = found.slice(0, limit).map(rowOf);
    if (options.json) return sayJson(rows);
    if (rows.length === 0) return say('no events');
    sayTable(
      ['SEQ', 'EVENT', 'TEAM', 'TYPE', 'STATE', 'ATTEMPTS', 'RECEIVED', 'ERROR'],
      rows.map((row) => {
        const { seq, eventId, teamId, type, attempts, receivedAt } = row;
        const error = errorText(row.error, ERROR_WIDTH);
        return [seq, eventId, teamId, type, row.state, attempts, receivedAt, error].map(String);
      }),
    );
    if (found.length > limit) say(`older ones are not shown: --limit is ${limit}`);
  });
}

/** `events show EVENT_ID`: its facts, and what Slack sent as long as that is kept. */
export async function showEvent(eventId: string, options: JsonOption): Promise<void> {
  await withInbox(async (inbox) => {
    const entry = await requireEvent(inbox, eventId);
    const row = rowOf(entry);
    const payload = entry.payload === null ? null : readablePayload(entry.payload);
    if (options.json) return sayJson({ ...row, payload });
    const facts = Object.entries({ ...row, error: errorText(row.error) || '–' });
    for (const [name, value] of facts) say(`${name.padEnd(12)} ${value}`);
    say();
    if (payload === null) return say('the payload is gone: of an event that is done only the id is kept');
    sayJson(payload);
  });
}

/** `events replay`: the listeners run again for failed events. */
export async function replayEvents(eventId: string | undefined, options: PickEventsOptions): Promise<void> {
  const pick = pickOf(eventId, options);
  await withInbox(async (inbox, storage) => {
    const replayed = await inbox.replay(pick);
    if (eventId !== undefined && replayed === 0) throw await whyNot(inbox, eventId);
    const pid = (await findServer(storage))?.pid;
    if (options.json) return sayJson({ replayed, server: pid ?? null });
    if (replayed === 0) return say('no failed event fits');
    say(`${countOf(replayed)} to be run again`);
    say(
      pid === undefined
        ? 'no server is running; the next one starts with them'
        : 'the running server starts within a second',
    );
  });
}

/** `events discard`: failed events are given up and their payloads dropped. */
export async function discardEvents(eventId: string | undefined, options: PickEventsOptions): Promise<void> {
  const pick = pickOf(eventId, options);
  await withInbox(async (inbox) => {
    const discarded = await inbox.discard(pick);
    if (eventId !== undefined && discarded === 0) throw await whyNot(inbox, eventId);
    if (options.json) return sayJson({ discarded });
    say(discarded === 0 ? 'no failed event fits' : `${countOf(discarded)} discarded`);
  });
}

async function withInbox(work: (inbox: Inbox, storage: CommandStorage) => Promise<void>): Promise<void> {
  await withStorage((storage) => work(createInbox({ store: storage.store, clock: systemClock }), storage));
}

async function requireEvent(inbox: Inbox, eventId: string) {
  const entry = await inbox.find(eventId);
  if (entry) return entry;
  throw new BotServerError('event_not_found', `No event ${eventId} in the inbox`, { facts: { eventId } });
}

/** Why a named event was not changed. @throws BotServerError `event_not_found` */
async function whyNot(inbox: Inbox, eventId: string): Promise<BotServerError> {
  const { state } = await requireEvent(inbox, eventId);
  const message = `Event ${eventId} is not failed; its state is ${state} (${MEANINGS[state]})`;
  return new BotServerError('event_not_failed', message, { facts: { eventId, state } });
}

const MEANINGS: Readonly<Record<InboxState, string>> = {
  ready: 'it waits for its turn or runs now',
  retry: 'it will be tried again',
  done: 'it was handled or given up',
  failed: 'it failed again just now',
};

/** Nothing named must not mean everything, and an id beside filters would leave open which of them counts. */
function pickOf(eventId: string | undefined, options: PickEventsOptions): Parameters<Inbox['replay']>[0] {
  const filter = filterOf(options);
  const ways = [eventId !== undefined, Object.keys(filter).length > 0, options.all === true];
  if (ways.filter(Boolean).length !== 1) {
    throw new BotServerError('usage', 'Say which failed events: an EVENT_ID, or --team and --type, or --all');
  }
  return eventId === undefined ? filter : { eventId };
}

function filterOf({ team, type }: { team?: string; type?: string }): { teamId?: string; type?: string } {
  return { ...(team === undefined ? {} : { teamId: team }), ...(type === undefined ? {} : { type }) };
}

function rowOf({ seq, eventId, teamId, type, state, attempts, receivedAtMs, error }: InboxEntry) {
  return { seq, eventId, teamId, type, state, attempts, receivedAt: isoTime(receivedAtMs), error };
}

function errorText(error: InboxEntry['error'], width = Number.POSITIVE_INFINITY): string {
  if (!error) return '';
  const text = `${error.code}: ${error.message}`;
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

function countOf(events: number): string {
  return events === 1 ? '1 event' : `${events} events`;
}
