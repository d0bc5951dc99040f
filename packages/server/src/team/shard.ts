/** The share of the work that an installation belongs to: the unit of owning connections and of reading the inbox. */
import type { InstallationKey } from './installation.ts';

/**
 * Stands in rows, so it is never changed. Many more than nodes, so that each gets about as much work as the others; few enough
 * that a node renews and hands over all of them in one statement.
 */
export const SHARD_COUNT = 256;

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

const encoder = new TextEncoder();

/** FNV-1a, 32 bits, over UTF-8: stored in rows, so it must never change. (http://www.isthe.com/chongo/tech/comp/fnv/) */
export function shardOf(key: InstallationKey): number {
  let hash = OFFSET_BASIS;
  for (let place = 0; place < key.length; place++) {
    const code = key.charCodeAt(place);
    if (code > 0x7f) return shardOfBytes(encoder.encode(key));
    hash = Math.imul(hash ^ code, PRIME);
  }
  return (hash >>> 0) % SHARD_COUNT;
}

/** Slack's ids are ASCII, where a character is its byte: only what is none is encoded, since each start asks for every installation. */
function shardOfBytes(bytes: Uint8Array): number {
  let hash = OFFSET_BASIS;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
  return (hash >>> 0) % SHARD_COUNT;
}
