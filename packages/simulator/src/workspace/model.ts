/** The nouns of a simulated Slack. Plain data; what changes them lives beside this file, one file per noun. */

/** `classic` apps have the umbrella scope `bot`, OAuth v1 and RTM; `granular` apps have OAuth v2 and events. */
export type AppKind = 'classic' | 'granular';

/** A Slack app as its developer configures it. */
export interface App {
  readonly id: string;
  readonly name: string;
  readonly kind: AppKind;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly signingSecret: string;
  readonly verificationToken: string;
  readonly appLevelToken: string;
  readonly botScopes: readonly string[];
  readonly userScopes: readonly string[];
  /** Where OAuth may lead back to. Empty: any loopback URL, because nobody registers the port of a test. */
  readonly redirectUrls: readonly string[];
  /** Where events are posted; undefined: nowhere. */
  requestUrl: string | undefined;
  /** Where buttons, modals and shortcuts are posted; undefined: the request URL. */
  interactivityUrl: string | undefined;
  /** Where the options of an external select are asked for; undefined: the interactivity URL. */
  optionsUrl: string | undefined;
  /** Empty: every slash command is this app's. A command without a URL goes to the request URL. */
  commands: readonly { readonly command: string; readonly url?: string | undefined }[];
  /** Names of bot events, for example `message.channels` and `app_mention`. */
  eventSubscriptions: readonly string[];
  /** Everything goes over sockets of this app, nothing to URLs. */
  isSocketModeOn: boolean;
  /** Events that failed are tried again every hour for a day. */
  isDelayedEventsOn: boolean;
  /** False after too many deliveries failed; `/_sim/apps` switches it on again. */
  areEventsEnabled: boolean;
  /** Tokens that are given out from now on live for 12 hours and come with a refresh token. */
  isTokenRotationOn: boolean;
  /** May be installed in a whole organization at once. */
  readonly isOrgWide: boolean;
  /** False: only in the workspace where it was made. */
  readonly isDistributed: boolean;
  /** Id, domain or name of the workspace where it was made; undefined: the first one. */
  readonly homeTeam: string | undefined;
  /** May exchange codes by PKCE, without its secret. */
  readonly isPkceOn: boolean;
  /** Scopes that people may refuse and install the app all the same. */
  readonly optionalScopes: readonly string[];
  /** Scopes that Slack approved; undefined: nobody reviewed the app, and every scope may be asked for. */
  readonly approvedScopes: readonly string[] | undefined;
}

/** An organization of workspaces. */
export interface Enterprise {
  readonly id: string;
  readonly name: string;
  /** Org-wide installations by app id. An entry stays after an uninstall. */
  readonly installations: Map<string, OrgInstallation>;
}

/** A workspace. */
export interface Team {
  readonly id: string;
  name: string;
  domain: string;
  readonly enterprise: Enterprise | undefined;
  readonly createdAtMs: number;
  readonly users: Map<string, User>;
  readonly bots: Map<string, Bot>;
  readonly channels: Map<string, Channel>;
  /** Custom emoji: name → URL, or `alias:name`. */
  readonly emoji: Map<string, string>;
  readonly scheduledMessages: Map<string, ScheduledMessage>;
  /** By app id. An entry stays after an uninstall, because a re-install finds the same bot user. */
  readonly installations: Map<string, Installation>;
}

/** Whether somebody is at the keyboard (users) or connected (bots). */
export type Presence = 'active' | 'away';

/** A person or a bot user. */
export interface User {
  readonly id: string;
  readonly teamId: string;
  name: string;
  realName: string;
  email: string;
  readonly color: string;
  isAdmin: boolean;
  profile: Profile;
  /** Set for bot users. */
  readonly botId: string | undefined;
  readonly appId: string | undefined;
  /** Follows from the next two; changed only by people.ts. */
  presence: Presence;
  /** At the keyboard (people) or connected (bots). */
  isOnline: boolean;
  /** Said to be away by users.setPresence, whatever else is the case. */
  isManuallyAway: boolean;
  isDeleted: boolean;
  updatedAtMs: number;
}

/** What somebody says about themselves, besides the names. Replaced as a whole; see profiles.ts. */
export interface Profile {
  readonly displayName: string;
  readonly title: string;
  readonly phone: string;
  readonly skype: string;
  readonly pronouns: string;
  readonly startDate: string;
  readonly statusText: string;
  /** With colons, for example `:palm_tree:`. */
  readonly statusEmoji: string;
  /** Seconds since the epoch; 0: the status stays. */
  readonly statusExpiration: number;
  /** Custom fields by id. */
  readonly fields: Readonly<Record<string, { readonly value: string; readonly alt: string }>>;
}

/** The bot behind a bot user; what `bot_id` names. */
export interface Bot {
  readonly id: string;
  readonly appId: string;
  readonly userId: string;
  readonly name: string;
  isDeleted: boolean;
  updatedAtMs: number;
}

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
  /** By the timestamp of the thread's first message; bounded, see assistant-threads.ts. */
  readonly assistantThreads: Map<string, AssistantThread>;
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
}

/** A topic or purpose, and who set it when. */
export interface Headline {
  readonly value: string;
  readonly creatorId: string;
  readonly setAtMs: number;
}

/** A file that was uploaded. Its content counts against the total of files.ts. */
export interface SlackFile {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  title: string;
  readonly altText: string;
  readonly snippetType: string | undefined;
  readonly createdAtMs: number;
  /** `http://host:port` under which the uploader reached the simulator; its URLs begin with it. */
  readonly origin: string;
  /** What anybody may download it with, once it was made public; see permalink_public. */
  readonly publicSecret: string;
  isPublicUrlShared: boolean;
  content: Uint8Array;
  /** Where it was shared: the messages by channel id. */
  readonly shares: Map<string, string[]>;
  isDeleted: boolean;
}

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
  subtype: 'bot_message' | 'me_message' | 'thread_broadcast' | 'tombstone' | 'file_share' | SystemSubtype | undefined;
  /** What only its subtype has, in Slack's names: `inviter`, `topic`, `old_name` and so on. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
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
  edited: { readonly userId: string; readonly ts: string } | undefined;
  /** In the order in which the first of each kind came. */
  reactions: readonly Reaction[] | undefined;
  isPinned: boolean;
  /** Only on messages of chat.startStream. */
  stream: MessageStream | undefined;
  /** Only on the first message of a thread. */
  thread: Thread | undefined;
}

/** One emoji on a message, and who put it there. */
export interface Reaction {
  /** Without colons. */
  readonly name: string;
  readonly userIds: readonly string[];
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

/** A message that is still being written; see streams.ts. */
export interface MessageStream {
  readonly appId: string;
  state: 'in_progress' | 'completed' | 'stopped_by_user';
  markdown: string;
  readonly displayMode: 'timeline' | 'plan';
  planTitle: string | undefined;
  /** By id, in the order in which they came. */
  readonly tasks: Map<string, Readonly<Record<string, unknown>>>;
  /** Blocks that the app added as they are. */
  readonly extraBlocks: unknown[];
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
  /** What agents.sessions.* say; undefined until they said something. */
  session: 'active' | 'processing' | 'suspended' | 'closed' | undefined;
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

/** What the first message of a thread knows about its answers. */
export interface Thread {
  replyCount: number;
  latestReply: string;
  readonly replyUsers: Set<string>;
}

/** Where tokens belong: an app in a workspace, or in a whole organization. */
export interface TokenOwner {
  readonly app: App;
  /** Undefined for an org-wide installation. */
  readonly team: Team | undefined;
  /** Only for an org-wide installation. */
  readonly enterprise: Enterprise | undefined;
}

/** The tokens of an installation, and whom they stand for. */
export interface TokenHolder {
  readonly owner: TokenOwner;
  readonly botUserId: string;
  readonly botId: string;
  /** `removed` after an uninstall; `disabled` when an administrator switched the integration off. */
  status: 'active' | 'disabled' | 'removed';
  installerId: string;
  scopes: readonly string[];
  botToken: Token | undefined;
  /** By user id. */
  readonly userTokens: Map<string, Token>;
  /** Tokens that a rotation replaced and that still work. */
  olderTokens: Token[];
  /** Oldest first; bounded, see tokens.ts. */
  readonly refreshTokens: RefreshToken[];
  /** Values of tokens that were replaced, oldest first; bounded, see tokens.ts. */
  readonly retiredTokens: string[];
}

/** An app in a workspace. */
export interface Installation extends TokenHolder {
  readonly appId: string;
  readonly teamId: string;
  /** The org-wide installation that this workspace was given access to; its tokens are the ones in use. */
  readonly org: OrgInstallation | undefined;
}

/** An app in a whole organization. It works in the workspaces that were given access. */
export interface OrgInstallation extends TokenHolder {
  readonly appId: string;
  readonly enterpriseId: string;
  readonly teamIds: Set<string>;
}

/** What a rotating token is renewed with. */
export interface RefreshToken {
  readonly value: string;
  readonly kind: 'bot' | 'user';
  readonly holder: TokenHolder;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly issuedAtMs: number;
  usedAtMs: number | undefined;
}

/** What may be shown to the Web API. `app` is the app-level token. */
export type TokenKind = 'bot' | 'user' | 'app';

/** What the Web API says about a token: `removed` answers invalid_auth, as if it had never existed. */
export type TokenStatus = 'active' | 'account_inactive' | 'token_revoked' | 'token_expired' | 'removed';

/** A token that was given out. */
export interface Token {
  readonly value: string;
  /** The first 12 hexadecimal digits of the SHA-256 of the value: safe to print, and enough to ask the log about it. */
  readonly id: string;
  readonly kind: TokenKind;
  readonly app: App;
  /** Undefined for app-level and org-wide tokens. */
  readonly team: Team | undefined;
  /** Only for org-wide tokens. */
  readonly enterprise: Enterprise | undefined;
  /** Whose it is; undefined for app-level tokens. */
  readonly holder: TokenHolder | undefined;
  readonly userId: string;
  readonly botId: string | undefined;
  scopes: readonly string[];
  readonly expiresAtMs: number | undefined;
  status: TokenStatus;
}
