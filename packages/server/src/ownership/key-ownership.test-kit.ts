/** Ownership for tests that are not about it. */
import type { KeyOwnership } from './key-ownership.ts';

/** One process that has everything to itself. */
export const ownsAll: KeyOwnership = { owns: () => true, placeOf: () => 'owned', epochOf: () => undefined };
