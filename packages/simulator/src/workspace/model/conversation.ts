/** Conversations, and what they keep besides messages. Plain data. */
import type { SlackFile } from './file.ts';
import type { Message } from './message.ts';

/** `channel` is public, `group` private, `im` a direct message, `mpim` one of several people. */
export type ChannelKind = 'channel' | 'group' | 'im' | 'mpim';

/** A conversation of any kind. */
export interface Channel {
  readonly id: string;
  readonly teamId: string;
  readonly kind: ChannelKind;
  name: string;
  /** Newest first. */
  previousNames: readonly string[];
  readonly creatorId: string;
  readonly createdAtMs: number;
  readonly isGeneral: boolean;
  readonly members: Set<string>;
  /** Oldest first; bounded, see messages.ts. */
  readonly messages: Message[];
  /** Shown to one person only, oldest first; bounded, see ephemerals.ts. */
  readonly ephemerals: Ephemeral[];
  /** Newest first. */
  readonly pins: Pin[];
  /** In their order at the top; bounded, see bookmarks.ts. */
  readonly bookmarks: Bookmark[];
  /** In tabs at the top, also deleted ones; bounded, see canvases.ts. */
  readonly canvases: SlackFile[];
  /** By the timestamp of the thread's first message; bounded, see assistant-threads.ts. */
  readonly assistantThreads: Map<string, AssistantThread>;
  /** Its oldest messages were let go, see messages.ts. */
  isTrimmed: boolean;
  /** Only administrators may write. */
  isReadOnly: boolean;
  isArchived: boolean;
  topic: Headline;
  purpose: Headline;
  updatedAtMs: number;
  /** How far each member has read: a timestamp by user id. */
  readonly lastRead: Map<string, string>;
  /** Who closed this direct message and would not see it in the sidebar. */
  readonly closedFor: Set<string>;
  /** What a person looks at beside the direct message with an app, as the app is told it; undefined: it is not told. */
  appContext: Readonly<Record<string, unknown>> | undefined;
}

/** A topic or purpose, and who set it when. */
export interface Headline {
  readonly value: string;
  readonly creatorId: string;
  readonly setAtMs: number;
}

/** A message that only one person sees. */
export interface Ephemeral {
  readonly userId: string;
  readonly message: Message;
}

/** A message that is pinned to its conversation. */
export interface Pin {
  readonly message: Message;
  readonly userId: string;
  readonly atMs: number;
}

/** A link at the top of a conversation. */
export interface Bookmark {
  readonly id: string;
  title: string;
  link: string;
  /** With colons, or empty. */
  emoji: string;
  /** Who changed it last. */
  userId: string;
  readonly appId: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
}

/** What an app says about a thread in which it assists. */
export interface AssistantThread {
  readonly threadTs: string;
  readonly appId: string;
  title: string;
  /** Empty: nothing is shown. */
  status: string;
  loadingMessages: readonly string[];
  promptsTitle: string | undefined;
  prompts: readonly { readonly title: string; readonly message: string }[];
  /** How far the agent is; undefined: there is no session. See agent-sessions.ts. */
  session: 'active' | 'processing' | 'suspended' | 'closed' | undefined;
  /** The name and picture of the session in place of the app's own; undefined: as the app. */
  shownAs: SessionLook | undefined;
}

/** What an agent is called and shown as in a session. */
export interface SessionLook {
  readonly username?: string | undefined;
  readonly iconEmoji?: string | undefined;
  readonly iconUrl?: string | undefined;
}

/** A message that waits for its time. */
export interface ScheduledMessage {
  readonly id: string;
  readonly channelId: string;
  readonly appId: string;
  readonly userId: string;
  readonly postAtSeconds: number;
  readonly createdAtSeconds: number;
  readonly text: string;
  /** Takes it off the clock. */
  readonly cancel: () => void;
}
