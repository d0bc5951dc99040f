/** Who owns which part of the work on this store. */
import type { Ownership } from '../ownership/ownership.ts';
import { SoleOwner } from '../ownership/sole-owner.ts';
import type { Storage } from './create-storage.ts';

/** One process has the store to itself, on both engines. */
export function createOwnership(_storage: Pick<Storage, 'store'>): Ownership {
  return new SoleOwner();
}
