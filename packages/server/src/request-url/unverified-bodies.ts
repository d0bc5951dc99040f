/**
 * The memory that half-sent bodies hold together, before anybody knows who sends them. When it is too much the slowest are cut:
 * what Slack sends is whole within milliseconds.
 */
import type { Clock } from '../time/clock.ts';

/** Room for as many bodies of Slack's as it can have under way; strangers cannot use more than this either. */
const LIMIT_BYTES = 32 * 1_048_576;
/** Cut down to this share at once: looking for the slowest takes a look at all. */
const CUT_TO = 7 / 8;
/** Every body counts as though it had begun like this, so that one of which little has come yet is not the slowest. */
const HEAD_START_BYTES = 1_048_576;
const HEAD_START_MS = 100;

/** A body that is being read. */
export interface UnverifiedBody {
  /** What has come. */
  readonly sizeBytes: number;
  /** Its memory is wanted for faster ones. */
  cut(): void;
}

interface Counted {
  body: UnverifiedBody;
  bytes: number;
  sinceMs: number;
}

export interface UnverifiedBodiesDeps {
  clock: Pick<Clock, 'monotonic'>;
  /** @defaultValue 32 MiB */
  limitBytes?: number;
  /** So many were cut. */
  onCut(count: number): void;
}

/** One per process. */
export class UnverifiedBodies {
  readonly #deps: UnverifiedBodiesDeps;
  readonly #limitBytes: number;
  /** A list: entries of a map that come and go are garbage that stays (docs/adr/0005). */
  #bodies: Counted[] = [];
  #bufferedBytes = 0;

  constructor(deps: UnverifiedBodiesDeps) {
    this.#deps = deps;
    this.#limitBytes = deps.limitBytes ?? LIMIT_BYTES;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Counts a body from now on; `grow` before it takes memory, and `end` when it needs none any more, both any number of times. */
  begin(body: UnverifiedBody): { grow(bytes: number): void; end(): void } {
    const counted: Counted = { body, bytes: 0, sinceMs: this.#deps.clock.monotonic() };
    this.#bodies.push(counted);
    return {
      grow: (bytes) => {
        counted.bytes += bytes;
        this.#bufferedBytes += bytes;
        if (this.#bufferedBytes > this.#limitBytes) this.#cutSlowest();
      },
      end: () => this.#end(counted),
    };
  }

  #end(counted: Counted): void {
    const index = this.#bodies.indexOf(counted);
    if (index < 0) return;
    this.#bufferedBytes -= counted.bytes;
    const last = this.#bodies.pop() as Counted;
    if (last !== counted) this.#bodies[index] = last;
  }

  #cutSlowest(): void {
    const nowMs = this.#deps.clock.monotonic();
    const bySpeed = this.#bodies
      .map((counted) => ({ counted, speed: speedOf(counted, nowMs) }))
      .sort((one, other) => one.speed - other.speed);
    let count = 0;
    for (const { counted } of bySpeed) {
      if (this.#bufferedBytes <= this.#limitBytes * CUT_TO) break;
      this.#end(counted);
      counted.body.cut();
      count++;
    }
    this.#deps.onCut(count);
  }
}

/** Bytes per millisecond. */
function speedOf({ body, sinceMs }: Counted, nowMs: number): number {
  return (body.sizeBytes + HEAD_START_BYTES) / (nowMs - sinceMs + HEAD_START_MS);
}
