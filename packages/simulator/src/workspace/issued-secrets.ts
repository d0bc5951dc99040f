/** Every secret that a simulator has given out: what an app must never show. Only remembers; what they are good for is elsewhere. */

/** The newest are kept: a simulator that runs for weeks gives out many. */
const SECRETS_KEPT = 100_000;

/** The secrets of one simulator. */
export class IssuedSecrets {
  readonly #secrets = new Set<string>();

  /** Remembers a secret and gives it back. */
  note(secret: string): string {
    this.#secrets.add(secret);
    if (this.#secrets.size > SECRETS_KEPT) {
      const [oldest] = this.#secrets;
      this.#secrets.delete(oldest as string);
    }
    return secret;
  }

  /** Oldest first. */
  all(): string[] {
    return [...this.#secrets];
  }
}
