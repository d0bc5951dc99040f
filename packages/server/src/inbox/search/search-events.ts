/** Looks through stored events for an operator, window by window, and no longer than it may. */
import type { Reads } from '../../store/store.ts';
import { batchWindow, payloadsInBatches } from '../batches/batch-search-repository.ts';
import type { InboxEntry, InboxState } from '../inbox.ts';
import { type Candidate, type EventPlace, type EventSearch, type FoundEvents, fits } from './event-search.ts';
import {
  countIn,
  matchesOfWindow,
  readableIn,
  rowsIn,
  rowsWithPayload,
  rowWindow,
  type Sized,
  sizedRowsWith,
  type Window,
} from './search-repository.ts';

/**
 * Limits of one search. Comparing columns is cheap; of what is in batches those that may match are parsed and compared by this process,
 * 40 µs each beside a full load (`bench -- admin`); reading payloads costs most: each is as long as it pleases its sender.
 */
const MOST = { rows: 30_000, batched: 5_000, payloads: 2_000, payloadBytes: 8 * 1024 * 1024 } as const;

/** Whatever it takes: nobody gets an empty page of an inbox with a few events, because the database was slow. */
const LEAST_ROWS = 2_000;

/** Of one statement: some milliseconds of the database. */
const WINDOW = { rows: 5_000, payloads: 2_000 } as const;

/**
 * Of each further statement on PostgreSQL, where a long one keeps nobody waiting: beside a full load, a trip to the database and back takes
 * longer than comparing a thousand rows.
 */
const WIDE_WINDOW = 12_500;

/** Payloads that are read at once: parsing them holds up everything else in the process for some milliseconds. */
const SLICE = { events: 200, bytes: 256 * 1024 } as const;

/** Larger than any. */
const BEGINNING = Number.MAX_SAFE_INTEGER;

/** Events that match, those of the first state first and of each state the newest first. */
export async function searchEvents(reads: Reads, search: EventSearch): Promise<FoundEvents> {
  const found = new Page(search);
  const from = search.after ? search.states.indexOf(search.after.state) : 0;
  // A cursor of another query; its states are not these.
  if (from < 0) return { events: [], lookedAt: 0, next: undefined };
  for (const state of search.states.slice(from)) {
    const after = search.after?.state === state ? search.after.seq : BEGINNING;
    const end = await searchState(reads, search, { state, before: after }, found);
    if (end) return found.result(end);
  }
  return found.result(undefined);
}

/** What was found until now, and what was spent on it. */
class Page {
  readonly events: InboxEntry[] = [];
  /** Events whose columns were compared, those whose payload was, and its bytes. */
  rows = 0;
  /** Those among them that are in batches. */
  batched = 0;
  payloads = 0;
  bytes = 0;
  readonly #search: EventSearch;

  constructor(search: EventSearch) {
    this.#search = search;
  }

  /** Takes events that match until the page is full; the place of its last one, when there was one too many. */
  add(entries: readonly InboxEntry[]): EventPlace | undefined {
    for (const entry of entries) {
      const last = this.events.at(-1);
      if (last && this.events.length >= this.#search.limit) return { state: last.state, seq: last.seq };
      this.events.push(entry);
    }
    return undefined;
  }

  /** Whether enough was looked at, or for long enough. */
  get isSpent(): boolean {
    return (
      (this.rows >= LEAST_ROWS && this.#search.isOver?.()) ||
      this.rows >= MOST.rows ||
      this.batched >= MOST.batched ||
      this.payloads >= MOST.payloads ||
      this.bytes >= MOST.payloadBytes
    );
  }

  /** How much may still be read; an event in any case. */
  get payloadsLeft(): { events: number; bytes: number } {
    return {
      events: Math.max(1, MOST.payloads - this.payloads),
      bytes: Math.max(1, MOST.payloadBytes - this.bytes),
    };
  }

  result(next: EventPlace | undefined): FoundEvents {
    return { events: this.events, lookedAt: this.#search.payload ? this.payloads : this.rows, next };
  }
}

/** The place where the page ends; undefined when the state has no more. */
async function searchState(
  reads: Reads,
  search: EventSearch,
  { state, before: from }: { state: InboxState; before: number },
  found: Page,
): Promise<EventPlace | undefined> {
  for (let before = from; ; ) {
    const window = await nextWindow(reads, search, { state, before, size: windowSize(reads.engine, search, found) });
    if (!window) return undefined;
    found.rows += window.size;
    found.batched += window.parsed;
    const end = search.payload
      ? await searchPayloads(reads, search, window, found)
      : found.add(await matchesIn(reads, search, window));
    if (end) return end;
    before = window.last;
    if (isTooOld(search, window)) return undefined;
    if (found.isSpent) return { state, seq: before };
  }
}

/** How much later an event may have got its seq than one that came after it: several nodes write at once. */
const DISORDER_MS = 60_000;

/** Whether all that is older than the window is older than what is asked for. */
function isTooOld({ conditions }: EventSearch, { lastReceivedAtMs }: JoinedWindow): boolean {
  const since = conditions.find(({ kind }) => kind === 'since');
  return since?.kind === 'since' && lastReceivedAtMs < since.atMs - DISORDER_MS;
}

function windowSize(engine: Reads['engine'], { payload, conditions, limit }: EventSearch, found: Page): number {
  if (conditions.length === 0) return payload ? WINDOW.payloads : limit + 1;
  if (engine === 'postgres' && found.rows > 0) return WIDE_WINDOW;
  return payload ? WINDOW.payloads : WINDOW.rows;
}

/** A window of rows with what is in batches within it. */
interface JoinedWindow extends Window {
  inBatches: readonly Candidate[];
  /** Those that match, where finding the window has found them, too. */
  matches?: readonly InboxEntry[];
  /** How many events in batches were parsed for that. */
  parsed: number;
}

async function nextWindow(
  reads: Reads,
  search: EventSearch,
  asked: { state: InboxState; before: number; size: number },
): Promise<JoinedWindow | undefined> {
  const { state, before } = asked;
  const isOpen = state === 'ready';
  const hasBatches = reads.engine === 'sqlite' && (isOpen || state === 'done');
  // In this order: the server may move one to its row meanwhile, never back.
  const { conditions, payload, limit } = search;
  if (reads.engine === 'postgres' && !payload && conditions.length > 0 && (state === 'failed' || state === 'done')) {
    const window = await matchesOfWindow(reads, { ...asked, state }, conditions, limit + 1);
    return window && { ...window, inBatches: [], parsed: 0 };
  }
  const batches = hasBatches ? await batchWindow(reads, { before, isOpen, conditions }) : undefined;
  const rows = await rowWindow(reads, asked);
  if (!batches) return rows && { ...rows, inBatches: [], parsed: 0 };
  const isPart = rows !== undefined && rows.size === asked.size;
  const last = isPart ? Math.max(rows.last, batches.last) : batches.last;
  const inBatches = batches.candidates.filter(({ entry }) => entry.seq >= last && entry.state === state);
  const window = { state, before, last };
  const size = batches.sizeFrom(last) + (rows ? await countIn(reads, window) : 0);
  const { lastReceivedAtMs } = rows && last === rows.last ? rows : batches;
  return { ...window, lastReceivedAtMs, inBatches, parsed: batches.candidates.length, size };
}

async function matchesIn(reads: Reads, search: EventSearch, window: JoinedWindow): Promise<readonly InboxEntry[]> {
  const rows = window.matches ?? (await rowsIn(reads, window, search.conditions, search.limit + 1));
  if (window.inBatches.length === 0) return rows;
  const hasRow = new Set(rows.map(({ seq }) => seq));
  const inBatches = fitting(search, window)
    .map(({ entry }) => entry)
    .filter(({ seq }) => !hasRow.has(seq));
  return [...rows, ...inBatches].sort((a, b) => b.seq - a.seq);
}

function fitting({ conditions }: EventSearch, { inBatches }: JoinedWindow): Candidate[] {
  return inBatches.filter((candidate) => conditions.every((condition) => fits(candidate, condition)));
}

async function searchPayloads(
  reads: Reads,
  search: EventSearch,
  window: JoinedWindow,
  found: Page,
): Promise<EventPlace | undefined> {
  const { payload = { mustContain: [], matches: () => false }, conditions } = search;
  const readable = await readableIn(reads, window, conditions, found.payloadsLeft);
  const stretch = readable.isPart ? { ...window, last: readable.last } : window;
  // The database reads them all; only those that may match are parsed here.
  const rows = readable.events === 0 ? [] : await sizedRowsWith(reads, stretch, conditions, payload);
  found.payloads += Math.max(0, readable.events - rows.length);
  found.bytes += Math.max(0, readable.bytes - bytesOf(rows));
  const inBatches = new Map<number, InboxEntry>();
  for (const { entry } of fitting(search, window)) if (entry.seq >= stretch.last) inBatches.set(entry.seq, entry);
  for (const { seq } of rows) inBatches.delete(seq);
  const batched = Array.from(inBatches.keys(), (seq) => ({ seq, sizeBytes: SLICE.bytes / SLICE.events }));
  for (const slice of slicesOf([...rows, ...batched].sort((a, b) => b.seq - a.seq))) {
    const read = await readSlice(reads, window, slice, inBatches);
    found.payloads += slice.length;
    found.bytes += bytesOf(slice);
    const end = found.add(read.filter((one) => payload.matches(one.payload)).map(({ entry }) => entry));
    if (end) return end;
    if (found.isSpent) return { state: window.state, seq: slice.at(-1)?.seq ?? stretch.last };
  }
  return found.isSpent ? { state: window.state, seq: stretch.last } : undefined;
}

/** The events of a slice with their payloads, newest first. */
async function readSlice(
  reads: Reads,
  { state }: JoinedWindow,
  slice: readonly Sized[],
  inBatches: ReadonlyMap<number, InboxEntry>,
): Promise<{ entry: InboxEntry; payload: string }[]> {
  const seqs = slice.map(({ seq }) => seq);
  const read = new Map<number, { entry: InboxEntry; payload: string }>();
  for (const [seq, payload] of await payloadsInBatches(
    reads,
    seqs.filter((one) => inBatches.has(one)),
  )) {
    const entry = inBatches.get(seq);
    if (entry) read.set(seq, { entry, payload });
  }
  // Also those of batches: the server may have moved one to its row meanwhile.
  for (const one of await rowsWithPayload(reads, state, seqs)) read.set(one.entry.seq, one);
  return seqs.flatMap((seq) => read.get(seq) ?? []);
}

function bytesOf(sized: readonly Sized[]): number {
  return sized.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function* slicesOf(sized: readonly Sized[]): Generator<Sized[]> {
  let slice: Sized[] = [];
  let bytes = 0;
  for (const one of sized) {
    if (slice.length >= SLICE.events || (slice.length > 0 && bytes + one.sizeBytes > SLICE.bytes)) {
      yield slice;
      [slice, bytes] = [[], 0];
    }
    slice.push(one);
    bytes += one.sizeBytes;
  }
  if (slice.length > 0) yield slice;
}
