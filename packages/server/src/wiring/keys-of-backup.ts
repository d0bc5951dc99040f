/**
 * The keys with which a backup is opened before it is put in the place of a database. Looked at before anything is made: where they belong
 * is beside the database, not beside the copy that is tried.
 */
import { readFileSync } from 'node:fs';
import { keyPathOf, keysOfDatabase, requirePrivateKeys } from '../installation/database-keys.ts';
import { keyEncodings } from '../installation/encryption-keys.ts';
import { createVault } from '../installation/sealing.ts';
import { requireKey } from '../store/identity-repository.ts';
import type { OpenOptions, StorageConfig } from './create-storage.ts';

/**
 * As ENCRYPTION_KEYS has them.
 * @param keyFingerprint Of the key that sealed the tokens of the backup; null = it has none.
 * @throws BotServerError `encryption_key_missing`, `encryption_key_mismatch`, `insecure_file`, `invalid_configuration`
 */
export async function keysOfBackup(
  { databaseUrl: databasePath, encryptionKeys }: StorageConfig,
  { keyFingerprint, onKeys }: { keyFingerprint: string | null } & Required<Pick<OpenOptions, 'onKeys'>>,
): Promise<string> {
  const sources = { databasePath, encryptionKeys };
  requirePrivateKeys(sources);
  const fingerprint = () => Promise.resolve(keyFingerprint);
  const keys = await keysOfDatabase(sources, { fingerprint, mayCreate: false });
  onKeys(keyEncodings(keys));
  if (keyFingerprint !== null) requireKey(keyFingerprint, createVault(keys));
  return encryptionKeys ?? readFileSync(keyPathOf(databasePath), 'utf8').trim();
}
