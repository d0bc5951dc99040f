/**
 * Reads answers of Slack within limits of memory. Slack's own are some megabytes at most; a foreign server, or a proxy in front of
 * it, can send anything, to all teams at once.
 */

/** One answer, after it was unpacked. */
const MAX_BYTES = 8 * 1_048_576;
/** All answers that are being read. */
const MAX_BYTES_AT_ONCE = 64 * 1_048_576;
/** Longer codes are no codes: they are written to logs, rows and metrics. */
const MAX_CODE_LENGTH = 100;

/** An answer that was not read to its end. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

export interface AnswerLimits {
  /** @defaultValue 8 MiB */
  bytes?: number;
  /** @defaultValue 64 MiB */
  bytesAtOnce?: number;
}

/** Reads bodies as text. @throws AnswerTooLargeError; the rest of that answer is not read */
export type ReadAnswer = (response: Response) => Promise<string>;

/** Builds the reader of a process. */
export function createAnswerReader({
  bytes = MAX_BYTES,
  bytesAtOnce = MAX_BYTES_AT_ONCE,
}: AnswerLimits = {}): ReadAnswer {
  let bufferedBytes = 0;
  return async ({ body }) => {
    if (!body) return '';
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    try {
      for await (const chunk of body) {
        sizeBytes += chunk.byteLength;
        bufferedBytes += chunk.byteLength;
        // Leaving the loop cancels the body, and with it the connection.
        if (sizeBytes > bytes) throw new AnswerTooLargeError(`an answer of more than ${bytes} bytes`);
        if (bufferedBytes > bytesAtOnce)
          throw new AnswerTooLargeError(`answers of more than ${bytesAtOnce} bytes at once`);
        chunks.push(chunk);
      }
      return new TextDecoder().decode(Buffer.concat(chunks, sizeBytes));
    } finally {
      bufferedBytes -= sizeBytes;
    }
  };
}

/** A code as it may be written down: Slack's are words, and anything else is cut and marked. */
export function errorCode(text: string): string {
  const word = text.replace(/[^\w.:-]/g, '?');
  return word.length <= MAX_CODE_LENGTH ? word : `${word.slice(0, MAX_CODE_LENGTH)}…`;
}

/** The answer with a code that may be written down: the SDK makes an error of it, with the code in its message. */
export function withErrorCode(text: string): string {
  const body = failureIn(text);
  if (body === undefined || errorCode(body.error) === body.error) return text;
  return JSON.stringify({ ...body, error: errorCode(body.error) });
}

/** `ok: false` with its code. Most answers are fine, and some are large: they are not parsed for it. */
export function failureIn(text: string): { ok: false; error: string } | undefined {
  if (!/"ok"\s*:\s*false/.test(text)) return undefined;
  try {
    const body = JSON.parse(text) as { ok?: unknown; error?: unknown };
    return body.ok === false && typeof body.error === 'string' ? { ...body, ok: false, error: body.error } : undefined;
  } catch {
    return undefined;
  }
}
