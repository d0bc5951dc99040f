/** What an operator wants to know of the database itself. */
import type { Reads } from './store.ts';

export interface StoreFacts {
  /** Version of the schema. */
  schema: number;
  /** Null when the database does not tell it. */
  sizeBytes: number | null;
}

export async function storeFacts(reads: Reads): Promise<StoreFacts> {
  const meta = await reads.get('select schema_version from meta');
  const sql =
    reads.engine === 'sqlite'
      ? 'select page_count * page_size as size from pragma_page_count(), pragma_page_size()'
      : 'select pg_database_size(current_database()) as size';
  // A user of PostgreSQL may be forbidden to ask.
  const size = await reads.get(sql).catch(() => undefined);
  return { schema: Number(meta?.schema_version), sizeBytes: size === undefined ? null : Number(size.size) };
}

/** Of the database program: `3.50.4`, `17.2 (Debian 17.2-1)`. */
export async function databaseVersion(reads: Reads): Promise<string> {
  const sql =
    reads.engine === 'sqlite'
      ? 'select sqlite_version() as version'
      : `select current_setting('server_version') as version`;
  return String((await reads.get(sql))?.version);
}
