/** When a fact happened, as Slack writes it: one `event_ts` per fact, whoever asks and however often. */
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { Ids } from '../workspace/ids.ts';

const known = new WeakMap<DomainEvent, string>();

/** The `event_ts` of a fact. A message carries its own. */
export function eventTsOf(ids: Ids, event: DomainEvent): string {
  if (event.type === 'message_posted') return event.message.ts;
  const ts = known.get(event) ?? ids.timestamp();
  known.set(event, ts);
  return ts;
}
