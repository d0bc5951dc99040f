/** People, bot users, and the bots behind them. Plain data. */

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
  /** Of a picture of their own; undefined: Slack's. */
  readonly pictureHash: string | undefined;
  /** Custom fields by id. */
  readonly fields: Readonly<Record<string, { readonly value: string; readonly alt: string }>>;
}

/** When somebody would not be disturbed. */
export interface Dnd {
  /** The end of a snooze; undefined: there is none. */
  readonly snoozeEndsAtMs: number | undefined;
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
