/** How a file looks from outside, so that whoever compares two stamps knows whether it was saved in between. */
import { statSync } from 'node:fs';

/** The stamp of a file that is not there. */
export const MISSING = 'missing';

/** Its time, its size, and its inode: editors that write by renaming change the last. */
export function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : MISSING;
}
