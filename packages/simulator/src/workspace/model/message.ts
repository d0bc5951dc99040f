/** Messages. Plain data. */
import type { SlackFile } from './file.ts';

/** Lines that Slack itself writes into a conversation. */
export type SystemSubtype =
  | 'channel_join'
  | 'channel_leave'
  | 'channel_topic'
  | 'channel_purpose'
  | 'channel_name'
  | 'channel_archive'
  | 'channel_unarchive'
  | 'group_topic';

/** A message with what Slack keeps of it. Changed only by the functions of this folder, which tell who watches. */
export interface Message {
  readonly ts: string;
  readonly threadTs: string | undefined;
  /** The first message of the thread that this one is a reply in. */
  readonly parent: Message | undefined;
  subtype:
    | 'bot_message'
    | 'me_message'
    | 'thread_broadcast'
    | 'tombstone'
    | 'file_share'
    | 'assistant_app_thread'
    | SystemSubtype
    | undefined;
  /** What only its subtype has, in Slack's names: `inviter`, `topic`, `old_name` and so on. */
  details: Readonly<Record<string, unknown>> | undefined;
  readonly files: readonly SlackFile[] | undefined;
  readonly userId: string | undefined;
  readonly botId: string | undefined;
  readonly appId: string | undefined;
  readonly username: string | undefined;
  readonly icons: Readonly<Record<string, string>> | undefined;
  readonly clientMsgId: string | undefined;
  text: string;
  blocks: readonly unknown[] | undefined;
  attachments: readonly unknown[] | undefined;
  metadata: unknown;
  /** Entities that apps gave for links in it; those of its own app are in `metadata`. See work-objects.ts. */
  unfurledEntities: readonly SharedEntity[] | undefined;
  /** By a person, or by a bot's B… id. */
  edited: { readonly editorId: string; readonly ts: string } | undefined;
  /** In the order in which the first of each kind came. */
  reactions: readonly Reaction[] | undefined;
  isPinned: boolean;
  /** The run of a function in whose name it was posted: what people do with it is told with that run. */
  readonly functionRunId: string | undefined;
  /** Only on messages of chat.startStream. */
  stream: MessageStream | undefined;
  /** Only on the first message of a thread. */
  thread: Thread | undefined;
}

/** A thing of an app's own system, in Slack's names: what Work Objects are made of. (@slack/types, EntityMetadata) */
export interface Entity {
  readonly entity_type: string;
  readonly url: string;
  /** The link in the message that it stands for; absent when an app posted it without one. */
  readonly app_unfurl_url?: string | undefined;
  readonly external_ref: { readonly id: string; readonly type?: string | undefined };
  readonly entity_payload: {
    readonly attributes: {
      readonly title: { readonly text: string };
      readonly display_type?: string | undefined;
      readonly display_id?: string | undefined;
      readonly product_name?: string | undefined;
    };
    readonly actions?:
      | {
          readonly primary_actions?: readonly EntityAction[] | undefined;
          readonly overflow_actions?: readonly EntityAction[] | undefined;
        }
      | undefined;
  };
}

/** A button of an entity. */
export interface EntityAction {
  readonly text: string;
  readonly action_id: string;
  readonly value?: string | undefined;
  readonly style?: string | undefined;
  readonly url?: string | undefined;
}

/** An entity under a message, and whose it is. */
export interface SharedEntity {
  readonly appId: string;
  readonly entity: Entity;
}

/** One emoji on a message, and who put it there. */
export interface Reaction {
  /** Without colons. */
  readonly name: string;
  readonly userIds: readonly string[];
}

/** A message that is still being written; see streams.ts. */
export interface MessageStream {
  readonly appId: string;
  state: 'in_progress' | 'completed' | 'stopped_by_user' | 'expired';
  /** When something was added last. */
  writtenAtMs: number;
  markdown: string;
  readonly displayMode: 'timeline' | 'plan';
  planTitle: string | undefined;
  /** By id, in the order in which they came. */
  readonly tasks: Map<string, Readonly<Record<string, unknown>>>;
  /** Blocks that the app added as they are. */
  readonly extraBlocks: unknown[];
}

/** What the first message of a thread knows about its answers. */
export interface Thread {
  replyCount: number;
  latestReply: string;
  readonly replyUsers: Set<string>;
}
