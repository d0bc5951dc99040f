/** Parses what was posted to the request URL. Knows nothing of signatures. */
import type { IncomingMessage } from 'node:http';
import { readObject } from '../read-json.ts';

/** The body as an object. `bytes` only where it came as JSON: what is stored is what Slack sent. */
export interface ParsedBody {
  body: Record<string, unknown>;
  bytes?: Uint8Array;
}

/** More than Slack sends to look at a certificate, and little enough to be read for anybody. */
const SSL_CHECK_BYTES = 1_024;

/** Whether a request may be Slack's look at the certificate, which is not signed: a form that says that it is small. */
export function maySslCheck({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return isForm(headers['content-type']) && length !== undefined && Number(length) <= SSL_CHECK_BYTES;
}

/** Slack's occasional look at the certificate: a small form with `ssl_check=1`. */
export function isSslCheck(contentType: string | undefined, bytes: Buffer): boolean {
  if (bytes.length > SSL_CHECK_BYTES || !isForm(contentType) || !bytes.includes('ssl_check=1')) return false;
  return new URLSearchParams(bytes.toString('utf8')).get('ssl_check') === '1';
}

/** JSON, a form with JSON in `payload`, or the form of a slash command; undefined when it is none of these. */
export function parseBody(contentType: string | undefined, bytes: Buffer): ParsedBody | undefined {
  if (isForm(contentType)) {
    const form = new URLSearchParams(bytes.toString('utf8'));
    const payload = form.get('payload');
    const body = payload === null ? fieldsOf(form) : readObject(payload);
    return body && { body };
  }
  const body = readObject(bytes.toString('utf8'));
  return body && { body, bytes: standalone(bytes) };
}

/** A field of this name would become the prototype of whatever the fields are copied into one by one. */
function fieldsOf(form: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...form].filter(([name]) => name !== '__proto__'));
}

/** A view of something larger would keep all of that in memory; what Node gives for a request is none. */
function standalone(bytes: Buffer): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
}

function isForm(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/x-www-form-urlencoded\b/i.test(contentType);
}
