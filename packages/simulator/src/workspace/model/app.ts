/** Apps as their developers configure them. Plain data. */

/** `classic` apps have the umbrella scope `bot`, OAuth v1 and RTM; `granular` apps have OAuth v2 and events. */
export type AppKind = 'classic' | 'granular';

/** A shortcut that an app registered. */
export interface AppShortcut {
  readonly type: 'global' | 'message';
  readonly name: string;
  readonly callbackId: string;
}

/** A Slack app as its developer configures it. */
export interface App {
  readonly id: string;
  name: string;
  /** What its bot is called; undefined: as the app. */
  botName: string | undefined;
  readonly kind: AppKind;
  readonly clientId: string;
  readonly clientSecret: string;
  signingSecret: string;
  readonly verificationToken: string;
  readonly appLevelToken: string;
  botScopes: readonly string[];
  userScopes: readonly string[];
  /** Where OAuth may lead back to. Empty: any loopback URL, because nobody registers the port of a test. */
  redirectUrls: readonly string[];
  /** Where events are posted; undefined: nowhere. */
  requestUrl: string | undefined;
  /** Where buttons, modals and shortcuts are posted; undefined: the request URL. */
  interactivityUrl: string | undefined;
  /** Where the options of an external select are asked for; undefined: the interactivity URL. */
  optionsUrl: string | undefined;
  /** Empty: every slash command is this app's. A command without a URL goes to the request URL. */
  commands: readonly { readonly command: string; readonly url?: string | undefined }[];
  /** Empty: every callback id is this app's. */
  shortcuts: readonly AppShortcut[];
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
  isOrgWide: boolean;
  /** False: only in the workspace where it was made. */
  isDistributed: boolean;
  /** Sold outside Slack's Marketplace: it may read little of conversations, see web-api/unlisted-apps.ts. */
  isUnlisted: boolean;
  /** Id, domain or name of the workspace where it was made; undefined: the first one. */
  homeTeam: string | undefined;
  /** May exchange codes by PKCE, without its secret. */
  isPkceOn: boolean;
  /** Scopes that people may refuse and install the app all the same. */
  optionalScopes: readonly string[];
  /** Scopes that Slack approved; undefined: nobody reviewed the app, and every scope may be asked for. */
  approvedScopes: readonly string[] | undefined;
  /** The last manifest that it was given, with what the simulator does not act on. */
  manifest: unknown;
}
