/** Who people are, as users.info says: asked once a minute for each, because every command of an admin asks. */
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../time/clock.ts';

/** Somebody of a workspace. */
export interface Person {
  id: string;
  name: string;
  realName: string;
  isAdmin: boolean;
  isOwner: boolean;
  isBot: boolean;
  /** Guests of the workspace: restricted to some channels, or to one. */
  isGuest: boolean;
  /** As `en-US`; undefined when Slack does not say. */
  locale: string | undefined;
  /** Of the names that they show; some may be the same. */
  names: string[];
}

/** How long an answer is used, in milliseconds: as long an admin of yesterday may go on. */
const KEPT_MS = 60_000;
/** A bot of many teams hears many people: about 1 KB each. */
const MOST_KEPT = 1_000;

export interface People {
  /** @throws as users.info: `missing_scope` without users:read */
  find(place: { teamId: string; client: WebClient }, userId: string): Promise<Person>;
}

export function createPeople(clock: Pick<Clock, 'monotonic'>): People {
  const kept = new Map<string, { person: Promise<Person>; untilMs: number }>();
  return {
    find({ teamId, client }, userId) {
      const key = `${teamId} ${userId}`;
      const known = kept.get(key);
      if (known && clock.monotonic() < known.untilMs) return known.person;
      const person = personOf(client, userId);
      kept.delete(key);
      kept.set(key, { person, untilMs: clock.monotonic() + KEPT_MS });
      // What failed is asked again by the next one.
      person.catch(() => kept.delete(key));
      if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value ?? '');
      return person;
    },
  };
}

/** @throws as users.info */
export async function personOf(client: WebClient, userId: string): Promise<Person> {
  const { user = {} } = await client.users.info({ user: userId, include_locale: true });
  const { name = '', real_name: realName = '', profile = {} } = user;
  return {
    id: userId,
    name,
    realName,
    isAdmin: user.is_admin === true,
    isOwner: user.is_owner === true,
    isBot: user.is_bot === true,
    isGuest: user.is_restricted === true || user.is_ultra_restricted === true,
    locale: user.locale,
    names: [name, realName, profile.display_name ?? '', profile.real_name ?? ''].filter((one) => one !== ''),
  };
}
