/** What the rotation of tokens asks of the rows: a pair is an access token and the refresh token that gets its successor. Types only. */
import type { Credential, InstallationKey, InstallationState } from './installation.ts';
import type { GrantedToken } from './installations.ts';

/** Whose pair it is; `userId` is empty for the bot. */
export interface PairOwner {
  key: InstallationKey;
  kind: Credential['kind'];
  userId: string;
}

/** What is stored of a credential, opened. */
export interface StoredPair {
  credential: Credential;
  /** Null when the token does not rotate. */
  refreshToken: string | null;
  status: InstallationState['kind'];
}

/** The questions and writes of a refresh. */
export interface PairStore {
  /** @throws BotServerError `sealed_value_unreadable` */
  find(owner: PairOwner): Promise<StoredPair | undefined>;
  /**
   * Stores the pair that was given for the refresh token `used`: version (install, refresh + 1), for the whole installation,
   * because one version says which tokens count. Scopes stay when none are named. A doubt that was only about the expired
   * token ends with it. False when the stored refresh token is another one by now.
   */
  replace(owner: PairOwner, used: string, granted: GrantedToken): Promise<boolean>;
}
