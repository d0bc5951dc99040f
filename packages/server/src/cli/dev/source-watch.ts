/**
 * Polls the files of a bot for changes. By `stat`, not by the events of the operating system: those differ between systems, are
 * lost where a folder is replaced or mounted, and tell of a rename in as many ways as there are editors.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { MISSING, stampOf } from './file-stamp.ts';

/** A poll of 200 files takes about a millisecond. */
const POLL_MS = 100;

/** An editor may delete a file before it writes it again: for so many polls a missing file is not believed. */
const MISSING_POLLS = 5;

export class SourceWatch {
  #stamps = new Map<string, string>();

  /** From now on this file is watched, and has not changed as long as it has this stamp. */
  note(path: string, stamp: string): void {
    this.#stamps.set(path, stamp);
  }

  /** What there is now is known; who reads a file later notes how it looked then. */
  lookAtAll(): void {
    for (const path of this.#stamps.keys()) this.#stamps.set(path, stampOf(path));
  }

  /** Watches these files alone, as they were noted. */
  keepOnly(paths: ReadonlySet<string>): void {
    this.#stamps = new Map([...this.#stamps].filter(([path]) => paths.has(path)));
  }

  /** Resolves with the files that changed, once nothing changes any more: several saves in a row are one. Undefined when aborted. */
  async changed(signal: AbortSignal): Promise<string[] | undefined> {
    let before = '';
    let quietPolls = 0;
    for (;;) {
      const changes = [...this.#stamps.keys()].filter((path) => stampOf(path) !== this.#stamps.get(path));
      const now = changes.map((path) => `${path} ${stampOf(path)}`).join('\n');
      quietPolls = now === before ? quietPolls + 1 : 0;
      before = now;
      const needed = changes.some((path) => stampOf(path) === MISSING) ? MISSING_POLLS : 1;
      if (changes.length > 0 && quietPolls >= needed) return changes;
      await wait(POLL_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) return undefined;
    }
  }
}
