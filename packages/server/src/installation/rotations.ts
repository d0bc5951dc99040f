/** The credentials that rotate and what is known of each, in memory. When they are due and what is done is refresher.ts. */
import type { InstallationKey, Version } from '../team/installation.ts';
import type { GrantedToken } from '../team/installations.ts';
import type { PairOwner } from '../team/token-pairs.ts';
import type { Planned } from './refresh-schedule.ts';

/** One credential that may rotate. */
export interface Rotation extends PairOwner, Planned {
  expiresAtMs: number | null;
  refreshedAtMs: number | null;
  failures: number;
  /** Asked for although it is not due: Slack called the token of this version expired. */
  forced: Version | undefined;
  /** A newer pair is stored: what is known here is of the older one until the row is seen. */
  isReplaced: boolean;
  /** Gone from the rows; what is under way ends by itself. */
  isDropped: boolean;
  /** Came from Slack and could not be stored yet. The old refresh token may be used up, so it must not be lost. */
  unstored: { used: string; granted: GrantedToken } | undefined;
  /** The token has ended, its refresh is refused, and Slack takes it all the same: it is used. */
  isUsedPastEnd: boolean;
  /** What the operator was told of it since its last refresh. */
  told: Set<string>;
  /** Slack refused this refresh token. */
  refused: string | undefined;
}

/** One rotation per credential. */
export class Rotations {
  readonly #byKey = new Map<InstallationKey, Map<string, Rotation>>();

  /** Of the bot, and of people by their ids. */
  of(key: InstallationKey): readonly Rotation[] {
    return [...(this.#byKey.get(key)?.values() ?? [])];
  }

  /** The user id of the bot is empty. */
  find(key: InstallationKey, userId: string): Rotation | undefined {
    return this.#byKey.get(key)?.get(userId);
  }

  /** The known one, which is not dropped any more, or a new one that nothing is planned for. */
  ensure(owner: PairOwner): Rotation {
    const ofKey = this.#byKey.get(owner.key) ?? new Map<string, Rotation>();
    this.#byKey.set(owner.key, ofKey);
    const known = ofKey.get(owner.userId);
    if (known) {
      known.isDropped = false;
      return known;
    }
    const rotation = newRotation(owner);
    ofKey.set(owner.userId, rotation);
    return rotation;
  }

  delete({ key, userId }: PairOwner): void {
    const ofKey = this.#byKey.get(key);
    ofKey?.delete(userId);
    if (ofKey?.size === 0) this.#byKey.delete(key);
  }
}

function newRotation(owner: PairOwner): Rotation {
  return {
    ...owner,
    expiresAtMs: null,
    dueAtMs: Number.POSITIVE_INFINITY,
    refreshedAtMs: null,
    failures: 0,
    isUnderWay: false,
    forced: undefined,
    isReplaced: false,
    isDropped: false,
    unstored: undefined,
    isUsedPastEnd: false,
    told: new Set(),
    refused: undefined,
  };
}
