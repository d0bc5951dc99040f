/** Looks through stored events for an operator, window by window, and no longer than it may. */
import type { Reads } from '../../store/store.ts';
import { batchWindow, payloadsInBatches } from '../batches/batch-search-repository.ts';
import type { InboxEntry, InboxState } from '../inbox.ts';
import { type Candidate, type EventPlace, type EventSearch, type FoundEvents, fits } from './event-search.ts';
import {
  countIn,
  payloadsWith,
  receivedAt,
  rowsIn,
  rowWindow,
  type Sized,
  sizedRowsIn,
  type Window,
} from './search-repository.ts';

/**
 * Limits of one search. Comparing columns is cheap; of what is in batches those that may match are parsed and compared by this process,
 * 40 µs each beside a full load (`bench -- admin`); reading payloads costs most: each is as long as it pleases its sender.
 */
const MOST = { rows: 30_000, batched: 5_000, payloads: 2_000, payloadBytes: 8 * 1024 * 1024 } as const;

/** Of one statement: some milliseconds of the database. */
const WINDOW = { rows: 5_000, payloads: 2_000 } as const;

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

  get isSpent(): boolean {
    return (
      this.rows >= MOST.rows ||
      this.batched >= MOST.batched ||
      this.payloads >= MOST.payloads ||
      this.bytes >= MOST.payloadBytes
    );
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
    const window = await nextWindow(reads, search, { state, before });
    if (!window) return undefined;
    found.rows += window.size;
    found.batched += window.parsed;
    const end = search.payload
      ? await searchPayloads(reads, search, window, found)
      : found.add(await matchesIn(reads, search, window));
    if (end) return end;
    before = window.last;
    if (await isTooOld(reads, search, window)) return undefined;
    if (found.isSpent) return { state, seq: before };
  }
}

/** How much later an event may have got its seq than one that came after it: several nodes write at once. */
const DISORDER_MS = 60_000;

/** Whether all that is older than the window is older than what is asked for. */
async function isTooOld(
  reads: Reads,
  { conditions }: EventSearch,
  { last, lastReceivedAtMs }: JoinedWindow,
): Promise<boolean> {
  const since = conditions.find(({ kind }) => kind === 'since');
  if (since?.kind !== 'since') return false;
  const atMs = lastReceivedAtMs ?? (await receivedAt(reads, last));
  return atMs !== undefined && atMs < since.atMs - DISORDER_MS;
}

function windowSize({ payload, conditions, limit }: EventSearch): number {
  if (payload) return WINDOW.payloads;
  return conditions.length === 0 ? limit + 1 : WINDOW.rows;
}

/** A window of rows with what is in batches within it. */
interface JoinedWindow extends Window {
  inBatches: readonly Candidate[];
  /** How many events in batches were parsed for that. */
  parsed: number;
  /** When the event with the last seq came, if it is in a batch. */
  lastReceivedAtMs?: number;
}

async function nextWindow(
  reads: Reads,
  search: EventSearch,
  { state, before }: { state: InboxState; before: number },
): Promise<JoinedWindow | undefined> {
  const isOpen = state === 'ready';
  const hasBatches = reads.engine === 'sqlite' && (isOpen || state === 'done');
  // In this order: the server may move one to its row meanwhile, never back.
  const { conditions } = search;
  const batches = hasBatches ? await batchWindow(reads, { before, isOpen, conditions }) : undefined;
  const asked = { state, before, size: windowSize(search) };
  const rows = await rowWindow(reads, asked);
  if (!batches) return rows && { ...rows, inBatches: [], parsed: 0 };
  const isPart = rows !== undefined && rows.size === asked.size;
  const last = isPart ? Math.max(rows.last, batches.last) : batches.last;
  const inBatches = batches.candidates.filter(({ entry }) => entry.seq >= last && entry.state === state);
  const window = { state, before, last };
  const size = batches.sizeFrom(last) + (rows ? await countIn(reads, window) : 0);
  const ends = last === batches.last ? { lastReceivedAtMs: batches.lastReceivedAtMs } : {};
  return { ...window, ...ends, inBatches, parsed: batches.candidates.length, size };
}

async function matchesIn(reads: Reads, search: EventSearch, window: JoinedWindow): Promise<InboxEntry[]> {
  const rows = await rowsIn(reads, window, search.conditions, search.limit + 1);
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
  const { payload } = search;
  const rows = await sizedRowsIn(reads, window, search.conditions);
  const inBatches = new Set(fitting(search, window).map(({ entry }) => entry));
  const sized = [...rows, ...Array.from(inBatches, (entry) => ({ entry, sizeBytes: SLICE.bytes / SLICE.events }))];
  for (const slice of slicesOf(sized.sort((a, b) => b.entry.seq - a.entry.seq))) {
    const seqs = slice.map(({ entry }) => entry.seq);
    const batched = slice.filter(({ entry }) => inBatches.has(entry)).map(({ entry }) => entry.seq);
    const payloads = new Map([
      ...(await payloadsInBatches(reads, batched)),
      ...(await payloadsWith(reads, seqs, payload ?? { mustContain: [] }, reads.engine)),
    ]);
    found.payloads += slice.length;
    found.bytes += slice.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const isMatch = (text: string | undefined) => text !== undefined && payload?.matches(text) === true;
    const end = found.add(slice.map(({ entry }) => entry).filter(({ seq }) => isMatch(payloads.get(seq))));
    if (end) return end;
    if (found.isSpent) return { state: window.state, seq: seqs.at(-1) ?? window.last };
  }
  return undefined;
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
