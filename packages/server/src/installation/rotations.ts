/** The credentials that rotate and what is known of each, in memory. When they are due and what is done is refresher.ts. */
import type { InstallationKey } from '../team/installation.ts';
import type { PairOwner } from '../team/token-pairs.ts';
import type { Planned } from './refresh-schedule.ts';
import { newRotationState, type RotationEvent, type RotationState, transition } from './rotation-state.ts';

/** One credential that may rotate. */
export interface Rotation extends PairOwner, Planned {
  expiresAtMs: number | null;
  refreshedAtMs: number | null;
  failures: number;
  /** Whether this node refreshes it, as far as it was planned: only the owner of the installation does. */
  isOurs: boolean;
  /** Written by `apply` alone. */
  state: RotationState;
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

  /** The known one, which is not dropped any more, or a new one that is not planned. */
  ensure(owner: PairOwner): Rotation {
    const ofKey = this.#byKey.get(owner.key) ?? new Map<string, Rotation>();
    this.#byKey.set(owner.key, ofKey);
    const known = ofKey.get(owner.userId);
    if (known) {
      apply(known, { type: 'listed' });
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

/** Something happened to it. */
export function apply(rotation: Rotation, event: RotationEvent): void {
  rotation.state = transition(rotation.state, event);
}

function newRotation(owner: PairOwner): Rotation {
  return {
    ...owner,
    expiresAtMs: null,
    dueAtMs: Number.POSITIVE_INFINITY,
    refreshedAtMs: null,
    failures: 0,
    isUnderWay: false,
    isOurs: false,
    state: newRotationState,
    told: new Set(),
    refused: undefined,
  };
}
