/** Events in batches as a search sees them: windows of whole batches. Those with a row of their own are not among them. */
import type { Queries, Row, SqlValue } from '../../store/store.ts';
import type { Candidate, EventCondition } from '../search/event-search.ts';
import { SELECT_BATCH, selectHead, selectOpenHead } from './batch-repository.ts';
import { bodyAt, listedOf, type StoredBatch, toBatch } from './stored-batch.ts';

/** A batch has the events of one commit, at most some hundred: few are parsed at once, many are searched by the database. */
const BATCHES = { parsed: 50, searched: 1_000 } as const;

/** Events, of batches that may match: parsing holds up everything else in the process. A window ends with the batch that reaches it. */
const PARSED_AT_ONCE = 1_500;

export interface BatchWindow {
  /** Newest first, of both states; only of batches in which something may match. */
  candidates: Candidate[];
  /** How many events the window has from a seq on. */
  sizeFrom(seq: number): number;
  /** The lowest seq of the window, and when its batch came. */
  last: number;
  lastReceivedAtMs: number;
}

interface AskedWindow {
  before: number;
  /** Only those with bodies. */
  isOpen: boolean;
  /** Without any all events are candidates. */
  conditions: readonly EventCondition[];
}

/** The newest batches with events before a seq; undefined when there are none. */
export async function batchWindow(reads: Queries, asked: AskedWindow): Promise<BatchWindow | undefined> {
  const { before, isOpen, conditions } = asked;
  const params: SqlValue[] = [before];
  const needed = textsNeeded(conditions, params);
  const entries = needed.length === 0 ? 'b.entries' : `case when ${needed.join(' and ')} then b.entries else '[]' end`;
  const most = needed.length === 0 ? BATCHES.parsed : BATCHES.searched;
  const [select, seq] = isOpen ? [selectOpenHead(entries), 'p.first_seq'] : [selectHead(entries), 'b.first_seq'];
  const sql = `${select} where ${seq} < $1 order by ${seq} desc limit ${most}`;
  const rows = await reads.all(sql, params);
  const batches: StoredBatch[] = [];
  for (let parsed = 0; parsed < PARSED_AT_ONCE && batches.length < rows.length; ) {
    const batch = toBatch(rows[batches.length] as Row);
    batches.push(batch);
    parsed += batch.entries.length;
  }
  const last = batches.at(-1);
  if (!last) return undefined;
  const candidates = batches.flatMap(candidatesOf).filter(({ entry }) => entry.seq < before);
  const sizeFrom = (seq: number) =>
    batches.reduce((total, { firstSeq }, at) => {
      const end = Math.min(before, firstSeq + Number(rows[at]?.size));
      return total + Math.max(0, end - Math.max(firstSeq, seq));
    }, 0);
  return { candidates, sizeFrom, last: last.firstSeq, lastReceivedAtMs: last.receivedAtMs };
}

/** What a batch must have in its text, or none of its events matches: the database finds that faster than this process parses. */
function textsNeeded(conditions: readonly EventCondition[], params: SqlValue[]): string[] {
  return conditions.flatMap((condition) => {
    const texts = textsOf(condition);
    if (texts.length === 0) return [];
    return [`(${texts.map((text) => `instr(b.entries, $${params.push(text)}) > 0`).join(' or ')})`];
  });
}

/** One of these is in the JSON of each event that meets the condition; none when that says nothing. */
function textsOf(condition: EventCondition): string[] {
  if (condition.kind === 'channel') {
    // The order key begins with it.
    return condition.isNegated ? [] : condition.anyOf.map((channel) => JSON.stringify(channel).slice(0, -1));
  }
  if (condition.kind !== 'property' || condition.isNegated || condition.property === 'error') return [];
  return condition.anyOf.map((value) => JSON.stringify(value));
}

/** Payloads of events that wait in batches, by seq. */
export async function payloadsInBatches(reads: Queries, seqs: readonly number[]): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  if (seqs.length === 0) return found;
  const sql = `${SELECT_BATCH} where b.first_seq <= $1 and b.first_seq + b.size > $2 and p.first_seq is not null`;
  const wanted = new Set(seqs);
  for (const batch of (await reads.all(sql, [Math.max(...seqs), Math.min(...seqs)])).map(toBatch)) {
    for (const { entry } of candidatesOf(batch)) {
      const body = wanted.has(entry.seq) && entry.state === 'ready' && bodyAt(batch, entry.seq - batch.firstSeq);
      if (body) found.set(entry.seq, decoder.decode(body));
    }
  }
  return found;
}

const decoder = new TextDecoder();

function candidatesOf(batch: StoredBatch): Candidate[] {
  return listedOf(batch).map((entry) => {
    const stored = batch.entries[entry.seq - batch.firstSeq];
    return { entry, orderKey: typeof stored === 'object' ? stored[2] : null };
  });
}
