/**
 * Reads the body of a request for a page or for `/_sim` before hono sees it: at most so many bytes, and nothing at all
 * of a client that goes away half-way. hono's adapter takes what it finds as `rawBody`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BODY_LIMIT_BYTES, hasBody, readBody } from './body.ts';

/** Files come in by this path as base64; 32 MB of them are 43 MB. */
const WITH_FILES = '/_sim/acts';
const FILES_LIMIT_BYTES = 48 * 1024 * 1024;

/** Serves the request once its body is there; answers 413 when it is too large. */
export async function serveWithBody(
  request: IncomingMessage & { rawBody?: Buffer },
  response: ServerResponse,
  { path, serve }: { path: string; serve: () => void | Promise<void> },
): Promise<void> {
  if (hasBody(request)) {
    const limitBytes = path === WITH_FILES ? FILES_LIMIT_BYTES : BODY_LIMIT_BYTES;
    const body = await readBody(request, limitBytes);
    if (body.kind === 'aborted') return;
    if (body.kind === 'too_large') {
      refuse(response, path.startsWith('/_sim') ? controlError(limitBytes) : { ok: false, error: 'too_large' });
      return;
    }
    request.rawBody = body.bytes;
  }
  await serve();
}

function controlError(limitBytes: number) {
  return { error: { code: 'invalid_input', message: `The body exceeds ${limitBytes} bytes` } };
}

function refuse(response: ServerResponse, answer: unknown): void {
  response.writeHead(413, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
}
