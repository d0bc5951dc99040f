/** The codes that OAuth pages hand out: good once, for ten minutes. (https://docs.slack.dev/authentication/installing-with-oauth) */
import type { Clock } from '../clock/clock.ts';
import type { App, Enterprise, Team } from '../workspace/model.ts';

/** How long a code may be exchanged. */
export const CODE_LIFETIME_MS = 10 * 60 * 1000;
/** Codes that are remembered, so that a used one is told from one that never was. */
const CODES_KEPT = 1000;

/** Which authorize page a code came from; `v2_user` asks for a person's scopes only, `openid` for who they are. */
export type OAuthVersion = 'v1' | 'v2' | 'v2_user' | 'openid';

/** What was allowed. */
export interface CodeGrant {
  readonly app: App;
  /** A workspace, or with `enterprise` a whole organization. */
  readonly team: Team | undefined;
  readonly enterprise?: Enterprise | undefined;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly userScopes?: readonly string[] | undefined;
  /** The channel that was chosen for the incoming webhook. */
  readonly webhookChannelId?: string | undefined;
  /** Of PKCE, method S256. */
  readonly codeChallenge?: string | undefined;
  /** Of OpenID Connect: stands in the id token. */
  readonly nonce?: string | undefined;
  /** As it was sent; undefined when it was left out. */
  readonly redirectUri: string | undefined;
  readonly version: OAuthVersion;
}

/** A code with what became of it. */
export interface IssuedCode extends CodeGrant {
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

  issue(grant: CodeGrant): string {
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
