/**
 * Event ids in memory, 16 bytes each: says in which rows an id may stand, so that an inbox needs no index of random ids on
 * disk, in which each event would dirty a page of its own. [measured: half of the time of the store] Only hashes are kept:
 * whoever asks looks at the rows themselves.
 */

/** Ids of the first table; each next one is twice as large, so that a small bot pays for few and nothing is ever rehashed. */
const FIRST_CAPACITY = 1_024;
const MAX_CAPACITY = 262_144;
/** Free slots per id: below, a search passes many others. */
const SLOTS_PER_ID = 2;

interface Table {
  capacity: number;
  size: number;
  /** When its newest event was received. */
  newestAtMs: number;
  /** Two words per slot; both 0 = free. */
  hashes: Uint32Array;
  seqs: Float64Array;
}

/** One per inbox. */
export class RememberedIds {
  #tables: Table[] = [];

  get size(): number {
    return this.#tables.reduce((total, { size }) => total + size, 0);
  }

  /** Remembers the id. */
  add(id: string, seq: number, atMs: number): void {
    const table = this.#open();
    const slots = table.seqs.length;
    hash(id);
    let slot = high & (slots - 1);
    while (table.hashes[2 * slot] !== 0 || table.hashes[2 * slot + 1] !== 0) slot = (slot + 1) & (slots - 1);
    table.hashes[2 * slot] = high;
    table.hashes[2 * slot + 1] = low;
    table.seqs[slot] = seq;
    table.size++;
    table.newestAtMs = Math.max(table.newestAtMs, atMs);
  }

  /** Rows in which the id may stand: mostly none, or the one. */
  find(id: string): number[] {
    hash(id);
    const wantedHigh = high;
    const wantedLow = low;
    const found: number[] = [];
    for (const { hashes, seqs } of this.#tables) {
      const mask = seqs.length - 1;
      for (let slot = wantedHigh & mask; ; slot = (slot + 1) & mask) {
        const slotHigh = hashes[2 * slot];
        const slotLow = hashes[2 * slot + 1];
        if (slotHigh === 0 && slotLow === 0) break;
        if (slotHigh === wantedHigh && slotLow === wantedLow) found.push(seqs[slot] ?? 0);
      }
    }
    return found;
  }

  /** Forgets ids of events that were received before, table by table: some stay longer. What is dated ahead counts from now. */
  forgetBefore(ms: number, nowMs: number): void {
    for (const table of this.#tables) table.newestAtMs = Math.min(table.newestAtMs, nowMs);
    this.#tables = this.#tables.filter(({ newestAtMs }) => newestAtMs >= ms);
  }

  #open(): Table {
    const last = this.#tables.at(-1);
    if (last && last.size < last.capacity) return last;
    const capacity = last ? Math.min(MAX_CAPACITY, last.capacity * 2) : FIRST_CAPACITY;
    const slots = capacity * SLOTS_PER_ID;
    const table: Table = {
      capacity,
      size: 0,
      newestAtMs: 0,
      hashes: new Uint32Array(2 * slots),
      seqs: new Float64Array(slots),
    };
    this.#tables.push(table);
    return table;
  }
}

let high = 0;
let low = 0;

/** Two hashes of 32 bits (MurmurHash3's mixing steps with other seeds), never both 0. Written to `high` and `low`: no object per event. */
function hash(id: string): void {
  let a = 0x2f6e2b1 ^ id.length;
  let b = 0x9e3779b9 ^ id.length;
  for (let index = 0; index < id.length; index++) {
    const code = id.charCodeAt(index);
    a = Math.imul(a ^ code, 0x85ebca6b);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ code, 0xc2b2ae35);
    b = (b << 15) | (b >>> 17);
  }
  high = finalize(a);
  low = (finalize(b) | 1) >>> 0;
}

function finalize(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
