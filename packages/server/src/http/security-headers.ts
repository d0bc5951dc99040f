/** Headers on every answer of the public app. */
import type { MiddlewareHandler } from 'hono';
import { pageStyleSource } from './page-style.ts';

/** Nothing may be loaded, framed or posted; `data:` is the empty icon that keeps browsers from asking for one. */
const POLICY = [
  "default-src 'none'",
  `style-src ${pageStyleSource}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // The address of the redirect holds the code and the state: neither a link nor a cache may carry it on.
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

/** A year, and this host only: what else there is below its name is not ours to say. Browsers obey it on https alone. */
const ONLY_HTTPS = { 'strict-transport-security': 'max-age=31536000' };

/** Sets the headers, also on errors. A route that set one of them itself keeps its own. */
export function securityHeaders({ isSecure }: { isSecure: boolean }): MiddlewareHandler {
  const all = Object.entries({ ...headers, ...(isSecure && ONLY_HTTPS) });
  return async (context, next) => {
    await next();
    for (const [name, value] of all) {
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
    }
  };
}
