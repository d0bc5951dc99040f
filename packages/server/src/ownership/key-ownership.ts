/** Ownership as those see it who work on installations: by key instead of by shard. */
import type { InstallationKey } from '../team/installation.ts';
import { shardOf } from '../team/shard.ts';
import type { Ownership } from './ownership.ts';

/**
 * - `owned`: this node begins, sends and writes what the installation needs
 * - `kept`: it did, and may again: what is open stays open, nothing is begun (fenced, or about to give the shard back)
 * - `elsewhere`: another node does, or nobody yet
 */
export type Place = 'owned' | 'kept' | 'elsewhere';

/** Where an installation's work is done. Answers from memory. */
export interface KeyOwnership {
  owns(key: InstallationKey): boolean;
  placeOf(key: InstallationKey): Place;
  /** The epoch that writes about the installation carry; undefined when it is not this node's. */
  epochOf(key: InstallationKey): number | undefined;
}

/** The same ownership, by installation. */
export function byKey(ownership: Pick<Ownership, 'owns' | 'epochOf'>): KeyOwnership {
  return {
    owns: (key) => ownership.owns(shardOf(key)),
    placeOf(key) {
      const shard = shardOf(key);
      if (ownership.owns(shard)) return 'owned';
      return ownership.epochOf(shard) === undefined ? 'elsewhere' : 'kept';
    },
    epochOf: (key) => ownership.epochOf(shardOf(key)),
  };
}
