/**
 * App configuration tokens: with them a developer, or a tool of theirs, manages apps by apps.manifest.*. Each belongs to a person
 * in a workspace and to no app, so they are no Token. (https://docs.slack.dev/app-manifests/configuring-apps-with-app-manifests)
 */
import type { Team } from './model.ts';
import type { World } from './world.ts';

/** (https://docs.slack.dev/reference/methods/tooling.tokens.rotate) */
const LIFETIME_MS = 12 * 3_600_000;
/** A tool that rotates for ever must not fill the memory. */
const TOKENS_KEPT = 1000;

/** A token and what it is renewed with. */
export interface ConfigToken {
  readonly value: string;
  readonly refreshToken: string;
  readonly team: Team;
  /** Whose it is. */
  readonly userId: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** The configuration tokens of one simulator, oldest first. */
export class ConfigTokens {
  readonly #world: World;
  readonly #byValue = new Map<string, ConfigToken>();
  readonly #byRefreshToken = new Map<string, ConfigToken>();

  constructor(world: World) {
    this.#world = world;
  }

  issue(team: Team, userId: string): ConfigToken {
    const { ids, secrets, clock } = this.#world;
    const issuedAtMs = clock.now();
    const token: ConfigToken = {
      value: secrets.note(ids.token('xoxe.xoxp-1')),
      refreshToken: secrets.note(ids.token('xoxe-1')),
      team,
      userId,
      issuedAtMs,
      expiresAtMs: issuedAtMs + LIFETIME_MS,
    };
    this.#byValue.set(token.value, token);
    this.#byRefreshToken.set(token.refreshToken, token);
    const [oldest] = this.#byValue.values();
    if (oldest && this.#byValue.size > TOKENS_KEPT) this.#forget(oldest);
    return token;
  }

  find(value: string): ConfigToken | undefined {
    return this.#byValue.get(value);
  }

  findByRefreshToken(refreshToken: string): ConfigToken | undefined {
    return this.#byRefreshToken.get(refreshToken);
  }

  /** A new one for a refresh token, which works once; the old one goes on until it expires. */
  rotate(refreshToken: string): ConfigToken | undefined {
    const old = this.#byRefreshToken.get(refreshToken);
    if (!old) return undefined;
    this.#byRefreshToken.delete(refreshToken);
    return this.issue(old.team, old.userId);
  }

  #forget({ value, refreshToken }: ConfigToken): void {
    this.#byValue.delete(value);
    this.#byRefreshToken.delete(refreshToken);
  }
}
