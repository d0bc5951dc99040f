/**
 * Signed requests in a file, made before they are sent: a generator must not sign while it measures. All have one length, so
 * the n-th is at a known place. A signature is good for 300 s; older files are written anew.
 */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bodyOf, headersOf, nthEvent, rawRequest, type Spread } from './event.ts';

/** Requests that nobody has sent yet. */
export interface Range {
  file: string;
  requestBytes: number;
  first: number;
  count: number;
}

export interface RequestsFileOptions {
  path: string;
  secret: string;
  spread: Spread;
  /** Requests in the file; more only if one call wants more. */
  capacity: number;
  /** Told when the file is written, which takes a second or two. */
  onWrite?: (count: number) => void;
}

/** A file is used for so long; what is left of the 300 s is for the run that begins last. */
const FRESH_MS = 200_000;
const PAGE = 1_000;
const ID_BYTES = 6;

export class RequestsFile {
  readonly #options: RequestsFileOptions;
  #requestBytes = 0;
  #count = 0;
  #next = 0;
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: RequestsFileOptions) {
    this.#options = options;
  }

  /** The next server knows no event yet: it may get those that others had. */
  rewind(): void {
    this.#next = 0;
  }

  /** Requests for one run. Say with `used` how many were sent: the rest is for the next one. */
  async reserve(count: number): Promise<Range> {
    const isStale = performance.now() - this.#writtenAtMs > FRESH_MS;
    if (isStale || this.#count - this.#next < count) await this.#write(Math.max(count, this.#options.capacity));
    return { file: this.#options.path, requestBytes: this.#requestBytes, first: this.#next, count };
  }

  used(count: number): void {
    this.#next += count;
  }

  async #write(count: number): Promise<void> {
    const { path, onWrite } = this.#options;
    onWrite?.(count);
    await using file = await open(path, 'w', 0o600);
    const nowSeconds = Math.floor(Date.now() / 1_000);
    this.#requestBytes = this.#request(0, nowSeconds).length;
    for (let from = 0; from < count; from += PAGE) {
      const page = Array.from({ length: Math.min(PAGE, count - from) }, (_, i) => this.#request(from + i, nowSeconds));
      await file.write(page.join(''), null, 'latin1');
      await nextTurn();
    }
    this.#count = count;
    this.#next = 0;
    this.#writtenAtMs = performance.now();
  }

  #request(number: number, nowSeconds: number): string {
    const { secret, spread } = this.#options;
    const random = randomBytes(ID_BYTES).toString('hex').toUpperCase();
    const body = bodyOf(nthEvent(number, random, spread), nowSeconds);
    return rawRequest(body, headersOf(body, { secret, nowSeconds }));
  }
}
