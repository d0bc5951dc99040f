/**
 * The files of the dashboard, as `npm run build` left them: read once, and answered below /admin. Any other path there is the page itself,
 * which knows its places. They tell nothing about the server: what the page shows it asks of the API, with a login.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BotServerError } from '../../errors.ts';

export const DASHBOARD_PATH = '/admin';

/** Only these are built. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** Files with a hash in their name never change. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** No inline script or style, nothing from elsewhere. `data:` is the empty icon. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface BuiltFile {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
  packed: Uint8Array<ArrayBuffer> | undefined;
}

/** Answers what is below DASHBOARD_PATH. */
export interface DashboardFiles {
  /** @throws BotServerError `route_not_found` for a file that is none, or that was not built; `method_not_allowed` */
  answer(request: Request): Response;
}

/** From src/admin/dashboard and dist/admin/dashboard alike. */
const BUILT = fileURLToPath(new URL('../../../dist/dashboard/', import.meta.url));

/** Reads the files when the first one is asked for. @param folder Where they are. @defaultValue where the build leaves them */
export function createDashboardFiles(folder: string = BUILT): DashboardFiles {
  let files: ReadonlyMap<string, BuiltFile> | undefined;
  return {
    answer(request) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        throw new BotServerError('method_not_allowed', `${request.method} is not allowed here`, {
          facts: { allow: 'GET, HEAD' },
        });
      }
      files ??= readFiles(folder);
      const name = new URL(request.url).pathname.slice(DASHBOARD_PATH.length + 1);
      const file = files.get(name) ?? (name.startsWith('assets/') ? undefined : files.get('index.html'));
      if (file) return answerFile(file, request, name);
      if (files.size > 0)
        throw new BotServerError('route_not_found', `There is nothing at ${DASHBOARD_PATH}/${name.slice(0, 200)}`);
      throw new BotServerError('route_not_found', 'The dashboard was not built', {
        fix: 'In a clone of the repository run: npm run build:pages. The published package has it.',
      });
    },
  };
}

function answerFile({ type, bytes, packed }: BuiltFile, request: Request, name: string): Response {
  const mayPack = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  const body = mayPack && packed ? packed : bytes;
  const headers = {
    'content-type': type,
    'content-security-policy': POLICY,
    'content-length': String(body.length),
    'cache-control': name.startsWith('assets/') ? FOR_EVER : 'no-cache',
    vary: 'accept-encoding',
    ...(body === packed && { 'content-encoding': 'gzip' }),
  };
  return new Response(body, { headers });
}

function readFiles(folder: string): Map<string, BuiltFile> {
  const files = new Map<string, BuiltFile>();
  for (const name of namesIn(folder)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const packed = namesIn(folder).includes(`${name}.gz`) ? readFileSync(join(folder, `${name}.gz`)) : undefined;
    files.set(name, { type, bytes: readFileSync(join(folder, name)), packed });
  }
  return files;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  } catch {
    return [];
  }
}
