/** Stars are told to their owner, and to the apps that have the owner's token. */
import type { DomainEvent } from '../workspace/domain-events.ts';
import { starShape } from '../workspace/stars.ts';
import type { SlackEvent } from './slack-event.ts';

type StarFact = Extract<DomainEvent, { type: 'star_added' | 'star_removed' }>;

export function starEvents({ type, team, star }: StarFact, eventTs: string): SlackEvent[] {
  const item = starShape(team, star, { isGone: type === 'star_removed' });
  const body = { type, user: star.userId, item, event_ts: eventTs };
  return [{ body, subscription: type, scopes: ['stars:read'], audience: { kind: 'people', userIds: [star.userId] } }];
}
