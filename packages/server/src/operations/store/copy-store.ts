/**
 * Copies everything of one database into an empty one, of the same engine or the other: page by page, each in one transaction with
 * how far it got, so that a copy that was cut off goes on there. Sealed values are copied as they are.
 *
 *   empty ──▶ target mark ──▶ tables … ──▶ counts, numbers, fields ──▶ no mark: a server may start
 */
import { randomUUID } from 'node:crypto';
import { BotServerError } from '../../errors.ts';
import { readCopyMark, type TableProgress, type TargetMark, writeCopyMark } from '../../store/copy-mark.ts';
import type { Statements, Store } from '../../store/store.ts';
import { SHARD_COUNT } from '../../team/shard.ts';
import { eventColumns, readBatches } from './batched-events.ts';
import {
  columnsOf,
  continueAfter,
  countBatchedEvents,
  countRows,
  isEmpty,
  type Key,
  lastNumber,
  markUnclean,
  readFields,
  readRows,
  uncleanShards,
  writeFields,
  writeRows,
} from './copy-repository.ts';
import { BATCHES, type CopiedTable, copiedTables } from './copy-tables.ts';

/** How far a copy is. */
export interface CopyProgress {
  table: string;
  rows: number;
  /** In the source. */
  of: number;
}

export interface CopyOptions {
  from: Store;
  to: Store;
  /** What the source is called, without a password. */
  sourceName: string;
  /** @defaultValue tells nobody */
  onProgress?: (progress: CopyProgress) => void;
  /** Ends it between two pages. */
  signal?: AbortSignal | undefined;
}

export interface CopyResult {
  /** Rows by table, in the target. */
  rows: Record<string, number>;
  /** Whether it went on where another one was cut off. */
  isResumed: boolean;
  /** Of the key that sealed the tokens; null when there are none. */
  keyFingerprint: string | null;
}

/** Far below what a statement may have as parameters: SQLite takes 32,766 of them, and no table has more than 30 columns. */
const ROWS_PER_PAGE = 500;
/** Who had the inbox of the source when it ended, where nobody wrote it down. */
const LEFT_BY = 'a node before the copy';
const everyShard = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
/** A batch has up to a few hundred events. */
const BATCHES_PER_PAGE = 20;

/**
 * Both must be locked against servers.
 * @throws BotServerError `store_not_empty`, `store_copy_stale`, `store_copy_failed` when the counts differ, the signal's reason
 */
export async function copyStore(options: CopyOptions): Promise<CopyResult> {
  const { mark, isResumed } = await begin(options);
  for (const table of copiedTables) await copyTable(options, mark, table);
  if (options.from.engine === 'sqlite') await copyBatches(options, mark);
  const rows = await compare(options, mark);
  await finish(options, mark);
  const { key_fingerprint: fingerprint } = await readFields(options.to, 'meta');
  return { rows, isResumed, keyFingerprint: typeof fingerprint === 'string' ? fingerprint : null };
}

async function begin({ from, to, sourceName }: CopyOptions): Promise<{ mark: TargetMark; isResumed: boolean }> {
  const [there, here] = [await readCopyMark(from), await readCopyMark(to)];
  if (there?.role === 'target') {
    const message = `The database to copy from is itself half of a copy of ${there.from}`;
    throw new BotServerError('store_half_copied', message, { facts: { from: there.from } });
  }
  const changeCounter = Number((await readFields(from, 'meta')).change_counter);
  if (here?.role === 'target') {
    if (there?.id === here.id && here.changeCounter === changeCounter) return { mark: here, isResumed: true };
    const message = `The copy of ${here.from} cannot go on: ${there?.id === here.id ? 'it was changed' : `a server used it, or ${sourceName} is another database`}`;
    throw new BotServerError('store_copy_stale', message, { facts: { from: here.from } });
  }
  if (!(await isEmpty(to))) throw new BotServerError('store_not_empty', 'The database to copy to is not empty');
  const id = randomUUID();
  const mark: TargetMark = { role: 'target', id, from: sourceName, changeCounter, tables: {} };
  // The target first: whatever is cut off from here on, no server takes it for a whole database.
  await writeCopyMark(to, mark);
  await writeCopyMark(from, { role: 'source', id });
  return { mark, isResumed: false };
}

async function copyTable(options: CopyOptions, mark: TargetMark, table: CopiedTable): Promise<void> {
  const { from, to, onProgress } = options;
  const progress = progressOf(mark, table.name);
  if (progress.isOver) return;
  const columns = await commonColumns(options, table.name);
  const of = await countRows(from, table.name);
  while (!progress.isOver) {
    options.signal?.throwIfAborted();
    const rows = await readRows(from, table, { columns, after: progress.after, limit: ROWS_PER_PAGE });
    const last = rows.at(-1);
    progress.isOver = rows.length < ROWS_PER_PAGE;
    if (last) progress.after = table.key.map((column) => last[column]) as Key;
    await keepPage(to, mark, progress, async (tx) => {
      return { read: rows.length, written: await writeRows(tx, table.name, { columns, rows }) };
    });
    onProgress?.({ table: table.name, rows: progress.read, of });
  }
}

async function copyBatches(options: CopyOptions, mark: TargetMark): Promise<void> {
  const { from, to, onProgress } = options;
  const progress = progressOf(mark, BATCHES);
  const of = await countBatchedEvents(from);
  while (!progress.isOver) {
    options.signal?.throwIfAborted();
    const after = Number(progress.after?.[0] ?? 0);
    const { rows, last } = await readBatches(from, { after, limit: BATCHES_PER_PAGE });
    progress.isOver = last === undefined;
    if (last !== undefined) progress.after = [last];
    await keepPage(to, mark, progress, async (tx) => {
      let written = 0;
      for (let at = 0; at < rows.length; at += ROWS_PER_PAGE) {
        const page = rows.slice(at, at + ROWS_PER_PAGE);
        written += await writeRows(tx, 'inbox', { columns: eventColumns, rows: page });
      }
      return { read: rows.length, written };
    });
    onProgress?.({ table: BATCHES, rows: progress.read, of });
  }
}

/** The rows and how far it got are one commit: a page is copied once, whenever the copy is cut off. */
async function keepPage(
  to: Store,
  mark: TargetMark,
  progress: TableProgress,
  write: (tx: Statements) => Promise<{ read: number; written: number }>,
): Promise<void> {
  const before = { read: progress.read, written: progress.written };
  await to.transaction({ about: [] }, async (tx) => {
    // May run again from its beginning.
    const { read, written } = await write(tx);
    progress.read = before.read + read;
    progress.written = before.written + written;
    await writeCopyMark(tx, mark);
  });
}

function progressOf(mark: TargetMark, table: string): TableProgress {
  return (mark.tables[table] ??= { read: 0, written: 0, after: null, isOver: false });
}

async function commonColumns({ from, to }: CopyOptions, table: string): Promise<string[]> {
  const [here, there] = [await columnsOf(from, table), await columnsOf(to, table)];
  if (here.join() === there.join()) return here;
  const message = `The table ${table} has other columns in the database to copy to: ${there.join(', ')}, not ${here.join(', ')}`;
  throw new BotServerError('store_copy_failed', message);
}

/** Counts both databases anew. @throws BotServerError `store_copy_failed` */
async function compare({ from, to }: CopyOptions, mark: TargetMark): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  const batched = progressOf(mark, BATCHES);
  const events = await countBatchedEvents(from);
  if (batched.read !== events && from.engine === 'sqlite')
    throw differs(BATCHES, { source: events, copied: batched.read });
  for (const { name } of copiedTables) {
    const { read, written } = progressOf(mark, name);
    const [source, target] = [await countRows(from, name), await countRows(to, name)];
    // An id of a batch that has a row of its own is one event: the row counts.
    const more = name === 'inbox' ? batched.written : 0;
    if (source !== read || read !== written || target !== written + more) {
      throw differs(name, { source, copied: target - more });
    }
    rows[name] = target;
  }
  return rows;
}

function differs(table: string, { source, copied }: { source: number; copied: number }): BotServerError {
  const message = `${table} has ${source} rows in the database to copy from, and ${copied} were copied: somebody wrote to one of them meanwhile`;
  return new BotServerError('store_copy_failed', message, { facts: { table, source, copied } });
}

/** The last commit: from here on it is a database like any other. */
async function finish({ from, to }: CopyOptions, mark: TargetMark): Promise<void> {
  const meta = await readFields(from, 'meta');
  const breaker = await readFields(from, 'breaker');
  const shards = await uncleanShards(from);
  // SQLite says in one place who had the inbox and did not give it back, PostgreSQL by shard.
  const wasLeft = typeof meta.inbox_owner === 'string' || shards.length > 0;
  if (wasLeft) meta.inbox_owner ??= LEFT_BY;
  const numbers = new Map<CopiedTable, number>();
  for (const table of copiedTables) if (table.counter) numbers.set(table, await lastNumber(from, table));
  if (Number(meta.change_counter) !== mark.changeCounter) {
    throw new BotServerError('store_copy_stale', `${mark.from} was changed while it was copied`);
  }
  await to.transaction({ about: [] }, async (tx) => {
    await writeFields(tx, 'meta', meta);
    await writeFields(tx, 'breaker', breaker);
    await markUnclean(tx, shards.length > 0 ? shards : wasLeft ? everyShard : []);
    for (const [table, last] of numbers) await continueAfter({ engine: to.engine, tx }, table, last);
    await writeCopyMark(tx, undefined);
  });
  await writeCopyMark(from, undefined);
}
