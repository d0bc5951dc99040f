/** The last tries with what was sent and answered, in a ring of fixed size, so that each can be looked at and sent again. */
import type { App } from '../workspace/model.ts';
import type { DeliveryOutcome, DeliveryRequest } from './delivery.ts';

/** How many tries are kept; with payloads of a few KB each this is a few MB. */
export const DELIVERIES_KEPT = 1000;

/** One try. */
export interface DeliveryRecord {
  readonly app: App;
  readonly atMs: number;
  readonly request: DeliveryRequest;
  readonly outcome: DeliveryOutcome;
}

/** Which tries are asked for. */
export interface DeliveryQuery {
  app?: string | undefined;
  team?: string | undefined;
  /** The event's type, the command or the payload's type. */
  event?: string | undefined;
  /** `Ev…`: every try of one event. */
  eventId?: string | undefined;
  /** The newest so many of them. @defaultValue 100 */
  limit?: number | undefined;
}

/** The tries of one simulator. */
export class DeliveryRecords {
  readonly #records = new Map<string, DeliveryRecord>();

  add(record: DeliveryRecord): void {
    this.#records.set(record.outcome.id, record);
    if (this.#records.size <= DELIVERIES_KEPT) return;
    const [oldest] = this.#records.keys();
    if (oldest !== undefined) this.#records.delete(oldest);
  }

  /** By the id of the try (`D…`), or the newest try of an event (`Ev…`). */
  find(id: string): DeliveryRecord | undefined {
    const byId = this.#records.get(id);
    if (byId || !id.startsWith('Ev')) return byId;
    return [...this.#records.values()].findLast(({ request }) => request.eventId === id);
  }

  /** Oldest first. */
  query(query: DeliveryQuery = {}): DeliveryRecord[] {
    const { limit = 100 } = query;
    if (limit === 0) return [];
    return [...this.#records.values()].filter((record) => matches(record, query)).slice(-limit);
  }
}

function matches({ app, request }: DeliveryRecord, query: DeliveryQuery): boolean {
  if (query.app !== undefined && app.id !== query.app) return false;
  if (query.team !== undefined && request.teamId !== query.team) return false;
  if (query.event !== undefined && request.name !== query.event) return false;
  return query.eventId === undefined || request.eventId === query.eventId;
}
