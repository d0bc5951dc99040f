/** Reads and parses what was posted to the request URL, with limits on size and time. Knows nothing of signatures. */
import type { IncomingMessage } from 'node:http';
import { recordIn } from '../intake/event-routing.ts';
import type { Clock } from '../time/clock.ts';

/** Far above what Slack sends: an event holds at most 40,000 characters of text and 100 attachments. */
const BODY_LIMIT_BYTES = 1_048_576;
/** Slack gives up after 3 s; whoever takes longer only holds a connection and memory. */
const BODY_TIMEOUT_MS = 10_000;

/** What came of reading; `gone` = the client closed the connection. */
export type ReadBody =
  | { kind: 'read'; bytes: Buffer }
  | { kind: 'too_large' }
  | { kind: 'too_slow' }
  | { kind: 'gone' };

/** The body as an object. `bytes` only where it came as JSON: what is stored is what Slack sent. */
export interface ParsedBody {
  body: Record<string, unknown>;
  bytes?: Uint8Array;
}

/** Reads a body of at most 1 MiB within 10 s. What is too much is read on and thrown away, so that the client can read the answer. */
export function readBody(request: IncomingMessage, clock: Clock): Promise<ReadBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    let isSettled = false;
    const settle = (result: ReadBody) => {
      isSettled = true;
      timer.cancel();
      resolve(result);
    };
    const timer = clock.after(BODY_TIMEOUT_MS, () => settle({ kind: 'too_slow' }));
    request.on('data', (chunk: Buffer) => {
      if (isSettled) return;
      sizeBytes += chunk.length;
      if (sizeBytes > BODY_LIMIT_BYTES) settle({ kind: 'too_large' });
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const [only] = chunks;
      settle({ kind: 'read', bytes: only && chunks.length === 1 ? only : Buffer.concat(chunks) });
    });
    request.on('close', () => settle({ kind: 'gone' }));
  });
}

/** Slack's occasional look at the certificate: a form with `ssl_check=1`. */
export function isSslCheck(contentType: string | undefined, bytes: Buffer): boolean {
  if (!isForm(contentType) || !bytes.includes('ssl_check=1')) return false;
  return new URLSearchParams(bytes.toString('utf8')).get('ssl_check') === '1';
}

/** JSON, a form with JSON in `payload`, or the form of a slash command; undefined when it is none of these. */
export function parseBody(contentType: string | undefined, bytes: Buffer): ParsedBody | undefined {
  if (isForm(contentType)) {
    const form = new URLSearchParams(bytes.toString('utf8'));
    const payload = form.get('payload');
    const body = payload === null ? Object.fromEntries(form) : parseJson(payload);
    return body && { body };
  }
  const body = parseJson(bytes.toString('utf8'));
  return body && { body, bytes: standalone(bytes) };
}

/** A view of something larger would keep all of that in memory; what Node gives for a request is none. */
function standalone(bytes: Buffer): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
}

function isForm(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/x-www-form-urlencoded\b/i.test(contentType);
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return recordIn(JSON.parse(text)) as Record<string, unknown> | undefined;
  } catch {
    return undefined;
  }
}
