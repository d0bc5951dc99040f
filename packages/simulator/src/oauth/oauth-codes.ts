/** The codes that OAuth pages hand out: good once, for ten minutes. (https://docs.slack.dev/authentication/installing-with-oauth) */
import type { Clock } from '../clock/clock.ts';
import type { App, Team } from '../workspace/model.ts';

/** How long a code may be exchanged. */
export const CODE_LIFETIME_MS = 10 * 60 * 1000;
/** Codes that are remembered, so that a used one is told from one that never was. */
const CODES_KEPT = 1000;

/** What was allowed. */
export interface Grant {
  readonly app: App;
  readonly team: Team;
  readonly userId: string;
  readonly scopes: readonly string[];
  /** As it was sent; undefined when it was left out. */
  readonly redirectUri: string | undefined;
  /** Which authorize page it came from. */
  readonly version: 'v1' | 'v2';
}

/** A code with what became of it. */
export interface IssuedCode extends Grant {
  readonly issuedAtMs: number;
  isUsed: boolean;
}

/** The codes of one simulator. */
export class OAuthCodes {
  readonly #clock: Clock;
  readonly #makeSecret: () => string;
  readonly #codes = new Map<string, IssuedCode>();

  constructor(clock: Clock, makeSecret: () => string) {
    this.#clock = clock;
    this.#makeSecret = makeSecret;
  }

  issue(grant: Grant): string {
    const code = `sim.${this.#makeSecret()}`;
    this.#codes.set(code, { ...grant, issuedAtMs: this.#clock.now(), isUsed: false });
    if (this.#codes.size > CODES_KEPT) this.#forgetOldest();
    return code;
  }

  /** The code, unless it never was or its time is over. */
  find(code: string): IssuedCode | undefined {
    const issued = this.#codes.get(code);
    if (!issued || this.#clock.now() - issued.issuedAtMs > CODE_LIFETIME_MS) return undefined;
    return issued;
  }

  #forgetOldest(): void {
    const oldest = this.#codes.keys().next();
    if (!oldest.done) this.#codes.delete(oldest.value);
  }
}
