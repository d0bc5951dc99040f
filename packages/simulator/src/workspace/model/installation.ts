/** Installations and their tokens. Plain data. */
import type { App } from './app.ts';
import type { Enterprise, Team } from './team.ts';

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
  /** Set for the token of a function's run, which stands for the bot as long as that runs. */
  readonly functionRunId?: string | undefined;
}
