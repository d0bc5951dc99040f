/** What the features ask of the rows that say what should be. Implemented by installation-repository.ts. */
import type { BotServerError } from '../errors.ts';
import type { IncidentProbes } from './breaker.ts';
import type { IncomingWebhook } from './incoming-webhook.ts';
import type {
  Credential,
  Installation,
  InstallationKey,
  InstallationRequest,
  InstallationState,
  Team,
  TeamId,
  Version,
} from './installation.ts';
import type { TimelineKind } from './timeline-kinds.ts';
import type { ToldTeam } from './told-team.ts';

/** A token with what was granted to it. In the clear here, and sealed before it is stored. */
export interface GrantedToken {
  token: string;
  scopes: string[];
  /** Null for a token that does not rotate. */
  expiresAtMs: number | null;
  /** Gets the next token of an app whose tokens rotate; good once. */
  refreshToken?: string | null;
  /** Its end was counted from now, by somebody who did not know when it was granted. @defaultValue false */
  isUndated?: boolean;
}

/** A successful grant, by OAuth or import. */
export interface InstallInput {
  key: InstallationKey;
  isEnterprise: boolean;
  /** The organization of the workspace, where one is known. @defaultValue the key of an org-wide one, else what is stored */
  enterpriseId?: string | null;
  appId: string | null;
  bot: GrantedToken | null;
  users: (GrantedToken & { userId: string })[];
  team: {
    teamId: TeamId;
    name: string | null;
    domain: string | null;
    botUserId: string | null;
    botId: string | null;
  } | null;
  /** @defaultValue that of before, as long as the installation was not inactive */
  incomingWebhook?: IncomingWebhook | null;
  /** The person who pressed Allow. @defaultValue that of before */
  installedBy?: string | null;
  /** What the install link carried for the hooks. @defaultValue nothing */
  metadata?: string | null;
  /** Of an org-wide one that is not known yet: its workspaces, until Slack is asked for them. Only for importInstall. @defaultValue none is known */
  workspaces?: readonly { teamId: TeamId; name: string | null }[];
  /** Of one that is not known yet: it is inactive from the start, as another program left it. Only for imports. @defaultValue active */
  inactive?: Extract<InstallationState, { kind: 'inactive' }>;
}

/** What an install did to the rows. `reactivated` = it was inactive or suspended before; its data was kept. */
export interface InstallOutcome {
  installation: Installation;
  outcome: 'installed' | 'reinstalled' | 'reactivated';
}

/** What an import of one grant did to the rows; unchanged: nothing was written. */
export interface ImportOutcome {
  outcome: InstallOutcome['outcome'] | 'updated' | 'unchanged';
  /** Of an organization that is new: those of its workspaces that came with it. */
  workspaces: readonly TeamId[];
}

/** What the hooks were told of an installation, by whichever node owned it then. */
export interface Told {
  install: number;
  state: InstallationState;
  teams: ReadonlyMap<TeamId, ToldTeam>;
}

/** The same, to be written. */
export interface NewlyTold extends Told, Pick<Installation, 'key' | 'createdAtMs'> {
  /** See ExpectedState. */
  epoch: number | undefined;
}

/** Since when a team was not heard without a hook having been told of it; null: hooks know of all such times. */
export interface UntoldGap {
  key: InstallationKey;
  sinceMs: number | null;
  /** See ExpectedState. */
  epoch: number | undefined;
}

/** An installation with what is needed to connect it or to list it. The credential is opened on demand. */
export interface InstallationView {
  installation: Installation;
  teams: Team[];
  /** Absent when nothing was told yet. */
  told?: Told;
  /** See UntoldGap. Absent when there is none. */
  untoldGapSinceMs?: number;
  /** Rows of teams that name it and are not its own: somebody changed them, and nothing is done for them. Absent without any. */
  strays?: Team[];
}

/** What an installation may act with, read at one moment: all of one install. */
export interface Credentials {
  bot: Credential | undefined;
  /** The tokens of people, if any gave one. */
  users: Credential[];
  /** For each that cannot be opened: `sealed_value_unreadable`. One that is damaged must not take the others along. */
  unreadable: BotServerError[];
}

/** Of an installation that has none, or may use none. */
export function noCredentials(): Credentials {
  return { bot: undefined, users: [], unreadable: [] };
}

/** One line of what happened to a team; the newest 50 are kept. Facts never hold tokens. */
export interface TimelineEntry {
  atMs: number;
  kind: string;
  facts: Record<string, string | number | boolean | null>;
}

/** An entry that is about to be written. */
export interface NewTimelineEntry extends Omit<TimelineEntry, 'atMs'> {
  kind: TimelineKind;
}

/** What a row must still be for a verdict about it to be written. */
export interface ExpectedState {
  version: Version;
  from: InstallationState['kind'];
  /**
   * Under which the writer owns the installation. Where nodes share the database nothing is written under an older one: the
   * installation is another node's then. @defaultValue not compared: for who decides without owning, as the operator
   */
  epoch?: number | undefined;
}

/** What a row must still be to be deleted: inactive since the same moment, and of the same version. */
export interface ExpectedInactive extends Pick<ExpectedState, 'epoch'> {
  version: Version;
  sinceMs: number;
  /** Whether hooks are to be told of it, by whoever gets to that. @defaultValue false */
  isToBeTold?: boolean;
}

/** One that was deleted. `seq` orders such ends like `changedSeq` orders changes. */
export interface PurgedInstallation {
  key: InstallationKey;
  install: number;
  seq: number;
}

/** How much of a team was deleted beside its rows: documents of the bot, events that waited or failed. */
export interface PurgeCounts {
  documents: number;
  events: number;
}

/** What a purge deleted. */
export interface PurgeOutcome extends PurgeCounts {
  teamIds: TeamId[];
}

/** What became of a verdict; `isFirst`: it is the one that tripped the breaker. */
export type VerdictOutcome = { kind: 'deactivated' } | { kind: 'held'; isFirst: boolean } | { kind: 'stale' };

/** The workspaces of an org-wide installation as Slack lists them, all of them. */
export interface WorkspaceList {
  /** The install with whose token they were asked for. */
  install: number;
  workspaces: readonly { teamId: TeamId; name: string | null }[];
}

/** A word of Slack about some workspaces of an org-wide installation; `by` says which, for the timeline. */
export interface AccessChange {
  access: 'granted' | 'revoked';
  teamIds: readonly TeamId[];
  by: string;
}

/** What became of it: ids of workspaces that may be used from now on, that may not, and that an installation of their own keeps. */
export interface AccessOutcome {
  granted: readonly TeamId[];
  revoked: readonly TeamId[];
  contested: readonly TeamId[];
}

export interface ListFilter {
  status?: InstallationState['kind'];
  /** Only those of an incident: held, or deactivated just before the first was held. */
  ofIncident?: boolean;
  afterKey?: InstallationKey;
  limit: number;
}

/**
 * Rows of installations, credentials and teams. Every write that a node must notice draws a new `changedSeq`
 * as the last statement of its transaction, so that commit order is number order.
 */
/** A set of scopes, and who granted it. */
export interface GrantedScopes {
  scopes: string[];
  installations: number;
  /** One of them. */
  example: InstallationKey;
}

/** The newest numbers; 0 without any. */
export interface LatestChange {
  /** Of all rows. */
  changedSeq: number;
  /** Of deletions that are remembered. */
  purgedSeq: number;
  /** That of the row that was asked for; null when it does not exist. */
  ownSeq: number | null;
}

export interface Installations {
  find(key: InstallationKey): Promise<InstallationView | undefined>;
  /** The same of many, in one statement; those that do not exist are left out. */
  findMany(keys: readonly InstallationKey[]): Promise<InstallationView[]>;
  /** The installation to which a team belongs; its own one, with it among the strays, when its row was changed. */
  findByTeam(teamId: TeamId): Promise<InstallationView | undefined>;
  /** Those of these teams, and organizations, whose installation is active. By what rows say, which nobody has proved. */
  activeAmong(teamIds: readonly TeamId[]): Promise<ReadonlySet<TeamId>>;
  list(filter: ListFilter): Promise<InstallationView[]>;
  /** Everything whose changedSeq is greater than `seq`, in that order, at most `limit`. */
  changedSince(seq: number, limit: number): Promise<InstallationView[]>;
  /** How far changes went: one statement, which reads no row, for whoever asks each second whether there is one. */
  latestChange(key: InstallationKey | undefined): Promise<LatestChange>;
  countByStatus(): Promise<Record<InstallationState['kind'], number>>;
  /** What active installations granted the bot: each set of scopes once. */
  grantedScopes(): Promise<GrantedScopes[]>;
  /** The bot credential, opened; undefined when there is none. @throws BotServerError `sealed_value_unreadable` */
  botCredential(key: InstallationKey): Promise<Credential | undefined>;
  /** The same of a person. @throws BotServerError `sealed_value_unreadable` */
  userCredential(key: InstallationKey, userId: string): Promise<Credential | undefined>;
  /** All credentials, opened, the bot's and those of people. Never throws because one cannot be opened. */
  credentials(key: InstallationKey): Promise<Credentials>;
  /** The same of many installations, in one statement. What has none is not in the map. */
  credentialsOf(keys: readonly InstallationKey[]): Promise<ReadonlyMap<InstallationKey, Credentials>>;

  /**
   * Stores a grant: a new row, or the same row with version (install + 1, 0), state active without doubt, request cleared,
   * the credentials of the bot and of the people in it replaced. Tokens of other people go on under the new version,
   * because Slack takes them still; after an inactive state they are dead and go. Data and timeline stay. Bot ids that the
   * input leaves null keep their stored value only when the token is unchanged.
   */
  recordInstall(input: InstallInput): Promise<InstallOutcome>;
  /**
   * Stores the grants of workspaces of which no row knows, in one transaction, and leaves the others alone; answers the keys of
   * those that are stored. At most 500 at once, each key once. What it leaves is for importInstall.
   */
  recordNewInstalls(inputs: readonly InstallInput[]): Promise<ReadonlySet<InstallationKey>>;
  /**
   * Stores a grant that may be of long ago, with the workspaces of a new organization, in one transaction; see import-repository.ts.
   * @param options `force`: also over what is newer here, and of a workspace of an organization that is in use
   * @throws BotServerError `newer_tokens_stored`, when a token would replace one that rotates and ends later; `team_of_organization`
   */
  importInstall(input: InstallInput, options?: { force?: boolean }): Promise<ImportOutcome>;
  /** The verdict: writes `next` only if the version is still `expected` and the state still of kind `from`. */
  compareAndSetState(
    key: InstallationKey,
    expected: ExpectedState,
    next: InstallationState,
    entry: NewTimelineEntry,
  ): Promise<boolean>;
  /** Deletes the credential of a person, if it is still of that version; the installation goes on without it. */
  dropUserCredential(
    key: InstallationKey,
    expected: { userId: string; version: Version },
    entry: NewTimelineEntry,
  ): Promise<boolean>;
  /**
   * The verdict of Slack's errors: deactivates, or holds when too many were deactivated within two minutes. Writes only
   * under the same condition as compareAndSetState. Clears no incident.
   */
  deactivateOrHold(
    key: InstallationKey,
    expected: ExpectedState,
    states: { inactive: InstallationState; held: InstallationState },
    entry: NewTimelineEntry,
  ): Promise<VerdictOutcome>;
  /**
   * Deletes an inactive installation and everything of its teams: credentials, timeline, runs of jobs, documents and events.
   * Undefined, and nothing is deleted, when the row is not as `expected` any more: a re-install wins.
   * The install that follows has a higher `version.install`, as if the row were still there.
   */
  purge(key: InstallationKey, expected: ExpectedInactive): Promise<PurgeOutcome | undefined>;
  /** Those deleted after `seq`, in that order, at most `limit`. They are remembered for two days. */
  purgedSince(seq: number, limit: number): Promise<PurgedInstallation[]>;
  /** Forgets those deleted before. */
  prunePurged(beforeMs: number): Promise<number>;
  /** Notes what the hooks were told; not of one that another node owns by now, or that was deleted and made anew. */
  setTold(told: readonly NewlyTold[]): Promise<void>;
  /** Notes since when teams were not heard; not of those that another node owns by now. */
  setUntoldGaps(gaps: readonly UntoldGap[]): Promise<void>;
  /** Notes a probe of an incident, or (null) that it is over for this installation; not after another install. */
  setIncident(
    key: InstallationKey,
    expected: Omit<ExpectedState, 'from'>,
    incident: IncidentProbes | null,
  ): Promise<void>;
  /** Lets deactivations through again once nothing is held; answers whether that ended an incident. */
  endIncidentIfOver(): Promise<boolean>;
  setRequest(key: InstallationKey, request: InstallationRequest): Promise<boolean>;
  /** Clears a request that was carried out, unless one was set after `seenSeq`, the changedSeq with which it was read. */
  clearRequest(key: InstallationKey, seenSeq: number): Promise<void>;
  /** Notes that this install is to be removed with all its data, if the hooks agree; answers whether it is there. */
  askRemoval(key: InstallationKey): Promise<boolean>;
  /** Takes that back, with why in the timeline; nothing when it is another install by now. Answers whether it did. */
  refuseRemoval(key: InstallationKey, refusal: { install: number; why: string | null }): Promise<boolean>;
  /**
   * What a probe told of the team: fills or corrects names, bot ids and the enterprise; null and absent ones leave what is stored. Draws a
   * changedSeq only when something differs. With `version`, nothing is written unless the installation still has it: a
   * late answer about an earlier token must not name the bot.
   */
  setTeamIdentity(
    teamId: TeamId,
    identity: Partial<Pick<Team, 'name' | 'domain' | 'botUserId' | 'botId'>> & { enterpriseId?: string | null },
    options?: { version?: Version },
  ): Promise<void>;

  /**
   * Makes the workspaces of an org-wide installation those that Slack lists: new ones get a row, those that are missing lose
   * access. One that belongs to another installation moves here when that is inactive, and stays there otherwise. Writes
   * nothing when the install is another one by now.
   */
  recordWorkspaces(key: InstallationKey, list: WorkspaceList): Promise<AccessOutcome>;
  /** The same for some workspaces; the others stay as they are. */
  changeAccess(key: InstallationKey, change: AccessChange): Promise<AccessOutcome>;
  /** Keys of an organization's own installation and of those of its workspaces, as far as their enterprise is known. */
  ofEnterprise(enterpriseId: string): Promise<InstallationKey[]>;

  /** Does nothing for an installation that does not exist. */
  addTimeline(key: InstallationKey, entry: NewTimelineEntry): Promise<void>;
  /** The newest 50 entries, newest first. */
  timeline(key: InstallationKey): Promise<TimelineEntry[]>;
}
