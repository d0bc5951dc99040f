/** What stored events an operator looks for. The words for it are the doors' (operations/events/event-query.ts). */
import type { TeamId } from '../../team/installation.ts';
import type { InboxEntry, InboxState } from '../inbox.ts';

/** One condition about what is known of an event without its payload; all of a search must match. */
export type EventCondition =
  | { kind: 'property'; property: 'team' | 'type' | 'error'; anyOf: readonly string[]; isNegated: boolean }
  /** The conversation, whatever thread of it; see order-key.ts. */
  | { kind: 'channel'; anyOf: readonly string[]; isNegated: boolean }
  /** It came at a moment not before, or before, this one. */
  | { kind: 'since' | 'before'; atMs: number }
  /** Part of the words of its error; case does not matter. */
  | { kind: 'text'; part: string; isNegated: boolean };

/** A condition about the payload. Events without one, which are those that are done, do not match. */
export interface PayloadSearch {
  /** Texts that each payload that matches has somewhere: the others are not even parsed. */
  mustContain: readonly string[];
  matches(payload: string): boolean;
}

/** The place of an event in lists: those of one state are together, the newest first. */
export interface EventPlace {
  state: InboxState;
  seq: number;
}

export interface EventSearch {
  /** Those that are looked through, in this order. */
  states: readonly InboxState[];
  conditions: readonly EventCondition[];
  payload?: PayloadSearch | undefined;
  after?: EventPlace | undefined;
  limit: number;
  /** Asked after each statement: whether the page is to end with what it has, and the next one goes on. @defaultValue never */
  isOver?: () => boolean;
}

export interface FoundEvents {
  events: InboxEntry[];
  /** How many events were compared. */
  lookedAt: number;
  /** From where to go on; undefined when all were looked through. There may be none behind it. */
  next: EventPlace | undefined;
}

/** What is known of an event where no statement compares it: in a batch. */
export interface Candidate {
  entry: InboxEntry;
  orderKey: string | null;
}

/** The same conditions as those that search-repository.ts makes SQL of. */
export function fits({ entry, orderKey }: Candidate, condition: EventCondition): boolean {
  switch (condition.kind) {
    case 'property':
      return condition.anyOf.includes(propertyOf(entry, condition.property) ?? '') !== condition.isNegated;
    case 'channel':
      return condition.anyOf.includes(orderKey?.split(':', 1)[0] ?? '') !== condition.isNegated;
    case 'since':
      return entry.receivedAtMs >= condition.atMs;
    case 'before':
      return entry.receivedAtMs < condition.atMs;
    case 'text':
      return wordsOf(entry).includes(condition.part.toLowerCase()) !== condition.isNegated;
  }
}

function propertyOf(
  { teamId, type, error }: InboxEntry,
  property: 'team' | 'type' | 'error',
): TeamId | string | undefined {
  return { team: teamId, type, error: error?.code }[property];
}

function wordsOf({ error }: InboxEntry): string {
  return (error?.message ?? '').toLowerCase();
}
