/**
 * Lets whoever needs the bot's token wait while the present one has ended and the next one is on the way: after a server was
 * away for longer than a token lives. Events wait in the inbox; this is for people and code that wait for an answer.
 */

import type { InstallationKey } from '../team/installation.ts';
import type { Refresher } from './refresher.ts';

/** One per server. */
export class TokenWaits {
  readonly #refresher: Pick<Refresher, 'isAwaited'>;
  readonly #waiting = new Map<InstallationKey, PromiseWithResolvers<void>>();

  constructor(refresher: Pick<Refresher, 'isAwaited'>) {
    this.#refresher = refresher;
  }

  isAwaited(key: InstallationKey): boolean {
    return this.#refresher.isAwaited(key);
  }

  /** Resolves when the token may be used, or nothing will come that could be waited for. May take for ever. */
  async settled(key: InstallationKey): Promise<void> {
    if (!this.isAwaited(key)) return;
    const waiting = this.#waiting.get(key) ?? Promise.withResolvers<void>();
    this.#waiting.set(key, waiting);
    await waiting.promise;
  }

  /** The refresher has seen something new of the installation. */
  changed(key: InstallationKey): void {
    if (this.isAwaited(key)) return;
    this.#waiting.get(key)?.resolve();
    this.#waiting.delete(key);
  }
}
