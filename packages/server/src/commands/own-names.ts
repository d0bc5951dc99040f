/** The names that the bot itself has in each workspace, for `@`-less addressing: people there may rename it. */
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../time/clock.ts';
import { aliasesOf } from './address.ts';
import { personOf } from './people.ts';

/** How long an answer is used where no user_change tells of a new name, in milliseconds. */
const KEPT_MS = 600_000;

export interface OwnNames {
  /** In lower case; none when Slack does not say, which is not asked again before the time is over. */
  find(place: { teamId: string; client: WebClient }, botUserId: string): Promise<readonly string[]>;
  forget(teamId: string): void;
}

export function createOwnNames(clock: Pick<Clock, 'monotonic'>): OwnNames {
  const kept = new Map<string, { names: Promise<readonly string[]>; untilMs: number }>();
  return {
    find({ teamId, client }, botUserId) {
      const known = kept.get(teamId);
      if (known && clock.monotonic() < known.untilMs) return known.names;
      const names = personOf(client, botUserId).then(
        (person) => aliasesOf(person.names),
        () => [],
      );
      kept.set(teamId, { names, untilMs: clock.monotonic() + KEPT_MS });
      return names;
    },
    forget: (teamId) => void kept.delete(teamId),
  };
}
