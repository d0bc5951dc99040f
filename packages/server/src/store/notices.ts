/** What processes tell each other beside the rows. Only a hint to look sooner: whoever listens must find everything by polling, too. */

/** `rows`: an installation changed. `inbox`: events wait. `shards`: who owns what changed. `acks`: listeners gave acks that Slack waits for. `stops`: a person pressed Stop. */
export type NoticeTopic = 'rows' | 'inbox' | 'shards' | 'acks' | 'stops';

export interface Notices {
  /** Tells the other processes, soon and in the background; what is said twice meanwhile is told once. Never throws. */
  notify(topic: NoticeTopic, payload?: string): void;
  /**
   * Calls `listener`, which must not throw, for what other processes tell; with an empty payload also when some may have been lost.
   * @returns what ends it
   */
  on(topic: NoticeTopic, listener: (payload: string) => void): () => void;
  /** Whether they arrive now. False: poll. */
  readonly isLive: boolean;
}

/** One process has nobody to tell, and hears nothing of a command line beside it. */
export const noNotices: Notices = { notify: () => {}, on: () => () => {}, isLive: false };
