/**
 * Knows every token that this process may still meet, by hash, and answers the gate: may it still be sent?
 * Entries outlive their installation on purpose: a client that a listener kept must be refused, not forgotten. One that rotates
 * is forgotten a day after its end, or memory would grow with every refresh: a client that is older than that carries what it
 * was made with (`carry`).
 */
import { hash } from 'node:crypto';
import { BotServerError, type ErrorCode } from '../errors.ts';
import type { CarriedToken, GateAnswer } from '../slack/gate.ts';
import type { SentCredential } from '../slack/signal.ts';
import { hasTokenShape } from '../slack/token-shape.ts';
import type { Credential, Installation, InstallationKey, InstallationState } from '../team/installation.ts';
import type { Clock } from '../time/clock.ts';
import { EndedTokens } from './ended-tokens.ts';
import { ExchangedTokens } from './exchanged-tokens.ts';
import { maySend, standingOfState } from './standing.ts';

interface Known extends SentCredential {
  expiresAtMs: number | null;
}

/** A rotating token is remembered so long after its end, in milliseconds. */
const REMEMBERED_MS = 86_400_000;
/** Between two looks for what can be forgotten, in milliseconds. */
const FORGET_EVERY_MS = 3_600_000;

interface Current {
  install: number;
  refresh: number;
  state: InstallationState;
  /** Ids of the people whose tokens are stored. */
  people: ReadonlySet<string>;
}

/** Shorter tokens than this, in characters, would be found in every other word. */
const MIN_WORD = 8;

/** Most installations have none: one set for all of them. */
const nobody: ReadonlySet<string> = new Set();

/** Tokens by hash, and what their installations are now. */
export class TokenMap {
  readonly #clock: Clock;
  readonly #isAwaited: (credential: SentCredential) => boolean;
  readonly #holdsLease: () => boolean;
  readonly #tokens = new Map<string, Known>();
  /**
   * Lengths of tokens without the shape of one, which only the map can tell from other words: the log asks about every word
   * of such a length. On Slack itself there are none.
   */
  readonly lengths = new Set<number>();
  readonly #current = new Map<InstallationKey, Current>();
  readonly #exchanged = new ExchangedTokens();
  readonly #ended = new EndedTokens();
  /** Hashes of webhook URLs: one per install at most. */
  readonly #concealed = new Set<string>();
  #forgetAtMs = Number.NEGATIVE_INFINITY;

  /**
   * @param isAwaited Whether a current token has ended and the next one is on the way.
   * @param holdsLease Whether this process may send for any team now; see Ownership.
   */
  constructor(
    clock: Clock,
    isAwaited: (credential: SentCredential) => boolean = () => false,
    holdsLease: () => boolean = () => true,
  ) {
    this.#clock = clock;
    this.#holdsLease = holdsLease;
    this.#isAwaited = isAwaited;
  }

  /** Takes note of a token before it is handed out. The same token under a newer version moves to that version. */
  learn(credential: Credential): void {
    const { installationKey: key, kind, userId, version, expiresAtMs } = credential;
    if (credential.token.length >= MIN_WORD && !hasTokenShape(credential.token)) {
      this.lengths.add(credential.token.length);
    }
    const tokenHash = hashOf(credential.token);
    this.#tokens.set(tokenHash, { key, kind, userId, version, expiresAtMs });
    this.#exchanged.learn(credential, tokenHash);
    if (credential.incomingWebhook) this.#conceal(credential.incomingWebhook.url);
    this.#forgetEnded();
  }

  /** Takes note of what an installation is now, and of the people who gave it a token that still counts. */
  observe({ key, version, state }: Installation, users: readonly Pick<Credential, 'userId'>[] = []): void {
    const people = users.length === 0 ? nobody : new Set(users.map(({ userId }) => userId));
    this.#current.set(key, { install: version.install, refresh: version.refresh, state, people });
  }

  /** Whether the word is a token that was ever handed out. For the redactor, which asks about words of these lengths. */
  readonly knows = (word: string): boolean => {
    const tokenHash = hashOf(word);
    return this.#tokens.has(tokenHash) || this.#ended.has(tokenHash) || this.#concealed.has(tokenHash);
  };

  /** Of a secret that is no token: only the log asks for it. */
  #conceal(word: string): void {
    if (hasTokenShape(word)) return;
    this.lengths.add(word.length);
    this.#concealed.add(hashOf(word));
  }

  /** What a client that is handed out with the token carries, for as long as somebody keeps it. */
  carry(token: string): CarriedToken | undefined {
    const known = this.#tokens.get(hashOf(token));
    return known && { token, known };
  }

  /**
   * The gate's answer for a token, right now. Tokens that were never handed out pass and raise no signal.
   * @param carried What the client that sends it carries
   */
  lookup(token: string, carried?: CarriedToken): GateAnswer {
    const tokenHash = hashOf(token);
    const known = this.#tokens.get(tokenHash) ?? (carried?.token === token ? (carried.known as Known) : undefined);
    if (!known) return this.#ended.has(tokenHash) ? refuseForgotten() : { pass: true };
    const current = this.#current.get(known.key);
    if (!current) return { pass: true };
    if (!this.#holdsLease()) return refuse('fenced', known.key, 'fenced');
    if (!maySend(standingOfState(current.state)))
      return refuse('installation_not_active', known.key, current.state.kind);
    if (known.version.install !== current.install) return refuse('credential_superseded', known.key, 'reinstalled');
    if (known.kind === 'user' && !current.people.has(known.userId)) {
      return refuse('user_token_revoked', known.key, known.userId);
    }
    if (known.version.refresh === current.refresh) {
      return this.#isAwaited(known) ? refuse('token_expired', known.key, 'expired') : { pass: true, credential: known };
    }
    const hasEnded =
      known.expiresAtMs === null ? this.#exchanged.hasEnded(known) : known.expiresAtMs <= this.#clock.now();
    return hasEnded ? refuse('credential_superseded', known.key, 'expired') : { pass: true, silent: true };
  }

  /** All tokens are looked at once an hour at most: some milliseconds for 10,000 teams. */
  #forgetEnded(): void {
    const nowMs = this.#clock.now();
    if (nowMs < this.#forgetAtMs) return;
    this.#forgetAtMs = nowMs + FORGET_EVERY_MS;
    for (const [tokenHash, known] of this.#tokens) {
      if (known.expiresAtMs === null || known.expiresAtMs + REMEMBERED_MS > nowMs || this.#isInUse(known)) continue;
      this.#tokens.delete(tokenHash);
      this.#ended.add(tokenHash);
    }
  }

  /** Whether it is the newest of its installation: one that Slack does not refresh is used on, as long as Slack takes it. */
  #isInUse({ key, version }: Known): boolean {
    const current = this.#current.get(key);
    if (!current) return true;
    return version.install === current.install && version.refresh === current.refresh;
  }
}

const refusals = {
  fenced: (key) => `Nothing is sent for ${key}: the lease of this process is over`,
  installation_not_active: (key, why) => `Nothing is sent for ${key}: the installation is ${why}`,
  credential_superseded: (key, why) => `The token is of an earlier installation of ${key} (${why})`,
  token_expired: (key) => `The token of ${key} has expired, and the next one is awaited`,
  user_token_revoked: (key, userId) => `Slack no longer accepts the token of ${userId} in ${key}`,
} as const satisfies Partial<Record<ErrorCode, (key: InstallationKey, why: string) => string>>;

function refuseForgotten(): GateAnswer {
  return { pass: false, error: new BotServerError('credential_superseded', 'The token expired days ago') };
}

function refuse(code: keyof typeof refusals, key: InstallationKey, why: string): GateAnswer {
  return { pass: false, error: new BotServerError(code, refusals[code](key, why), { facts: { key, why } }) };
}

function hashOf(token: string): string {
  return hash('sha256', token, 'base64');
}
