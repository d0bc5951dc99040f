/** Seals all tokens anew, beside a running server or without one. */
import { BotServerError } from '../../errors.ts';
import type { Vault } from '../../installation/sealing.ts';
import { recordKeyFingerprint } from '../../store/identity-repository.ts';
import type { Store } from '../../store/store.ts';
import { type ResealCursor, type ResealPage, resealPage } from '../../team/reseal-repository.ts';
import { rebindTeams } from '../../team/team-binding-repository.ts';
import { counted } from '../why/words.ts';

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

/** After so many values it is told how far it is. */
const PROGRESS_EVERY = 10_000;

/**
 * Seals everything anew; round after round while somebody else writes at the same moment.
 * @param signal Ends it between two pages; what is sealed anew stays so.
 * @throws BotServerError `interrupted`
 */
export async function resealAll(
  { store, vault }: { store: Store; vault: Vault },
  { onProgress, signal }: { onProgress: (seen: number) => void; signal?: AbortSignal | undefined },
): Promise<KeyRotation> {
  let resealed = 0;
  for (;;) {
    let seen = 0;
    let left = 0;
    const unreadable = new Set<string>();
    let page: ResealPage;
    let after: ResealCursor | undefined;
    do {
      if (signal?.aborted) throw stopped(resealed);
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

/** Which of them is sealed with which key is seen by the next rotation: what has the first one already is passed over. */
function stopped(resealed: number): BotServerError {
  const message = `Stopped after re-encrypting ${counted(resealed, 'value')}: the others still have another key`;
  const fix = 'Keep all of ENCRYPTION_KEYS, and run it again: it goes on with the rest.';
  return new BotServerError('interrupted', message, { facts: { resealed }, fix });
}
