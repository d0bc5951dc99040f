/**
 * The `state` parameter of OAuth: proves that a redirect from Slack ends a visit which began here, less than ten minutes
 * ago, in the same browser. Nothing is stored: any node that has the key can verify it. Whether it was used before is
 * the business of the flow, which remembers `hash`.
 *
 *   state = base64url( nonce 16 | issued at 6 | browser 16 | metadata 0…1024 | HMAC 32 ), browser = HMAC of the id in the cookie.
 *
 * The cookie holds one id per browser, not one per visit, so that a second tab does not invalidate the first.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../time/clock.ts';
import { MAX_METADATA_BYTES } from './install-metadata.ts';

/** How long a visit to Slack's page may take, in milliseconds. Slack's own codes live as long (docs.slack.dev, OAuth). */
export const STATE_TTL_MS = 600_000;
/** Uses of states are remembered for a day: one that is dated further ahead could be used again after that. */
const MAX_AHEAD_MS = 86_400_000;

/** The cookie outlives the state, so that a late visitor reads "expired" and not "another browser". */
const COOKIE_MAX_AGE_SECONDS = 3_600;

const NONCE_BYTES = 16;
const TIME_BYTES = 6;
const BROWSER_BYTES = 16;
const MAC_BYTES = 32;
const HEAD_BYTES = NONCE_BYTES + TIME_BYTES + BROWSER_BYTES;

/** What a state turned out to be. `hash` identifies it without being usable as one. */
export type StateCheck =
  /** `metadata` as it was given to `issue`. */
  | { kind: 'valid'; hash: string; metadata: string | undefined }
  /** Missing, damaged, or not made with our key. */
  | { kind: 'forged' }
  | { kind: 'expired' }
  /** Ours, but the cookie is missing or another browser's. */
  | { kind: 'foreign' };

export interface OAuthStateOptions {
  /** Key of the HMAC, the same on every node; derived from the encryption key for this purpose only. */
  stateKey: Uint8Array;
  /** The cookie is sent only below this path. */
  cookiePath: string;
  /** Whether visitors come by https; browsers drop `Secure` cookies on plain http. */
  isSecure: boolean;
  clock: Pick<Clock, 'now'>;
}

/** Makes and verifies states. `cookie` is always the request's whole Cookie header. */
export interface OAuthStates {
  /** `metadata` travels in the state: Slack and the browser can read it, and nobody can change it. */
  issue(cookie: string | undefined, metadata?: string): { state: string; setCookie: string };
  verify(state: string | undefined, cookie: string | undefined): StateCheck;
  /** The metadata of a state that is ours, also when it has expired or is another browser's: to start again with it. */
  metadataOf(state: string | undefined): string | undefined;
}

/** Builds the maker and verifier of states. */
export function createOAuthStates({ stateKey, cookiePath, isSecure, clock }: OAuthStateOptions): OAuthStates {
  // The prefix makes browsers refuse a cookie of this name that was planted over plain http (RFC 6265bis, 4.1.3.1).
  const cookieName = isSecure ? '__Secure-slack-install' : 'slack-install';
  const attributes = `Path=${cookiePath}; Max-Age=${COOKIE_MAX_AGE_SECONDS}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  const mac = (purpose: string, data: string | Uint8Array) =>
    createHmac('sha256', stateKey).update(`${purpose}:`).update(data).digest();
  const fingerprintOf = (browserId: string) => mac('browser', browserId).subarray(0, BROWSER_BYTES);

  function payloadOf(state: string | undefined): Buffer | undefined {
    const bytes = decode(state);
    if (!bytes) return undefined;
    const payload = bytes.subarray(0, -MAC_BYTES);
    return timingSafeEqual(bytes.subarray(-MAC_BYTES), mac('state', payload)) ? payload : undefined;
  }

  return {
    issue(cookie, metadata = '') {
      const browserId = browserIdIn(cookie, cookieName) ?? randomBytes(24).toString('base64url');
      const head = [randomBytes(NONCE_BYTES), timeBytes(clock.now()), fingerprintOf(browserId)];
      const payload = Buffer.concat([...head, Buffer.from(metadata)]);
      const state = Buffer.concat([payload, mac('state', payload)]).toString('base64url');
      return { state, setCookie: `${cookieName}=${browserId}; ${attributes}` };
    },

    verify(state, cookie) {
      const payload = payloadOf(state);
      if (!state || !payload) return { kind: 'forged' };
      // A negative age is a clock that was ahead, another node's or this one: the HMAC says that the time is ours.
      const ageMs = clock.now() - payload.readUIntBE(NONCE_BYTES, TIME_BYTES);
      if (ageMs >= STATE_TTL_MS || ageMs < -MAX_AHEAD_MS) return { kind: 'expired' };
      const browserId = browserIdIn(cookie, cookieName);
      const fingerprint = payload.subarray(NONCE_BYTES + TIME_BYTES, HEAD_BYTES);
      if (browserId === undefined || !timingSafeEqual(fingerprint, fingerprintOf(browserId)))
        return { kind: 'foreign' };
      return { kind: 'valid', hash: createHash('sha256').update(state).digest('hex'), metadata: metadataIn(payload) };
    },

    metadataOf(state) {
      const payload = payloadOf(state);
      return payload && metadataIn(payload);
    },
  };
}

function metadataIn(payload: Buffer): string | undefined {
  return payload.toString('utf8', HEAD_BYTES) || undefined;
}

function timeBytes(nowMs: number): Buffer {
  const bytes = Buffer.alloc(TIME_BYTES);
  bytes.writeUIntBE(Math.floor(nowMs), 0, TIME_BYTES);
  return bytes;
}

/** Only the one canonical spelling: base64url has several for the same bytes, and each would have a hash of its own. */
function decode(state: string | undefined): Buffer | undefined {
  const bytes = Buffer.from(state ?? '', 'base64url');
  const isPossible =
    bytes.length >= HEAD_BYTES + MAC_BYTES && bytes.length <= HEAD_BYTES + MAX_METADATA_BYTES + MAC_BYTES;
  return isPossible && bytes.toString('base64url') === state ? bytes : undefined;
}

function browserIdIn(cookie: string | undefined, cookieName: string): string | undefined {
  const pairs = (cookie ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1);
  return value !== undefined && /^[A-Za-z0-9_-]{32}$/.test(value) ? value : undefined;
}
