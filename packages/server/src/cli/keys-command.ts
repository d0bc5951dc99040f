/** `slack-bot-server keys …`: which key seals the tokens in the database. Beside a running server or without one. */
import { recordKeyFingerprint } from '../store/identity-repository.ts';
import { type ResealCursor, type ResealPage, resealPage } from '../team/reseal-repository.ts';
import { rebindTeams } from '../team/team-binding-repository.ts';
import type { Storage } from '../wiring/create-storage.ts';
import { withStorage } from './command-storage.ts';
import { EXIT, say, sayJson } from './output.ts';

/** What a rotation did. */
export interface KeyRotation {
  /** Of the first of ENCRYPTION_KEYS. */
  key: string;
  /** Sealed values in the database. */
  values: number;
  resealed: number;
  /** Installations with a value that no key opens. */
  unreadable: string[];
}

/** After so many values a line says how far it is. */
const PROGRESS_EVERY = 10_000;

/**
 * `keys rotate`: seals every token with the first of ENCRYPTION_KEYS, until nothing is left under another key. Afterwards
 * the others can be removed.
 */
export async function rotateKeys(options: { json?: boolean }): Promise<void> {
  await withStorage(async (storage) => {
    const result = await resealAll(storage, (seen) => {
      if (!options.json) say(`${seen} values looked at`);
    });
    if (result.unreadable.length > 0) process.exitCode = EXIT.failure;
    if (options.json) return sayJson(result);
    say(`${result.resealed} of ${result.values} values were sealed anew with the key ${result.key}`);
    for (const key of result.unreadable) say(`cannot be read with any of ENCRYPTION_KEYS: ${key}`);
    if (result.unreadable.length === 0) say('the other keys can be removed from ENCRYPTION_KEYS now');
  });
}

/** Seals everything anew; round after round while somebody else writes at the same moment. */
export async function resealAll(
  { store, vault }: Pick<Storage, 'store' | 'vault'>,
  onProgress: (seen: number) => void = () => {},
): Promise<KeyRotation> {
  let resealed = 0;
  for (;;) {
    let seen = 0;
    let left = 0;
    const unreadable = new Set<string>();
    let page: ResealPage;
    let after: ResealCursor | undefined;
    do {
      page = await resealPage({ store, vault }, after);
      if (Math.floor((seen + page.seen) / PROGRESS_EVERY) > Math.floor(seen / PROGRESS_EVERY))
        onProgress(seen + page.seen);
      seen += page.seen;
      resealed += page.resealed;
      // What was written meanwhile may be sealed with another key, by a server that has the keys in another order.
      left += page.resealed + page.changed;
      for (const key of page.unreadable) unreadable.add(key);
      after = page.next;
    } while (after);
    left += await rebindTeams({ store, vault });
    if (left > 0) continue;
    if (unreadable.size === 0) await recordKeyFingerprint(store, vault);
    return { key: vault.fingerprint, values: seen, resealed, unreadable: [...unreadable] };
  }
}
