/**
 * Logins of browsers: a cookie that says which role it has and until when, sealed with an HMAC. No row is kept of it, so it is valid on
 * every node that has the same key and token, and ends by itself, or for all at once when the token is changed.
 *
 *   operate . 1795043200000 . nonce . HMAC(key of the role's token, all before)
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '../operations/operation.ts';
import type { Clock } from '../time/clock.ts';
import type { AdminTokens } from './tokens.ts';

/** A working day, in milliseconds: a browser that was left open is no operator for ever. */
const LIFETIME_MS = 12 * 3_600_000;

/** A login. */
export interface Session {
  role: Role;
  expiresAtMs: number;
  /** What a page must send as x-csrf-token with everything that changes something. */
  csrfToken: string;
}

export interface SessionsDeps {
  tokens: AdminTokens;
  /** The same on every node. */
  key: Uint8Array;
  /** Whether browsers come over https, where they do not say it themselves. */
  isSecure: boolean;
  clock: Pick<Clock, 'now'>;
}

/** Begins sessions, reads and ends them. */
export interface Sessions {
  begin(role: Role, request: Request): { session: Session; setCookie: string };
  /** Undefined without a valid one. */
  find(request: Request): Session | undefined;
  /** What makes a browser forget it. */
  endCookies(): readonly string[];
}

/** The prefix lets no other host and no http set it. (https://www.rfc-editor.org/rfc/rfc6265bis) */
const SECURE_NAME = '__Host-slack-bot-admin';
const PLAIN_NAME = 'slack-bot-admin';

/** Builds the sessions of the tokens. */
export function createSessions({ tokens, key, isSecure, clock }: SessionsDeps): Sessions {
  const keys = new Map<string, Buffer>();
  for (const role of ['operate', 'read'] as const) {
    const token = tokens[role];
    if (token !== undefined) keys.set(role, mac(key, `${role} ${token}`));
  }
  const sessionOf = (value: string): Session | undefined => {
    const [, text = '', role = '', expires = '', nonce = '', seal = ''] = SHAPE.exec(value) ?? [];
    const roleKey = keys.get(role);
    if (!roleKey || !isSame(mac(roleKey, text), Buffer.from(seal, 'base64url'))) return undefined;
    if (Number(expires) <= clock.now()) return undefined;
    return { role: role as Role, expiresAtMs: Number(expires), csrfToken: csrfOf(roleKey, nonce) };
  };
  return {
    begin(role, request) {
      const roleKey = keys.get(role);
      if (!roleKey) throw new TypeError(`No token of the role ${role}`);
      const expiresAtMs = clock.now() + LIFETIME_MS;
      const nonce = randomBytes(16).toString('base64url');
      const text = `${role}.${expiresAtMs}.${nonce}`;
      const value = `${text}.${mac(roleKey, text).toString('base64url')}`;
      const setCookie = cookie(value, {
        isSecure: isFromHttps(request) ?? isSecure,
        maxAgeSeconds: LIFETIME_MS / 1_000,
      });
      return { session: { role, expiresAtMs, csrfToken: csrfOf(roleKey, nonce) }, setCookie };
    },
    find(request) {
      for (const value of valuesIn(request.headers.get('cookie'))) {
        const session = sessionOf(value);
        if (session) return session;
      }
      return undefined;
    },
    endCookies: () => [true, false].map((secure) => cookie('', { isSecure: secure, maxAgeSeconds: 0 })),
  };
}

const SHAPE = /^((operate|read)\.(\d{1,16})\.([\w-]{1,64}))\.([\w-]{1,64})$/;

function mac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function csrfOf(key: Uint8Array, nonce: string): string {
  return mac(key, `csrf ${nonce}`).toString('base64url');
}

/** In constant time. */
export function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Behind a proxy that ends TLS only the browser knows: it says so in the Origin of whatever it posts. */
function isFromHttps(request: Request): boolean | undefined {
  return request.headers.get('origin')?.startsWith('https:');
}

function cookie(value: string, { isSecure, maxAgeSeconds }: { isSecure: boolean; maxAgeSeconds: number }): string {
  const name = isSecure ? SECURE_NAME : PLAIN_NAME;
  return `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}

function valuesIn(header: string | null): string[] {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return [SECURE_NAME, PLAIN_NAME].flatMap((name) =>
    pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1)),
  );
}
