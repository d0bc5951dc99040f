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
  readonly requestUrl: string | undefined;
  readonly eventSubscriptions: readonly string[];
  readonly isTokenRotationOn: boolean;
}

/** A workspace. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly enterprise: { readonly id: string; readonly name: string } | undefined;
  readonly createdAtMs: number;
  readonly users: Map<string, User>;
  readonly bots: Map<string, Bot>;
  readonly channels: Map<string, Channel>;
  /** By app id. An entry stays after an uninstall, because a re-install finds the same bot user. */
  readonly installations: Map<string, Installation>;
}

/** Whether somebody is at the keyboard (users) or connected (bots). */
export type Presence = 'active' | 'away';

/** A person or a bot user. */
export interface User {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
  readonly color: string;
  readonly isAdmin: boolean;
  /** Set for bot users. */
  readonly botId: string | undefined;
  readonly appId: string | undefined;
  presence: Presence;
  isDeleted: boolean;
  updatedAtMs: number;
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
  readonly name: string;
  readonly creatorId: string;
  readonly createdAtMs: number;
  readonly isGeneral: boolean;
  readonly members: Set<string>;
  /** Oldest first; bounded, see messages.ts. */
  readonly messages: Message[];
  isArchived: boolean;
  topic: string;
  purpose: string;
}

/** A message with what Slack keeps of it. */
export interface Message {
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly subtype: 'bot_message' | 'me_message' | 'thread_broadcast' | undefined;
  readonly userId: string | undefined;
  readonly botId: string | undefined;
  readonly appId: string | undefined;
  readonly username: string | undefined;
  readonly icons: Readonly<Record<string, string>> | undefined;
  readonly clientMsgId: string | undefined;
  readonly text: string;
  readonly blocks: readonly unknown[] | undefined;
  readonly attachments: readonly unknown[] | undefined;
  readonly metadata: unknown;
  /** Only on the first message of a thread. */
  thread: Thread | undefined;
}

/** What the first message of a thread knows about its answers. */
export interface Thread {
  replyCount: number;
  latestReply: string;
  readonly replyUsers: Set<string>;
}

/** An app in a workspace. */
export interface Installation {
  readonly appId: string;
  readonly teamId: string;
  readonly botUserId: string;
  readonly botId: string;
  /** `removed` after an uninstall; `disabled` when an administrator switched the integration off. */
  status: 'active' | 'disabled' | 'removed';
  installerId: string;
  scopes: readonly string[];
  botToken: Token | undefined;
  readonly userTokens: Map<string, Token>;
  /** Values of tokens that were replaced, oldest first; bounded, see installations.ts. */
  readonly retiredTokens: string[];
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
  /** Undefined for app-level tokens. */
  readonly team: Team | undefined;
  readonly userId: string;
  readonly botId: string | undefined;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number | undefined;
  status: TokenStatus;
}
