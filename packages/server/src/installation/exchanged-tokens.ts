/**
 * Until when a token that lived for ever may be sent after it was exchanged: Slack ends it with the first refresh of its
 * successor (docs.slack.dev/authentication/using-token-rotation), and so does the gate.
 */
import type { Credential, InstallationKey, Version } from '../team/installation.ts';

interface Rotation {
  install: number;
  /** The first token that rotates and was seen here, by hash. */
  first: string;
  isRefreshed: boolean;
}

type Owner = { key: InstallationKey; userId: string; version: Version };

/** Remembers per credential whether its first pair was refreshed. */
export class ExchangedTokens {
  readonly #rotations = new Map<string, Rotation>();

  /** Takes note of a token that rotates, each time that it is seen. */
  learn({ installationKey: key, userId, version, expiresAtMs }: Credential, hash: string): void {
    if (expiresAtMs === null) return;
    const owner = `${key} ${userId}`;
    const known = this.#rotations.get(owner);
    if (known?.install !== version.install) {
      this.#rotations.set(owner, { install: version.install, first: hash, isRefreshed: false });
    } else if (known.first !== hash) {
      known.isRefreshed = true;
    }
  }

  /** Whether a token without an end of its own has come to one. */
  hasEnded({ key, userId, version }: Owner): boolean {
    const rotation = this.#rotations.get(`${key} ${userId}`);
    return rotation?.install === version.install && rotation.isRefreshed;
  }
}
