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

// In bytes, in the order of the header's picture. Six hold milliseconds until the year 10889; the MAC is a whole SHA-256.
const NONCE_BYTES = 16;
const TIME_BYTES = 6;
const BROWSER_BYTES = 16;
const MAC_BYTES = 32;
const HEAD_BYTES = NONCE_BYTES + TIME_BYTES + BROWSER_BYTES;

/** What a state turned out to be. `hash` identifies it without being usable as one. */
export type StateCheck =
  /** `metadata` as it was given to `issue`; `verifier` is the one that `issue` gave. */
  | { kind: 'valid'; hash: string; metadata: string | undefined; verifier: string }
  /** Missing, damaged, or not made with our key. */
  | { kind: 'forged' }
  | { kind: 'expired' }
  /** Ours, but the cookie is missing or another browser's. */
  | { kind: 'foreign' };

export interface OAuthStateOptions {
  /** Key of the HMAC, the same on every node; derived from the encryption key for this purpose only. */
  stateKey: Uint8Array;
  /** On plain http the cookie is sent only below this path. */
  cookiePath: string;
  /** Whether visitors come by https; browsers drop `Secure` cookies on plain http, and `__Host-` ones with them. */
  isSecure: boolean;
  clock: Pick<Clock, 'now'>;
}

/** Makes and verifies states. `cookie` is always the request's whole Cookie header. */
export interface OAuthStates {
  /**
   * `metadata` travels in the state: Slack and the browser can read it, and nobody can change it. `verifier` is a secret of
   * this visit for PKCE, which only a node with the key can make of the state.
   */
  issue(cookie: string | undefined, metadata?: string): { state: string; setCookie: string; verifier: string };
  verify(state: string | undefined, cookie: string | undefined): StateCheck;
  /** The metadata of a state that is ours, also when it has expired or is another browser's: to start again with it. */
  metadataOf(state: string | undefined): string | undefined;
}

/** Builds the maker and verifier of states. */
export function createOAuthStates({ stateKey, cookiePath, isSecure, clock }: OAuthStateOptions): OAuthStates {
  // Whoever could plant the cookie of a visit of theirs in another's browser could end that visit there. With this prefix browsers
  // take the cookie from this host alone and over https alone, not from its siblings. (RFC 6265bis, 4.1.3.2)
  const cookieName = isSecure ? '__Host-slack-install' : 'slack-install';
  const attributes = `Path=${isSecure ? '/' : cookiePath}; Max-Age=${COOKIE_MAX_AGE_SECONDS}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  const mac = (purpose: string, data: string | Uint8Array) =>
    createHmac('sha256', stateKey).update(`${purpose}:`).update(data).digest();
  const fingerprintOf = (browserId: string) => mac('browser', browserId).subarray(0, BROWSER_BYTES);

  const verifierOf = (payload: Buffer) => mac('pkce', payload).toString('base64url');

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
      return { state, setCookie: `${cookieName}=${browserId}; ${attributes}`, verifier: verifierOf(payload) };
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
      const hash = createHash('sha256').update(state).digest('hex');
      return { kind: 'valid', hash, metadata: metadataIn(payload), verifier: verifierOf(payload) };
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

/**
 * Undefined also when there are two: a browser has one of ours, so somebody planted the other. Only what separates cookies is taken
 * away around a name, and no other white space: `\u00a0__Host-…` has no prefix for a browser.
 */
function browserIdIn(cookie: string | undefined, cookieName: string): string | undefined {
  const pairs = (cookie ?? '').split(';').map((pair) => pair.replace(/^[ \t]+/, ''));
  const [pair, ...more] = pairs.filter((one) => one.startsWith(`${cookieName}=`));
  const value = pair?.slice(cookieName.length + 1).replace(/[ \t]+$/, '');
  return more.length === 0 && value !== undefined && /^[A-Za-z0-9_-]{32}$/.test(value) ? value : undefined;
}
