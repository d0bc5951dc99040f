/** Has sources replaced one after the other, so that the others hear meanwhile. */
import type { Clock, Timer } from '../time/clock.ts';

export interface SerialReplacementDeps {
  /** Begins a successor; `opened` is told when it is there. */
  replace: (source: string) => void;
  clock: Clock;
}

/** A successor that is not there after so long, in milliseconds, holds up the next one no more. */
const PATIENCE_MS = 10_000;

/** One at a time; a second run begins only when the first is over. */
export class SerialReplacement {
  readonly #deps: SerialReplacementDeps;
  #left: string[] = [];
  #current: string | undefined;
  #done: (() => void) | undefined;
  #timer: Timer | undefined;

  constructor(deps: SerialReplacementDeps) {
    this.#deps = deps;
  }

  /** Replaces them; `done` is called after the last one. Ignored while a run is under way. */
  run(sources: readonly string[], done: () => void): void {
    if (this.#done) return;
    this.#left = [...sources];
    this.#done = done;
    this.#next();
  }

  /** The source has a new socket. */
  opened(source: string): void {
    if (source === this.#current) this.#next();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#current = this.#done = undefined;
  }

  #next(): void {
    const { clock, replace } = this.#deps;
    const done = this.#done;
    const source = this.#left.shift();
    this.stop();
    if (!done) return;
    if (source === undefined) return done();
    this.#done = done;
    this.#current = source;
    this.#timer = clock.after(PATIENCE_MS, () => this.#next());
    replace(source);
  }
}
