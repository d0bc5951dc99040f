/** The one row of meta: the app and the key that a database was first used with, what Slack calls the app, and whether it can be written at all. */
import { BotServerError } from '../errors.ts';
import type { Store } from './store.ts';

/**
 * Records the key on first use; afterwards the recorded one must be among the vault's.
 * @returns whether the database is new: it had no key until now
 * @throws BotServerError `encryption_key_mismatch`
 */
export async function checkKeyFingerprint(
  store: Store,
  vault: { readonly fingerprint: string; readonly fingerprints: readonly string[] },
): Promise<{ isNew: boolean }> {
  const isNew = (await readKeyFingerprint(store)) === null;
  requireKey(await recordedOrFirst(store, 'key_fingerprint', vault.fingerprint), vault);
  return { isNew };
}

/** The key that sealed the tokens of a database must be among the vault's. @throws BotServerError `encryption_key_mismatch` */
export function requireKey(stored: string, vault: { readonly fingerprints: readonly string[] }): void {
  if (vault.fingerprints.includes(stored)) return;
  const message = `The tokens of this database were sealed with the key ${stored}, and the keys at hand are ${vault.fingerprints.join(', ')}`;
  throw new BotServerError('encryption_key_mismatch', message, { facts: { stored } });
}

/** Of the key that seals the tokens of the database; null until one was used. */
export async function readKeyFingerprint(store: Store): Promise<string | null> {
  const row = await store.get('select key_fingerprint from meta');
  return typeof row?.key_fingerprint === 'string' ? row.key_fingerprint : null;
}

/** Everything is sealed with the vault's first key now: from here on that one must be among the keys. */
export async function recordKeyFingerprint(store: Store, vault: { readonly fingerprint: string }): Promise<void> {
  await store.run('update meta set key_fingerprint = $1', [vault.fingerprint]);
}

/**
 * Records the first app id that is known; another one later is refused. An unknown one (null) is not checked.
 * @throws BotServerError `app_mismatch`
 */
export async function checkAppId(store: Store, appId: string | null): Promise<void> {
  if (appId === null) return;
  const stored = await recordedOrFirst(store, 'app_id', appId);
  if (stored === appId) return;
  const message = `This database belongs to the Slack app ${stored}, not to ${appId}`;
  throw new BotServerError('app_mismatch', message, { facts: { stored, appId } });
}

/** The app that the database belongs to; null until one was recorded. */
export async function readAppId(store: Store): Promise<string | null> {
  const row = await store.get('select app_id from meta');
  return typeof row?.app_id === 'string' ? row.app_id : null;
}

/** A name that Slack gave: the app's own, which is the same everywhere, or that of its bot user in one workspace. */
export interface BotNameFound {
  name: string;
  isOfApp: boolean;
}

/** What Slack calls the bot; null until that was recorded. */
export async function readBotName(store: Store): Promise<string | null> {
  const row = await store.get('select bot_name from meta');
  return typeof row?.bot_name === 'string' ? row.bot_name : null;
}

/**
 * Records a name, and answers the one that counts. That of a bot user is taken only while there is none: its workspace may have called
 * it otherwise, and whoever installs the bot somewhere must not decide what everybody reads.
 */
export async function recordBotName(store: Store, { name, isOfApp }: BotNameFound): Promise<string | null> {
  const known = await readBotName(store);
  if (known === name || (known !== null && !isOfApp)) return known;
  await store.run(`update meta set bot_name = $1${isOfApp ? '' : ' where bot_name is null'}`, [name]);
  return await readBotName(store);
}

/**
 * Writes without changing anything, all the way to the disk.
 * @throws BotServerError `store_unavailable` when the database is full, read-only or gone
 */
export async function proveWritable(store: Store): Promise<void> {
  await store.run('update meta set change_counter = change_counter');
}

// Read first: a store that was opened read-only can check as well. Of two first starts at once, one value is recorded.
async function recordedOrFirst(store: Store, column: 'key_fingerprint' | 'app_id', first: string): Promise<string> {
  const select = `select ${column} as value from meta`;
  const known = (await store.get(select))?.value;
  if (typeof known === 'string') return known;
  await store.run(`update meta set ${column} = $1 where ${column} is null`, [first]);
  return String((await store.get(select))?.value);
}
