/** The words of the base feature: what an installation, its credentials and its teams are. */
import type { IncidentProbes } from './breaker.ts';
import type { IncomingWebhook } from './incoming-webhook.ts';

declare const of: unique symbol;
/** A text that is the id of one kind of thing: the compiler refuses another's in its place. What comes from outside is any text. */
type Id<Kind extends string> = string & { readonly [of]?: Kind };

/** Id of a workspace, or (an org-wide installation is a team, too) of an organization. */
export type TeamId = Id<'team'>;

/** Key of an installation: the enterprise id of an org-wide install, otherwise the team id. */
export type InstallationKey = Id<'installation'>;

/** The key of the installation that is named after the team or organization; whether it belongs to that one the rows say. */
export function keyNamedAfter(teamId: TeamId): InstallationKey {
  return teamId as string;
}

/** Whether the installation is named after that team or organization. */
export function isNamedAfter(key: InstallationKey, teamId: TeamId): boolean {
  return keyNamedAfter(teamId) === key;
}

/** The team or organization that an installation is named after. */
export function teamNamedIn(key: InstallationKey): TeamId {
  return key as string;
}

/** Counts installs, and refreshes within an install. What was sent under an older one decides nothing any more. */
export interface Version {
  install: number;
  refresh: number;
}

/** Why nothing is sent although the installation is active. */
export type Doubt =
  | { kind: 'none' }
  /** A probe is due or in flight; `code` is the answer that raised the doubt. */
  | { kind: 'confirming'; code: string; sinceMs: number }
  /** Held back by the breaker: too many installations failed at once. */
  | { kind: 'held'; code: string; sinceMs: number };

/** The reason of an installation that was inactive in the program that it was imported from, which does not say why. */
export const IMPORTED_INACTIVE = 'imported_inactive';

/** Status of an installation. `reason` is Slack's code, `operator`, `imported_inactive`, or of the bot itself `bot` or `bot: …`. */
export type InstallationState =
  | { kind: 'active'; doubt: Doubt }
  | { kind: 'suspended'; reason: string; sinceMs: number }
  | { kind: 'inactive'; reason: string; sinceMs: number };

/** A state in a word. */
export type Status = InstallationState['kind'] | `active (${Exclude<Doubt['kind'], 'none'>})`;

/** What somebody wishes of an installation; the owner of the installation carries it out and clears it. */
export type InstallationRequest = 'probe' | 'restart';

/** One grant: a row that says what should be. */
export interface Installation {
  key: InstallationKey;
  appId: string | null;
  isEnterprise: boolean;
  /** The organization to which it belongs: its own key when it is org-wide, else that of its workspace; null when none is known. */
  enterpriseId: string | null;
  version: Version;
  state: InstallationState;
  request: InstallationRequest | null;
  /** An operator wants this install removed with all its data; its owner asks the hooks and carries it out. */
  isToBeRemoved: boolean;
  /** Other nodes have learned something of it that its owner is to judge; see hint-repository.ts. */
  hasHints: boolean;
  /** It was held or deactivated when many failed together, and is asked again; see breaker.ts. */
  incident: IncidentProbes | null;
  /** Commit order over all installations; a node reads what is newer than what it has seen. */
  changedSeq: number;
  createdAtMs: number;
  installedAtMs: number;
  /** Since the last install, or since it came back after it; null while it is not active. */
  activeSinceMs: number | null;
  /** What the link of the last install carried for the hooks; null when it carried nothing. */
  metadata: string | null;
}

/**
 * A workspace in which the bot lives, or (its id is the key of an org-wide installation) the organization itself. Bot ids are
 * null until a probe has filled them.
 */
export interface Team {
  teamId: TeamId;
  installationKey: InstallationKey;
  /** `revoked`: the organization that installed the app has not let it into this workspace, or not any more. */
  access: 'granted' | 'revoked';
  /** Null while it has access, or where that was taken by an earlier version, which did not note it. */
  noAccessSinceMs: number | null;
  name: string | null;
  domain: string | null;
  botUserId: string | null;
  botId: string | null;
  /** The organization that is about to take it over, should its own installation end; see workspace-repository.ts. */
  contestedBy?: InstallationKey;
}

/** A token of an installation, opened. Never logged; never part of an error. */
export interface Credential {
  installationKey: InstallationKey;
  kind: 'bot' | 'user';
  /** The person for whom a user token acts; empty for the bot. */
  userId: string;
  version: Version;
  token: string;
  scopes: string[];
  expiresAtMs: number | null;
  /** The bot's only; absent where none was granted. */
  incomingWebhook?: IncomingWebhook;
}

/** True when both are the same pair. */
export function isSameVersion(a: Version, b: Version): boolean {
  return a.install === b.install && a.refresh === b.refresh;
}

/** The state in a word, with the doubt of an active one: `active (held)`. For people and the timeline. */
export function statusOf(state: InstallationState): Status {
  return state.kind === 'active' && state.doubt.kind !== 'none' ? `active (${state.doubt.kind})` : state.kind;
}

/** Whether the breaker holds it back: active, but not believed to be gone. */
export function isHeld(state: InstallationState): boolean {
  return state.kind === 'active' && state.doubt.kind === 'held';
}

/** Whether calls may be sent with this installation's credential and events handed to listeners. */
export function isAnswering(state: InstallationState): boolean {
  return state.kind === 'active' && state.doubt.kind === 'none';
}
