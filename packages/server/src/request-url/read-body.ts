/** Reads what was posted to the request URL into one buffer, with limits on size, time and memory. Knows nothing of signatures. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../time/clock.ts';
import type { SmallChunks } from './small-chunks.ts';
import type { UnverifiedBodies } from './unverified-bodies.ts';

/** Far above what Slack sends: an event holds at most 40,000 characters of text and 100 attachments. */
export const BODY_LIMIT_BYTES = 1_048_576;
/** Slack gives up after 3 s; whoever takes longer only holds a connection and memory. */
const BODY_TIMEOUT_MS = 10_000;
const FIRST_BUFFER_BYTES = 4_096;

/** What came of reading; `cut` = others needed the memory, `gone` = the client closed the connection. */
export type ReadBody =
  | { kind: 'read'; bytes: Buffer }
  | { kind: 'too_large' }
  | { kind: 'too_slow' }
  | { kind: 'cut' }
  | { kind: 'gone' };

export interface ReadBodyDeps {
  clock: Clock;
  bodies: Pick<UnverifiedBodies, 'begin'>;
  chunks: Pick<SmallChunks, 'ofBody'>;
}

/** Reads a body of at most 1 MiB within 10 s. What is too much is left where it is. */
export function readBody(request: IncomingMessage, deps: ReadBodyDeps): Promise<ReadBody> {
  const declared = request.headers['content-length'];
  if (declared !== undefined && Number(declared) > BODY_LIMIT_BYTES) return Promise.resolve({ kind: 'too_large' });
  return new Promise((resolve) => {
    const settle = (result: ReadBody) => {
      timer.cancel();
      body.end();
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      if (result.kind !== 'read') request.pause();
      resolve(result);
    };
    const body = new GrowingBody(deps.bodies, Number(declared ?? BODY_LIMIT_BYTES), () => settle({ kind: 'cut' }));
    const mayBe = deps.chunks.ofBody();
    const onData = (chunk: Buffer) => {
      if (!mayBe(chunk.length) || !body.add(chunk)) settle({ kind: 'too_large' });
    };
    const onEnd = () => settle({ kind: 'read', bytes: body.bytes() });
    const onClose = () => settle({ kind: 'gone' });
    const timer = deps.clock.after(BODY_TIMEOUT_MS, () => settle({ kind: 'too_slow' }));
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/** One buffer that grows with what comes, never ahead of it by more than double: a length that was only declared costs nothing. */
class GrowingBody {
  sizeBytes = 0;
  readonly #bodies: ReadBodyDeps['bodies'];
  readonly #mostBytes: number;
  readonly #onCut: () => void;
  #buffer: Buffer = EMPTY;
  #account: ReturnType<UnverifiedBodies['begin']> | undefined;
  #isEnded = false;

  constructor(bodies: ReadBodyDeps['bodies'], mostBytes: number, onCut: () => void) {
    this.#bodies = bodies;
    this.#mostBytes = mostBytes;
    this.#onCut = onCut;
  }

  /** False when it is too much. */
  add(chunk: Buffer): boolean {
    const sizeBytes = this.sizeBytes + chunk.length;
    if (sizeBytes > this.#mostBytes) return false;
    // The usual body comes in one piece, and nobody can hold what is whole.
    if (sizeBytes === this.#mostBytes && this.sizeBytes === 0) this.#buffer = chunk;
    else if (!this.#copy(chunk, sizeBytes)) return true;
    this.sizeBytes = sizeBytes;
    return true;
  }

  bytes(): Buffer {
    return this.#buffer.length === this.sizeBytes ? this.#buffer : this.#buffer.subarray(0, this.sizeBytes);
  }

  end(): void {
    this.#isEnded = true;
    this.#account?.end();
    this.#buffer = EMPTY;
  }

  cut(): void {
    this.#onCut();
  }

  /** False when it was cut meanwhile. */
  #copy(chunk: Buffer, sizeBytes: number): boolean {
    if (sizeBytes > this.#buffer.length) {
      this.#account ??= this.#bodies.begin(this);
      const roomBytes = Math.min(this.#mostBytes, Math.max(FIRST_BUFFER_BYTES, 2 * sizeBytes));
      this.#account.grow(roomBytes - this.#buffer.length);
      if (this.#isEnded) return false;
      // Its own memory: a piece of Node's pool would keep the rest of that.
      const grown = Buffer.allocUnsafeSlow(roomBytes);
      this.#buffer.copy(grown, 0, 0, this.sizeBytes);
      this.#buffer = grown;
    }
    chunk.copy(this.#buffer, this.sizeBytes);
    return true;
  }
}

const EMPTY = Buffer.alloc(0);
