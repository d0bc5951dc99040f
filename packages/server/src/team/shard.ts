/** The share of the work that an installation belongs to: the unit of owning connections and of reading the inbox. */
import type { InstallationKey } from './installation.ts';

/**
 * Stands in rows, so it is never changed. Many more than nodes, so that each gets about as much work as the others; few enough
 * that a node renews and hands over all of them in one statement.
 */
export const SHARD_COUNT = 256;

const encoder = new TextEncoder();

/** FNV-1a, 32 bits, over UTF-8: stored in rows, so it must never change. (http://www.isthe.com/chongo/tech/comp/fnv/) */
export function shardOf(key: InstallationKey): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % SHARD_COUNT;
}
