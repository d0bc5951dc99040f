/** The tokens of operators: which role a token has. Compared in constant time, as hashes, so that not even a length is told. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Role } from '../operations/operation.ts';

/** A role with its token, as the settings say it. */
export interface AdminTokens {
  /** ADMIN_TOKEN. */
  operate?: string | undefined;
  /** ADMIN_READ_TOKEN. */
  read?: string | undefined;
}

/** Answers the role of a token; undefined for every other text. */
export function createTokenCheck({ operate, read }: AdminTokens): (token: string) => Role | undefined {
  const known = [
    ['operate', operate],
    ['read', read],
  ] as const;
  const hashes = known.flatMap(([role, token]) => (token === undefined ? [] : [{ role, hash: hashOf(token) }]));
  return (token) => {
    const hash = hashOf(token);
    // All are compared, whichever fits.
    return hashes.filter((one) => timingSafeEqual(one.hash, hash))[0]?.role;
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
