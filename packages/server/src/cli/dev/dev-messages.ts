/** What `dev` and the process of its bot say to each other over IPC. */
import type { ServerOptions } from '../../bot-server.ts';

/** The settings of the bot's process: what goes through IPC. */
export type DevSettings = Omit<ServerOptions, 'clock' | 'random' | 'logger'>;

/** From `dev`: load the bot; then start with it; end. */
export type DevOrder =
  | { type: 'prepare'; botPath: string | undefined; settings: DevSettings }
  | { type: 'start' }
  | { type: 'stop' };

/** From the bot's process. When something fails it says so on the terminal and ends. */
export type BotNews =
  /** A file of the bot is about to be read, and how it looks at that moment. */
  | { type: 'file'; path: string; stamp: string }
  /** The bot is loaded and has added its listeners; nothing is started. */
  | { type: 'prepared' }
  | { type: 'started'; url: string };
