/**
 * What happens in a workspace, as typed facts. The workspace emits them; RTM turns them into frames, and everything else
 * that watches (Events API, Socket Mode, pages) subscribes in the same way and needs no change here.
 */
import type {
  App,
  AssistantThread,
  Call,
  Channel,
  Dnd,
  Entity,
  FunctionRun,
  Installation,
  Message,
  Presence,
  Star,
  Team,
  User,
  Usergroup,
} from './model.ts';
import type { Json } from './slack-shapes.ts';

/** Why the tokens of an app stopped working in a team. */
export type RemovalCause = 'disabled' | 'uninstalled' | 'revoked';

/** What becomes of the live sockets when an app goes. */
export type SocketHandling = 'close' | 'keep';

/** How the custom emoji of a workspace changed. */
export type EmojiChange =
  | { kind: 'add'; name: string; value: string }
  | { kind: 'remove'; names: readonly string[] }
  | { kind: 'rename'; oldName: string; newName: string; value: string };

/**
 * A fact about a workspace. Emit it after the state has changed.
 * Lines such as "has joined the channel" are messages of a subtype: post them with postMessage, which emits
 * `message_posted`; the fact itself (`member_joined`, `channel_renamed`, …) is emitted besides.
 */
export type DomainEvent =
  | { type: 'team_created'; team: Team }
  | { type: 'user_joined_team'; team: Team; user: User }
  | { type: 'presence_changed'; team: Team; user: User; presence: Presence }
  /** users.setPresence changed; only the person's own sockets hear of it. */
  | { type: 'manual_presence_changed'; team: Team; user: User }
  | { type: 'channel_created'; team: Team; channel: Channel }
  | { type: 'im_created'; team: Team; channel: Channel }
  | { type: 'member_joined'; team: Team; channel: Channel; userId: string; inviterId: string | undefined }
  | { type: 'message_posted'; team: Team; channel: Channel; message: Message; viaSocketId: string | undefined }
  /** Only this person sees it, and only while connected. */
  | { type: 'ephemeral_posted'; team: Team; channel: Channel; message: Message; userId: string }
  /** An app said something about a thread in which it assists. */
  | {
      type: 'assistant_thread_changed';
      team: Team;
      channel: Channel;
      thread: AssistantThread;
      part: 'status' | 'title' | 'prompts' | 'session' | 'shownAs';
    }
  | { type: 'user_typing'; team: Team; channel: Channel; userId: string }
  | { type: 'app_installed'; team: Team; app: App; installation: Installation; isReinstall: boolean }
  | {
      type: 'app_removed';
      team: Team;
      app: App;
      installation: Installation;
      cause: RemovalCause;
      /** Whether open sockets end with it. A fault that mutes or resets them says `keep` and does it itself. */
      sockets: SocketHandling;
    }
  | { type: 'tokens_revoked'; team: Team; app: App; userIds: readonly string[]; botUserIds: readonly string[] }
  | { type: 'user_changed'; team: Team; user: User; isProfileChanged: boolean; isStatusChanged: boolean }
  | { type: 'dnd_changed'; team: Team; user: User; dnd: Dnd; nowMs: number }
  | { type: 'usergroup_created' | 'usergroup_updated'; team: Team; usergroup: Usergroup }
  | {
      type: 'usergroup_members_changed';
      team: Team;
      usergroup: Usergroup;
      added: readonly string[];
      removed: readonly string[];
      previousUpdateMs: number;
    }
  | { type: 'team_renamed'; team: Team }
  | { type: 'team_domain_changed'; team: Team }
  | { type: 'emoji_changed'; team: Team; change: EmojiChange }
  | { type: 'member_left'; team: Team; channel: Channel; userId: string; actorId: string | undefined }
  | { type: 'channel_renamed'; team: Team; channel: Channel; userId: string; oldName: string }
  | { type: 'channel_archived'; team: Team; channel: Channel; userId: string }
  | { type: 'channel_unarchived'; team: Team; channel: Channel; userId: string }
  | { type: 'channel_deleted'; team: Team; channel: Channel; userId: string }
  /** Somebody opened or closed a direct message that existed; `im_created` is the first time. */
  | { type: 'im_opened'; team: Team; channel: Channel; userId: string }
  | { type: 'im_closed'; team: Team; channel: Channel; userId: string }
  /** A line of its own says so in the conversation; there is no event besides that. */
  | { type: 'topic_changed' | 'purpose_changed'; team: Team; channel: Channel; userId: string }
  /** Somebody has read up to `ts`; only their own sockets hear of it. */
  | { type: 'channel_marked'; team: Team; channel: Channel; userId: string; ts: string }
  /** `previous` is the message as it was: keep a copy before changing it. */
  | { type: 'message_changed'; team: Team; channel: Channel; message: Message; previous: Message }
  | { type: 'message_deleted'; team: Team; channel: Channel; message: Message }
  /** `reaction` is the emoji's name without colons. */
  | { type: 'reaction_added'; team: Team; channel: Channel; message: Message; userId: string; reaction: string }
  | { type: 'reaction_removed'; team: Team; channel: Channel; message: Message; userId: string; reaction: string }
  /** `pinCount` is how many pins the channel has now. */
  | { type: 'pin_added'; team: Team; channel: Channel; message: Message; userId: string; pinCount: number }
  | { type: 'pin_removed'; team: Team; channel: Channel; message: Message; userId: string; pinCount: number }
  /** Only its owner hears of it. */
  | { type: 'star_added' | 'star_removed'; team: Team; star: Star }
  /** `channelIds` are the conversations in which the file is, or was until now; of `shared` and `unshared` the one. */
  | {
      type: 'file_created' | 'file_changed' | 'file_public' | 'file_deleted' | 'file_shared' | 'file_unshared';
      team: Team;
      fileId: string;
      userId: string;
      channelIds: readonly string[];
    }
  | {
      type: 'link_shared';
      team: Team;
      channel: Channel;
      message: Message;
      links: readonly { domain: string; url: string }[];
    }
  /** `channel` is the direct message of the person and the bot; `view` the published home view, if there is one. */
  | {
      type: 'app_home_opened';
      team: Team;
      app: App;
      user: User;
      channel: Channel;
      tab: 'home' | 'messages';
      view: Json | undefined;
    }
  | {
      type: 'assistant_thread_started' | 'assistant_thread_context_changed';
      team: Team;
      app: App;
      channel: Channel;
      userId: string;
      threadTs: string;
      context: Json;
    }
  /** A person pressed Stop; `streamTs` are the messages that were still being written and no longer are. */
  | {
      type: 'agent_session_stopped';
      team: Team;
      app: App;
      channel: Channel;
      userId: string;
      threadTs: string;
      streamTs: readonly string[];
    }
  /** A person renamed a session; the app's own renaming is not told. `previousTitle` is empty when there was none. */
  | {
      type: 'agent_session_title_changed';
      team: Team;
      app: App;
      channel: Channel;
      userId: string;
      threadTs: string;
      title: string;
      previousTitle: string;
    }
  /** A person looks at something else beside an app; `channel` is their direct message. */
  | { type: 'app_context_changed'; team: Team; app: App; channel: Channel; userId: string; context: Json }
  /** A person opened an entity under a message; its app may show what it knows of it, by the trigger. */
  | {
      type: 'entity_details_requested';
      team: Team;
      app: App;
      channel: Channel;
      message: Message;
      userId: string;
      entity: Entity;
      triggerId: string;
    }
  /** Somebody does not want to join a call of the app. */
  | { type: 'call_rejected'; team: Team; app: App; call: Call; channel: Channel; userId: string }
  | { type: 'function_executed'; team: Team; app: App; run: FunctionRun }
  /** Workspaces were added to or taken from an org-wide installation; `team` is one of its organization. */
  | {
      type: 'team_access_granted' | 'team_access_revoked';
      team: Team;
      app: App;
      teamIds: readonly string[];
    }
  | { type: 'grid_migration_started' | 'grid_migration_finished'; team: Team; enterpriseId: string };

/** Receives every fact, at once and in order. */
export type DomainListener = (event: DomainEvent) => void;

/** The list of listeners. A throwing listener is reported and stops nobody. */
export class DomainEvents {
  readonly #listeners = new Set<DomainListener>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Subscribes; the returned function ends it. */
  on(listener: DomainListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(event: DomainEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
