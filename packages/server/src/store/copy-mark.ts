/**
 * What a copy of a database leaves in both of them (`meta.copy`): in the one that is filled how far it got, so that it goes on
 * there and nobody serves half a database; in the one that is read its number, which goes when a server uses that again.
 */
import { BotServerError } from '../errors.ts';
import type { Statements, Store } from './store.ts';

/** Of the database that is read. */
export interface SourceMark {
  role: 'source';
  id: string;
}

/** How far one table got. */
export interface TableProgress {
  /** Rows read until now; of batches of events the events in them. */
  read: number;
  /** Rows that the other database took. */
  written: number;
  /** The key of the last row; null before the first. */
  after: (string | number)[] | null;
  isOver: boolean;
}

/** Of the database that is filled. */
export interface TargetMark {
  role: 'target';
  id: string;
  /** Where it comes from, for people: without a password. */
  from: string;
  /** Of the source, when the copy began: rows that were changed since then may be missing. */
  changeCounter: number;
  tables: Record<string, TableProgress>;
}

export type CopyMark = SourceMark | TargetMark;

export async function readCopyMark(statements: Statements): Promise<CopyMark | undefined> {
  const row = await statements.get('select copy from meta');
  return typeof row?.copy === 'string' ? (JSON.parse(row.copy) as CopyMark) : undefined;
}

export async function writeCopyMark(statements: Statements, mark: CopyMark | undefined): Promise<void> {
  await statements.run('update meta set copy = $1', [mark === undefined ? null : JSON.stringify(mark)]);
}

/** @throws BotServerError `store_half_copied` */
export async function refuseHalfCopy(store: Store): Promise<void> {
  const mark = await readCopyMark(store);
  if (mark?.role !== 'target') return;
  const message = `This database is half of a copy of ${mark.from}: the copy was cut off or is still going on`;
  throw new BotServerError('store_half_copied', message, { facts: { from: mark.from } });
}

/** A server uses the database: a copy that was cut off cannot go on with what it has read. */
export async function forgetCopy(store: Store): Promise<void> {
  if ((await readCopyMark(store))?.role === 'source') await writeCopyMark(store, undefined);
}
