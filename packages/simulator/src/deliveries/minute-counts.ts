/** Counts things over the last 60 minutes, minute by minute, in 60 numbers whatever happens. */

const MINUTE_MS = 60_000;
const MINUTES = 60;

/** A count of the last hour. */
export class HourCount {
  readonly #counts = new Uint32Array(MINUTES);
  #minute = 0;
  #total = 0;

  add(nowMs: number): void {
    this.#moveTo(nowMs);
    this.#counts[this.#minute % MINUTES] = (this.#counts[this.#minute % MINUTES] ?? 0) + 1;
    this.#total += 1;
  }

  total(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#total;
  }

  #moveTo(nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    const passed = Math.min(MINUTES, minute - this.#minute);
    for (let step = 1; step <= passed; step++) {
      const slot = (minute - passed + step) % MINUTES;
      this.#total -= this.#counts[slot] ?? 0;
      this.#counts[slot] = 0;
    }
    this.#minute = Math.max(this.#minute, minute);
  }
}
