/** What the rows of credentials ask of whoever encrypts them. Types only: sealing itself is installation/. */
import type { InstallationKey } from './installation.ts';

/** The row that a sealed token belongs to; elsewhere it cannot be opened. */
export interface CredentialBinding {
  installationKey: InstallationKey;
  kind: 'bot' | 'user';
  /** The person for whom a user token acts; empty for the bot. */
  userId: string;
  /** Absent for the token itself; a refresh token cannot be opened as one. */
  part?: 'refresh';
}

export interface TokenSealer {
  seal(token: string, binding: CredentialBinding): Uint8Array;
  /** @throws BotServerError `sealed_value_unreadable` */
  open(sealed: Uint8Array, binding: CredentialBinding): string;
}
