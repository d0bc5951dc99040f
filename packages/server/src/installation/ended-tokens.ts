/**
 * Tokens that ended and were forgotten, by eight bytes of their hash each: enough to take one out of a log line, whatever its
 * shape, and to refuse one that somebody kept. Bounded: the newest 262,144 at least, in at most 8 MiB.
 */

/** Slots of a table at its largest, two numbers each; at most half of them are taken. */
const MAX_SLOTS = 2 ** 19;
const FIRST_SLOTS = 2 ** 8;

/** One open-addressed table; a print is two numbers of 32 bits, never both zero. */
class PrintTable {
  #cells = new Uint32Array(FIRST_SLOTS * 2);
  #size = 0;

  get isFull(): boolean {
    return this.#size >= MAX_SLOTS / 2;
  }

  add(high: number, low: number): void {
    const slots = this.#cells.length / 2;
    if (this.#size >= slots / 2) this.#grow(slots * 2);
    const at = this.#find(high, low);
    if (this.#isTaken(at)) return;
    this.#cells[at] = high;
    this.#cells[at + 1] = low;
    this.#size++;
  }

  has(high: number, low: number): boolean {
    return this.#isTaken(this.#find(high, low));
  }

  #grow(slots: number): void {
    const before = this.#cells;
    this.#cells = new Uint32Array(slots * 2);
    this.#size = 0;
    for (let at = 0; at < before.length; at += 2) {
      const [high = 0, low = 0] = [before[at], before[at + 1]];
      if (high !== 0 || low !== 0) this.add(high, low);
    }
  }

  /** Where the print stands, or the free slot in which it would. */
  #find(high: number, low: number): number {
    const mask = this.#cells.length - 1;
    let at = (low * 2) & mask;
    while (this.#isTaken(at) && !(this.#cells[at] === high && this.#cells[at + 1] === low)) at = (at + 2) & mask;
    return at;
  }

  #isTaken(at: number): boolean {
    return this.#cells[at] !== 0 || this.#cells[at + 1] !== 0;
  }
}

/** Takes hashes in base64, of which eight bytes are kept. When one table is full the next begins and the one before goes. */
export class EndedTokens {
  #newer = new PrintTable();
  #older: PrintTable | undefined;

  add(hash: string): void {
    if (this.#newer.isFull) {
      this.#older = this.#newer;
      this.#newer = new PrintTable();
    }
    this.#newer.add(...printOf(hash));
  }

  has(hash: string): boolean {
    const print = printOf(hash);
    return this.#newer.has(...print) || (this.#older?.has(...print) ?? false);
  }
}

function printOf(hash: string): [number, number] {
  const bytes = Buffer.from(hash, 'base64');
  const high = bytes.readUInt32LE(0);
  return [high, bytes.readUInt32LE(4) || (high === 0 ? 1 : 0)];
}
