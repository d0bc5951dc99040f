/** Reads request bodies up to a limit, without ever holding more than that in memory. */
import type { IncomingMessage } from 'node:http';

/** The largest body that is looked at; a message may have 40,000 characters and 50 blocks. */
export const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
/** Beyond this the connection is cut; below it the rest is read and dropped, so that the client can read the answer. */
const DRAIN_LIMIT_BYTES = 64 * 1024 * 1024;

/** The body, or why there is none. */
export type Body = { kind: 'read'; bytes: Buffer } | { kind: 'too_large' } | { kind: 'aborted' };

const NO_BYTES = Buffer.alloc(0);

/** Whether a body follows the headers at all. */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return (length !== undefined && length !== '0') || request.headers['transfer-encoding'] !== undefined;
}

/** Resolves when the body has ended, was cut off, or is more than will be drained. */
export function readBody(request: IncomingMessage, limitBytes = BODY_LIMIT_BYTES): Promise<Body> {
  if (!hasBody(request)) return Promise.resolve({ kind: 'read', bytes: NO_BYTES });
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= limitBytes) chunks.push(chunk);
      else chunks = [];
      if (sizeBytes > DRAIN_LIMIT_BYTES) request.destroy();
    });
    request.on('end', () =>
      resolve(sizeBytes > limitBytes ? { kind: 'too_large' } : { kind: 'read', bytes: Buffer.concat(chunks) }),
    );
    request.on('error', () => resolve({ kind: 'aborted' }));
    request.on('close', () => resolve({ kind: 'aborted' }));
  });
}
