/** Reads the JSON body of a request, within limits of size and depth. How long it may take is limited by the server (http/server.ts). */
import { BotServerError } from '../errors.ts';
import { readAtMost } from '../http/limited-body.ts';

/** In bytes: a thousand lines of an import (MAX_IMPORT_LINES) of 4 KiB. */
const BODY_LIMIT_BYTES = 4_194_304;

/** Nothing that an operation takes is nested deeper than a few levels; what walks over it recurses. */
const DEPTH_LIMIT = 32;

/**
 * The fields in the body; without a body none.
 * @throws BotServerError `body_too_large`, `media_type_unsupported`, `invalid_input`
 */
export async function readJsonBody(request: Request, limitBytes = BODY_LIMIT_BYTES): Promise<unknown> {
  const bytes = await readBytes(request, limitBytes);
  if (bytes.length === 0) return {};
  const type = request.headers.get('content-type') ?? '';
  // A form of another site can post texts, but no JSON without asking first.
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    const got = type === '' ? 'none' : JSON.stringify(type.slice(0, 64));
    throw new BotServerError('media_type_unsupported', `content-type must be application/json; got ${got}`);
  }
  const value = parse(bytes);
  if (!isWithin(value, DEPTH_LIMIT)) {
    throw new BotServerError('invalid_input', `the body must not be nested deeper than ${DEPTH_LIMIT} levels`);
  }
  return value;
}

async function readBytes(request: Request, limitBytes: number): Promise<Buffer> {
  let bytes: Buffer | undefined;
  try {
    bytes = await readAtMost(request, limitBytes);
  } catch (cause) {
    throw new BotServerError('invalid_input', 'the body ended before it was complete', { cause });
  }
  if (!bytes) throw new BotServerError('body_too_large', `the body must have at most ${limitBytes} bytes`);
  return bytes;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The message of the parser repeats a part of the body, which may be a token.
    throw new BotServerError('invalid_input', 'the body must be JSON in UTF-8');
  }
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((one) => isWithin(one, levels - 1));
}
