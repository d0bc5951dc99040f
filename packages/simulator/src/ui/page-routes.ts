/** `/`: the page, as the build left its files, and `/app_redirect`, which leads into it. What it shows and does goes over `/_sim`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { styleSheet } from '../page/style-sheet.ts';
import type { World } from '../workspace/world.ts';
import { appRedirect } from './app-redirect.ts';

/** From src/ui and dist/ui alike. Not dist/page: the build of the page empties its folder, and src/page is compiled into that one. */
const BUILT = fileURLToPath(new URL('../../dist/chat-page/', import.meta.url));

/** No inline script or style, nothing from elsewhere: pictures that somebody clicked are `blob:`, `data:` is the empty icon. Two columns are two frames of the page itself. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** The page's routes. @param folder Where its files are. @defaultValue where the build leaves them */
export function pageRoutes(world: World, folder: string = BUILT): Hono {
  const routes = new Hono();
  routes.get('/', (c) => {
    const page = readPage(folder);
    if (page === undefined)
      return c.text('The page was not built. In a clone of the repository run: npm run build:pages\n', 404, HEADERS);
    return c.html(page, 200, { ...HEADERS, 'cache-control': 'no-cache' });
  });
  routes.get('/app_redirect', (c) => c.redirect(appRedirect(world, c.req.query()), 302));
  routes.get('/_ui/style.css', (c) => c.body(styleSheet, 200, { 'content-type': 'text/css; charset=utf-8' }));
  // The library warns of a folder that is not there.
  if (!existsSync(folder)) return routes;
  routes.use('/_page/assets/*', async (c, next) => {
    await next();
    if (c.res.ok) c.header('cache-control', 'public, max-age=31536000, immutable');
    c.header('x-content-type-options', 'nosniff');
  });
  routes.use(
    '/_page/*',
    serveStatic({ root: folder, precompressed: true, rewriteRequestPath: (path) => path.replace(/^\/_page/, '') }),
  );
  return routes;
}

function readPage(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'index.html'), 'utf8');
  } catch {
    return undefined;
  }
}
