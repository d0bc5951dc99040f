/** Seals every token with the first of ENCRYPTION_KEYS; afterwards the others can be removed. */
import { z } from 'zod';
import { next } from '../fields.ts';
import { defineOperation } from '../operation.ts';
import { resealAll } from './reseal.ts';

export const rotateKeys = defineOperation({
  name: 'keys.rotate',
  role: 'operate',
  summary: 're-encrypt every token with the first of ENCRYPTION_KEYS; then the others can be removed',
  undo: 'put the old key first in ENCRYPTION_KEYS again, and rotate once more',
  input: z.strictObject({}),
  output: z.object({
    key: z.string().describe('Fingerprint of the first of ENCRYPTION_KEYS.'),
    values: z.int().describe('Sealed values in the database.'),
    resealed: z.int(),
    unreadable: z.array(z.string()).describe('Installations with a value that no key opens.'),
    next,
  }),
  progress: z.object({ seen: z.int().describe('Values that were read.') }),
  errors: ['interrupted'],
  async run({ store, vault, onProgress, signal }) {
    const rotation = await resealAll({ store, vault }, { onProgress: (seen) => onProgress({ seen }), signal });
    const isDone = rotation.unreadable.length === 0;
    return { ...rotation, next: isDone ? (vault.fingerprints.length > 1 ? DONE : ONLY) : UNREADABLE };
  },
});

const DONE = 'the other keys can be removed from ENCRYPTION_KEYS now';
const ONLY = 'all values are sealed with the one key that there is';
const UNREADABLE = 'add the key that sealed the unreadable values to ENCRYPTION_KEYS, or install the app there again';
