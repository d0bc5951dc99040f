/**
 * Bodies that take long to send: in pieces, so that it can be seen whether they move on. An upload is limited by its progress
 * and not by its size; what nobody sees is said below.
 */
import type { SlackRequestInit } from './slack-request.ts';

/** How a body is sent, and how it is told that it moves on. */
interface Upload {
  body: ReadableStream<Uint8Array>;
  /** Undefined when it is not known before: then the body goes in chunks. */
  sizeBytes: number | undefined;
  /** Of a form, with its boundary. */
  contentType: string | null;
}

/** Told before each piece: the last one was taken. `graceMs`: how long it may take beyond the limit until the next sign. */
export type OnProgress = (graceMs: number) => void;

/** A quarter of a second on a line of 2 Mbit/s: small enough for a sign of progress, large enough to cost nothing. */
const PIECE_BYTES = 65_536;
/** A text of this size, in characters, is sent like any other: 10 s are enough for it. */
const SMALL_TEXT = 262_144;
/**
 * What was taken may still be in buffers of this machine, from where it leaves without a sign: 4 MiB at most (tcp_wmem of
 * Linux). For that much 2 Mbit/s must do: an upload that is stuck there is given up so much later.
 */
const UNSEEN_BYTES = 4_194_304;
const SLOWEST_BYTES_PER_MS = 250;

/** Nearly all bodies: short texts and forms without files. */
function isPlain(body: unknown): boolean {
  return (
    body === undefined ||
    body === null ||
    body instanceof URLSearchParams ||
    (typeof body === 'string' && body.length < 65_536)
  );
}

/** The request, with its body in pieces when that is large. */
export async function inPiecesIfLarge(init: SlackRequestInit, onProgress: OnProgress): Promise<SlackRequestInit> {
  const upload = isPlain(init.body) ? undefined : await uploadOf(init.body, onProgress);
  return upload ? { ...init, ...uploadInit(init, upload) } : init;
}

function uploadInit({ headers }: SlackRequestInit, { body, sizeBytes, contentType }: Upload) {
  const sent = new Headers(headers);
  if (sizeBytes !== undefined) sent.set('content-length', String(sizeBytes));
  if (contentType !== null && !sent.has('content-type')) sent.set('content-type', contentType);
  return { body, headers: sent, duplex: 'half' };
}

/** The body as an upload; undefined when it is small or no body. Bytes can be sent again, a stream cannot. */
async function uploadOf(body: unknown, onProgress: OnProgress): Promise<Upload | undefined> {
  if (body instanceof ReadableStream) {
    return { body: watched(body as ReadableStream<Uint8Array>, onProgress), sizeBytes: undefined, contentType: null };
  }
  const read = await bytesOf(body);
  if (!read || read.bytes.length <= PIECE_BYTES) return undefined;
  const { bytes, contentType } = read;
  return { body: inPieces(bytes, onProgress), sizeBytes: bytes.length, contentType };
}

async function bytesOf(body: unknown): Promise<{ bytes: Uint8Array; contentType: string | null } | undefined> {
  if (typeof body === 'string') {
    return body.length > SMALL_TEXT ? { bytes: Buffer.from(body), contentType: 'text/plain;charset=UTF-8' } : undefined;
  }
  if (ArrayBuffer.isView(body)) {
    return { bytes: new Uint8Array(body.buffer, body.byteOffset, body.byteLength), contentType: null };
  }
  if (body instanceof ArrayBuffer) return { bytes: new Uint8Array(body), contentType: null };
  if (!(body instanceof Blob || body instanceof FormData)) return undefined;
  const encoded = new Response(body);
  return { bytes: new Uint8Array(await encoded.arrayBuffer()), contentType: encoded.headers.get('content-type') };
}

function inPieces(bytes: Uint8Array, onProgress: OnProgress): ReadableStream<Uint8Array> {
  let sent = 0;
  // Nothing is read ahead: a piece is asked for when the one before was taken.
  const queue = new CountQueuingStrategy({ highWaterMark: 0 });
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        onProgress(sent < bytes.length ? 0 : graceMs(sent));
        if (sent >= bytes.length) return controller.close();
        controller.enqueue(bytes.subarray(sent, sent + PIECE_BYTES));
        sent += PIECE_BYTES;
        return undefined;
      },
    },
    queue,
  );
}

function watched(stream: ReadableStream<Uint8Array>, onProgress: OnProgress): ReadableStream<Uint8Array> {
  let sent = 0;
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      sent += piece.length;
      onProgress(0);
      controller.enqueue(piece);
    },
    flush: () => onProgress(graceMs(sent)),
  });
  return stream.pipeThrough(watch);
}

function graceMs(sentBytes: number): number {
  return Math.min(sentBytes, UNSEEN_BYTES) / SLOWEST_BYTES_PER_MS;
}
