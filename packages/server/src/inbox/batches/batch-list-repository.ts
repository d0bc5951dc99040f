/** Events in batches as an operator sees them. */
import type { Statements } from '../../store/store.ts';
import type { InboxEntry, InboxFilter } from '../inbox.ts';
import { SELECT_BATCH, SELECT_HEAD } from './batch-repository.ts';
import { bodyAt, listedOf, toBatch } from './stored-batch.ts';

/** Batches read at once; each has the events of one commit. */
const PAGE = 500;

const decoder = new TextDecoder();

/** Events in batches that fit, newest first; those with a row of their own are not among them. */
export async function listBatches(statements: Statements, filter: InboxFilter): Promise<InboxEntry[]> {
  const { state, afterSeq = 0, limit } = filter;
  if (state === 'retry' || state === 'failed') return [];
  const found: InboxEntry[] = [];
  const isOpen = state === 'ready' || state === 'not_done' ? 'and p.first_seq is not null' : '';
  const sql = `${SELECT_HEAD} where b.first_seq < $1 and b.first_seq + b.size > $2 ${isOpen} order by b.first_seq desc limit $3`;
  for (let before = Number.MAX_SAFE_INTEGER; found.length < limit; ) {
    const batches = (await statements.all(sql, [before, afterSeq, PAGE])).map(toBatch);
    found.push(...batches.flatMap(listedOf).filter((entry) => fits(entry, filter)));
    const last = batches.at(-1);
    if (!last || batches.length < PAGE) break;
    before = last.firstSeq;
  }
  return found.slice(0, limit);
}

/** An event in a batch. */
export async function findInBatches(
  statements: Statements,
  eventId: string,
): Promise<(InboxEntry & { payload: string | null }) | undefined> {
  // No index knows the ids: an operator asks for one now and then, and each event would pay for it.
  const rows = await statements.all(`${SELECT_BATCH} where instr(b.entries, $1) > 0`, [`[${JSON.stringify(eventId)},`]);
  for (const batch of rows.map(toBatch)) {
    const entry = listedOf(batch).find((one) => one.eventId === eventId);
    if (!entry) continue;
    const body = entry.state === 'ready' ? bodyAt(batch, entry.seq - batch.firstSeq) : undefined;
    return { ...entry, payload: body ? decoder.decode(body) : null };
  }
  return undefined;
}

function fits({ seq, state, teamId, type }: InboxEntry, filter: InboxFilter): boolean {
  if (filter.state === 'not_done' ? state === 'done' : filter.state !== undefined && filter.state !== state)
    return false;
  if (filter.teamId !== undefined && filter.teamId !== teamId) return false;
  if (filter.type !== undefined && filter.type !== type) return false;
  return filter.afterSeq === undefined || seq > filter.afterSeq;
}
