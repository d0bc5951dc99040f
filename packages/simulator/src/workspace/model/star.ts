/** What people keep for themselves. Plain data. */

import type { Channel } from './conversation.ts';
import type { Message } from './message.ts';

/** A message, or without one the conversation itself. */
export interface StarredItem {
  readonly channel: Channel;
  readonly message?: Message;
}

/** An item with whose it is. */
export interface Star extends StarredItem {
  readonly userId: string;
  readonly atMs: number;
}
