/** One event by its id, or the error that says why there is none. */
import { BotServerError } from '../../errors.ts';
import type { Inbox, InboxState } from '../../inbox/inbox.ts';

type StoredEntry = NonNullable<Awaited<ReturnType<Inbox['find']>>>;

/** @throws BotServerError `event_not_found` */
export async function requireEvent(inbox: Pick<Inbox, 'find'>, eventId: string): Promise<StoredEntry> {
  const entry = await inbox.find(eventId);
  if (entry) return entry;
  throw new BotServerError('event_not_found', `No event ${eventId} in the inbox`, { facts: { eventId } });
}

/** Why a change did not reach the event. @throws BotServerError `event_not_found` */
export async function errorOfUnchanged(inbox: Pick<Inbox, 'find'>, eventId: string): Promise<BotServerError> {
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
