/** What the install flow asks of the rest of the server. Interfaces only; server.ts joins them. */
import type { InstallingFacts } from '../events.ts';
import type { ProbeAnswer } from '../slack/signal.ts';
import type { VerdictOverrides } from '../slack/verdict.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import type { InstallationKey, Version } from '../team/installation.ts';
import type { Installations } from '../team/installations.ts';
import type { Clock } from '../time/clock.ts';
import type { BotName } from './bot-name.ts';
import type { InstallLimitsOptions } from './install-limits.ts';

/** The hook's word; `message` is shown to the person. Throwing and timing out were turned into a refusal before. */
export type InstallingAnswer = { allowed: true } | { allowed: false; message?: string | null };

/** What was done, for the `installed`, `reinstalled` and `reactivated` hooks. */
export interface InstallNotice {
  outcome: 'installed' | 'reinstalled' | 'reactivated';
  key: InstallationKey;
  version: Version;
  teamId: string;
  teamName: string | null;
  userId: string | null;
}

/** Remembers the use of a state; kept at least as long as a state is valid. */
export interface OAuthUses {
  /** Atomic over all nodes: one caller gets `claimed`, the others what the first has finished with, or null until then. */
  claim(stateHash: string): Promise<{ claimed: true } | { claimed: false; result: unknown }>;
  finish(stateHash: string, result: unknown): Promise<void>;
}

/** The part of a structured logger that the flow uses. */
export interface InstallLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface InstallOptions {
  clientId: string;
  /** Which OAuth the app uses: it decides how the answer of the exchange is read. @defaultValue 'v1' */
  oauth?: 'v1' | 'v2';
  /** Whether a whole organization may install the app; RTM has no connections for one. @defaultValue true */
  takesOrganizations?: boolean;
  /** Scopes to ask for; `bot` for a classic app. */
  scopes: readonly string[];
  /** Scopes to ask of the person who installs (v2). @defaultValue none */
  userScopes?: readonly string[];
  /** Whether the app is a public client that exchanges codes by PKCE (v2). @defaultValue false */
  isPkce?: boolean;
  /** Slack's page where the person presses Allow. */
  authorizeUrl: string;
  /** Where visitors reach this server; links are built from it, never from a Host header. */
  publicUrl: string;
  /** HMAC key of states, the same on every node. */
  stateKey: Uint8Array;
  /** How long a second request waits for the first with the same state, in milliseconds. @defaultValue 20000 */
  waitMs?: number;
  /** How many installs may be finished in a while. */
  limits?: InstallLimitsOptions;
  /** Codes whose class the operator changed. */
  verdicts?: VerdictOverrides;
}

export const installDefaults = {
  oauth: 'v1',
  takesOrganizations: true,
  userScopes: [],
  isPkce: false,
  waitMs: 20_000,
  limits: {},
  verdicts: {},
} as const satisfies Partial<InstallOptions>;

export interface InstallDeps {
  options: InstallOptions;
  /** Calls oauth.access or oauth.v2.access; once, because a code can be used once. `codeVerifier` with PKCE. */
  exchange(code: string, redirectUri: string, codeVerifier?: string): Promise<SlackAnswer>;
  /** Calls auth.test by a token that no row holds yet: a probe, which no gate stops. */
  identify(token: string): Promise<ProbeAnswer>;
  /** Calls auth.revoke, past the gate. */
  revoke(token: string): Promise<Pick<SlackAnswer, 'kind'>>;
  /** Calls apps.uninstall, past the gate: takes the whole grant back. */
  uninstall(token: string): Promise<Pick<SlackAnswer, 'kind'>>;
  installations: Pick<Installations, 'find' | 'recordInstall'>;
  /** What Slack calls the bot, for the pages. */
  botName: Pick<BotName, 'note'>;
  uses: OAuthUses;
  runInstalling(facts: InstallingFacts): Promise<InstallingAnswer>;
  /** Starts the hooks and returns at once: they must not delay the page. */
  notify(notice: InstallNotice): void;
  /** Proves that the store can be written before a code is spent. @throws when it cannot */
  checkStore(): Promise<void>;
  /** The Slack app that this server serves; null while unknown, then any is taken. */
  expectedAppId(): Promise<string | null>;
  clock: Clock;
  log: InstallLog;
}
