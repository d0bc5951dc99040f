/** What the rows of credentials and teams ask of whoever has the encryption keys. Types only: the keys are installation/. */
import type { InstallationKey, Team } from './installation.ts';

/** The row that a sealed token belongs to; elsewhere it cannot be opened. */
export interface CredentialBinding {
  installationKey: InstallationKey;
  kind: 'bot' | 'user';
  /** The person for whom a user token acts; empty for the bot. */
  userId: string;
  /** Absent for the token itself; a refresh token or a webhook cannot be opened as one. */
  part?: 'refresh' | 'webhook';
}

/** What is proved of a workspace of an organization; whoever changes one of the three in the row cannot prove it. */
export type Membership = Pick<Team, 'installationKey' | 'teamId' | 'access'>;

export interface TokenSealer {
  seal(token: string, binding: CredentialBinding): Uint8Array;
  /** @throws BotServerError `sealed_value_unreadable` */
  open(sealed: Uint8Array, binding: CredentialBinding): string;
  /** Proof that this server wrote the membership. */
  bindTeam(membership: Membership): Uint8Array;
  /** Whether the proof is one of exactly this membership, under any of the keys. */
  provesTeam(binding: Uint8Array, membership: Membership): boolean;
}
