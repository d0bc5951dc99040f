/** Headers on every answer of the public app. */
import type { MiddlewareHandler } from 'hono';
import { styleSource } from './page-style.ts';

/** What the policy lets a page have. */
export interface PageNeeds {
  /** What stands between its style tags, byte by byte. */
  style?: string;
  /** From where its one picture is loaded. */
  imageOrigin?: string | undefined;
}

/** Nothing may be loaded, framed or posted, but for the style and the picture; `data:` is the empty icon that keeps browsers from asking for one. */
export function pagePolicy({ style, imageOrigin }: PageNeeds): string {
  return [
    "default-src 'none'",
    `style-src ${style === undefined ? "'none'" : styleSource(style)}`,
    `img-src data:${imageOrigin === undefined ? '' : ` ${imageOrigin}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const headers = {
  'content-security-policy': pagePolicy({}),
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
