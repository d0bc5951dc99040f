/**
 * Which keys belong to a database: those of ENCRYPTION_KEYS, or of a file beside it that is made once. Here it is decided when a
 * file may be made, and what a file without a database, or a database without its file, means.
 */
import { lstatSync } from 'node:fs';
import { BotServerError } from '../errors.ts';
import { requirePrivateKeyFile } from '../store/private-files.ts';
import { loadOrCreateKeyFile, parseEncryptionKeys, readKeyFile } from './encryption-keys.ts';

/** Where the keys of a database may be. */
export interface KeySources {
  /** The file of a SQLite database, beside which its key file is; undefined where there is no such place (PostgreSQL). */
  databasePath: string | undefined;
  /** The setting ENCRYPTION_KEYS, which wins. */
  encryptionKeys?: string | undefined;
}

export interface KeysOptions {
  /** Of the key that sealed the tokens of the database; null = none did yet. */
  fingerprint: () => Promise<string | null>;
  /** Whether a key may be made for a database without tokens. */
  mayCreate: boolean;
}

/**
 * The keys of a database; the first one seals.
 * @throws BotServerError `encryption_key_missing`, `insecure_file`, `invalid_configuration`
 */
export async function keysOfDatabase(
  { databasePath, encryptionKeys }: KeySources,
  { fingerprint, mayCreate }: KeysOptions,
): Promise<Uint8Array[]> {
  if (encryptionKeys) return parseEncryptionKeys(encryptionKeys);
  if (databasePath === undefined) {
    const message = 'ENCRYPTION_KEYS is missing: PostgreSQL has no file for a key beside it';
    throw new BotServerError('invalid_configuration', message);
  }
  const path = keyPathOf(databasePath);
  return (await readKeyFile(path)) ?? (await createKeyFile(path, { fingerprint: await fingerprint(), mayCreate }));
}

/**
 * Refuses a key file that others can read, before the database is opened.
 * @throws BotServerError `insecure_file`
 */
export function requirePrivateKeys({ databasePath, encryptionKeys }: KeySources): void {
  if (databasePath !== undefined && !encryptionKeys) requirePrivateKeyFile(keyPathOf(databasePath));
}

/**
 * Refuses to begin anew where a database was: its key file is there, and it is not.
 * @throws BotServerError `database_missing`
 */
export function requireNoKeyFile({ databasePath: path, encryptionKeys }: KeySources): void {
  if (path === undefined || encryptionKeys) return;
  const keyPath = keyPathOf(path);
  if (!lstatSync(keyPath, { throwIfNoEntry: false })) return;
  const message = `The database ${path} is gone: there is its key file ${keyPath}, and no database`;
  throw new BotServerError('database_missing', message, { facts: { path, keyPath } });
}

/** Where the key of a SQLite database is kept when there is no setting for it. */
export function keyPathOf(databasePath: string): string {
  return `${databasePath}.key`;
}

/** Another key than the one that sealed the tokens would help nobody. */
async function createKeyFile(
  path: string,
  { fingerprint, mayCreate }: { fingerprint: string | null; mayCreate: boolean },
): Promise<Uint8Array[]> {
  if (fingerprint === null && mayCreate) return await loadOrCreateKeyFile(path);
  const why =
    fingerprint === null ? 'no server has used the database yet' : `its tokens were sealed with the key ${fingerprint}`;
  const message = `The key file ${path} of the database is missing, and ENCRYPTION_KEYS is not set; ${why}`;
  throw new BotServerError('encryption_key_missing', message, { facts: { path, fingerprint } });
}
