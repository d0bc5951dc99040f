/** Opens the two databases of a copy, keeps servers away from both, and copies; see operations/store/copy-store.ts. Needs no key. */
import { statSync } from 'node:fs';
import { isPostgresUrl } from '../config/config.ts';
import { BotServerError } from '../errors.ts';
import { keyPathOf } from '../installation/database-keys.ts';
import { readKeyFile } from '../installation/encryption-keys.ts';
import { createVault } from '../installation/sealing.ts';
import { type CopyOptions, type CopyResult, copyStore } from '../operations/store/copy-store.ts';
import { openPostgresStore, type PostgresStore } from '../store/postgres-store.ts';
import { requirePrivateDatabase } from '../store/private-files.ts';
import { openSqliteStore, type SqliteStore } from '../store/sqlite-store.ts';

export interface CopyDatabasesOptions extends Pick<CopyOptions, 'onProgress' | 'signal'> {
  /** A path or a postgres:// URL, as in DATABASE_URL. */
  from: string;
  to: string;
}

/** @throws BotServerError as copyStore(), `database_missing`, `store_locked`, `store_unavailable`, `insecure_file`, `store_newer` */
export async function copyDatabases({ from, to, ...options }: CopyDatabasesOptions): Promise<CopyResult> {
  await using stack = new AsyncDisposableStack();
  const open = async (url: string, demand: { mustExist: boolean }) => {
    const store = await openDatabase(url, demand);
    stack.defer(() => store.close());
    // Released by close. Both are locked before anything is written.
    await store.lock();
    return store;
  };
  const source = await open(from, { mustExist: true });
  const target = await open(to, { mustExist: false });
  return await copyStore({ ...options, from: source, to: target, sourceName: nameOf(from) });
}

/** What a database is called where anybody may read it: without user and password. */
export function nameOf(databaseUrl: string): string {
  return databaseUrl.replace(/^(postgres(?:ql)?:\/\/)[^/?#]*@/i, '$1').replace(/\?.*$/s, '');
}

/** The key file beside a database, when it has the key: it is not read any more once ENCRYPTION_KEYS is set, and may be an old one. */
export async function keyFileWith(fingerprint: string, databaseUrl: string): Promise<string | undefined> {
  if (isPostgresUrl(databaseUrl)) return undefined;
  const path = keyPathOf(databaseUrl);
  const keys = await readKeyFile(path).catch(() => undefined);
  return keys && createVault(keys).fingerprint === fingerprint ? path : undefined;
}

async function openDatabase(url: string, { mustExist }: { mustExist: boolean }): Promise<PostgresStore | SqliteStore> {
  if (isPostgresUrl(url)) return await openPostgresStore({ url, mustExist });
  await requirePrivateDatabase(url);
  const isThere = (statSync(url, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (!isThere && mustExist) {
    throw new BotServerError('database_missing', `There is no database at ${url}`, { facts: { path: url } });
  }
  return await openSqliteStore({ path: url });
}
