/** To whom a database belongs: the app and the key that it was first used with. Asked at each start. */
import { BotServerError } from '../errors.ts';
import type { Store } from './store.ts';

/**
 * Records the key on first use; afterwards the recorded one must be among the vault's.
 * @throws BotServerError `encryption_key_mismatch`
 */
export async function checkKeyFingerprint(
  store: Store,
  vault: { readonly fingerprint: string; readonly fingerprints: readonly string[] },
): Promise<void> {
  const stored = await recordedOrFirst(store, 'key_fingerprint', vault.fingerprint);
  if (vault.fingerprints.includes(stored)) return;
  const message = `The tokens of this database were sealed with the key ${stored}, and ENCRYPTION_KEYS has ${vault.fingerprints.join(', ')}`;
  throw new BotServerError('encryption_key_mismatch', message, { facts: { stored } });
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

// Read first: a store that was opened read-only can check as well. Of two first starts at once, one value is recorded.
async function recordedOrFirst(store: Store, column: 'key_fingerprint' | 'app_id', first: string): Promise<string> {
  const select = `select ${column} as value from meta`;
  const known = (await store.get(select))?.value;
  if (typeof known === 'string') return known;
  await store.run(`update meta set ${column} = $1 where ${column} is null`, [first]);
  return String((await store.get(select))?.value);
}
