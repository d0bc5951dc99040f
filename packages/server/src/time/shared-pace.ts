/**
 * A pace that several processes share: turns are drawn from one place in blocks, and taken one by one. While that place does not
 * answer a process goes on with its part, as it was last.
 */
import type { Clock } from './clock.ts';

/** A block of turns, `intervalMs` apart. */
export interface DrawnTurns {
  /** When the first one is due, in milliseconds from now; below 0 = it was a moment ago. */
  startInMs: number;
  /** How many processes have drawn lately, this one among them. */
  sharers: number;
}

/** Draws `count` turns that are `intervalMs` apart. Rejects when nobody can say whose they are. */
export type DrawTurns = (count: number, intervalMs: number) => Promise<DrawnTurns>;

/** So much time is drawn at once, in milliseconds: a few statements a second, and no process takes more than a moment from others. */
const BLOCK_MS = 200;
/** A turn that was not used for so long is lost, in milliseconds: many of them together would be a burst. */
const STALE_MS = 500;

/** One per pace and process. */
export class SharedPace {
  readonly #draw: DrawTurns;
  readonly #clock: Pick<Clock, 'monotonic' | 'after'>;
  readonly #onReady: () => void;
  /** When they are due; monotonic. */
  #turns: number[] = [];
  #sharers = 1;
  #isDrawing = false;
  #ownNextMs = 0;

  /** @param onReady Turns were drawn: ask again. */
  constructor(draw: DrawTurns, { clock, onReady }: { clock: Pick<Clock, 'monotonic' | 'after'>; onReady: () => void }) {
    this.#draw = draw;
    this.#clock = clock;
    this.#onReady = onReady;
  }

  /** How many processes share it. */
  get sharers(): number {
    return this.#sharers;
  }

  /** How long until the next turn, in milliseconds; Infinity while one is drawn. `wanted`: how much waits for turns. */
  waitMs({ wanted, intervalMs }: { wanted: number; intervalMs: number }): number {
    const nowMs = this.#clock.monotonic();
    this.#turns = this.#turns.filter((atMs) => atMs > nowMs - STALE_MS);
    const block = Math.max(1, Math.ceil(BLOCK_MS / intervalMs));
    // Before the last one is taken, so that the way to the database costs no turn.
    if (this.#turns.length < Math.min(wanted, block / 2)) this.#drawMore(Math.min(wanted, block), intervalMs);
    const [next] = this.#turns;
    return next === undefined ? Number.POSITIVE_INFINITY : next - nowMs;
  }

  /** Takes the next turn. */
  take(): void {
    this.#turns.shift();
  }

  #drawMore(count: number, intervalMs: number): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    void this.#draw(count, intervalMs)
      .then(
        ({ startInMs, sharers }) => {
          this.#sharers = sharers;
          this.#add(count, { fromMs: this.#clock.monotonic() + startInMs, apartMs: intervalMs });
        },
        () => this.#addOwn(count, intervalMs * this.#sharers),
      )
      .finally(() => {
        this.#isDrawing = false;
        this.#onReady();
      });
  }

  #addOwn(count: number, apartMs: number): void {
    const fromMs = Math.max(this.#clock.monotonic(), this.#ownNextMs);
    this.#add(count, { fromMs, apartMs });
    this.#ownNextMs = fromMs + count * apartMs;
  }

  #add(count: number, { fromMs, apartMs }: { fromMs: number; apartMs: number }): void {
    for (let n = 0; n < count; n++) this.#turns.push(fromMs + n * apartMs);
  }
}
