/** What happens to somebody: their account, their profile, their status, and when they would not be disturbed. */
import { dndShape, snoozeShape } from '../workspace/dnd.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import { userShape } from '../workspace/slack-shapes.ts';
import { type SlackEvent, toTeam } from './slack-event.ts';

/** The event has every key also when there is none. (slackapi/java-slack-sdk, json-logs/samples/events/DndUpdatedPayload.json) */
const NO_SNOOZE = { snooze_endtime: 0, snooze_remaining: 0, snooze_is_indefinite: false };

type PersonFact = Extract<DomainEvent, { type: 'user_changed' | 'dnd_changed' }>;

/** `user_change` says everything; the others say the same of a part of it. */
export function personEvents(event: PersonFact, eventTs: string): SlackEvent[] {
  const { team, user } = event;
  if (event.type === 'dnd_changed') {
    const { id } = user;
    const status = { ...NO_SNOOZE, ...snoozeShape(event.dnd, event.nowMs) };
    const own = { type: 'dnd_updated', user: id, dnd_status: status, event_ts: eventTs };
    const shown = { type: 'dnd_updated_user', user: id, dnd_status: dndShape(), event_ts: eventTs };
    return [
      { body: own, subscription: own.type, scopes: ['dnd:read'], audience: { kind: 'people', userIds: [id] } },
      toTeam(shown, 'dnd:read'),
    ];
  }
  const { isProfileChanged, isStatusChanged } = event;
  // One shape for all: nobody changes it.
  const facts = { user: userShape(team, user), cache_ts: Math.floor(Number(eventTs)), event_ts: eventTs };
  return [
    toTeam({ type: 'user_change', ...facts }, 'users:read'),
    // Which of the two scopes these need is a guess, so either is taken.
    ...(isProfileChanged
      ? [toTeam({ type: 'user_profile_changed', ...facts }, 'users:read', 'users.profile:read')]
      : []),
    ...(isStatusChanged ? [toTeam({ type: 'user_status_changed', ...facts }, 'users:read', 'users.profile:read')] : []),
  ];
}
