/**
 * Exchanges one token that lives for ever for a pair that rotates (oauth.v2.exchange, docs.slack.dev/authentication/
 * using-token-rotation). Slack gives the pair once and repeats no answer, so as little as possible stands between its answer and our
 * write: the store is tried before, and afterwards the pair is kept in hand until it is stored.
 *
 *   turn → still there? → store ok? → ask Slack ──pair──▶ store it, again and again ──▶ exchanged
 *                                        ├── no answer ──▶ again, twice; then the run ends
 *                                        └── refused ──▶ this token only, or (app) the run ends
 */
import { BotServerError, isBotServerError } from '../errors.ts';
import { classify } from '../slack/verdict.ts';
import type { SlackAnswer } from '../slack/web-api.ts';
import type { ExchangeStore } from '../team/exchange-repository.ts';
import type { GrantedToken } from '../team/installations.ts';
import type { PairOwner, PairStore } from '../team/token-pairs.ts';
import type { Clock } from '../time/clock.ts';
import { readRefreshed } from './refresh-answer.ts';
import { APP_CODES } from './refresh-attempt.ts';

export interface TokenExchangeOptions {
  /** Tokens per minute. @defaultValue 50, which Slack allows for methods of its tier 3 */
  perMinute?: number;
  /** First wait before Slack is asked again after no answer, in milliseconds; it doubles. @defaultValue 2000 */
  retryMs?: number;
  /** How often a pair that cannot be stored is tried again, in milliseconds. @defaultValue 1000 */
  storeRetryMs?: number;
  /** How long it is tried, in milliseconds, before the pair is given up. @defaultValue 300000 */
  storePatienceMs?: number;
}

export const tokenExchangeDefaults = {
  perMinute: 50,
  retryMs: 2_000,
  storeRetryMs: 1_000,
  storePatienceMs: 300_000,
} as const satisfies Required<TokenExchangeOptions>;

/** What became of a token. */
export type ExchangeOutcome =
  | { kind: 'exchanged'; expiresAtMs: number }
  /** It rotates already: somebody else was faster. */
  | { kind: 'rotates' }
  /** Not there any more, or its installation is not active. */
  | { kind: 'gone' }
  /** Another token was stored while Slack answered; the pair was dropped. */
  | { kind: 'replaced' }
  /** Slack does not exchange this token; `malformed_answer` = it answered without a pair. */
  | { kind: 'refused'; slackError: string };

/** Longest wait that Slack can ask for, in milliseconds. */
const MAX_LIMIT_MS = 300_000;

/** Something that takes long; for a line on the terminal. */
export type ExchangeDelay = { why: 'limited' | 'no_answer' | 'not_stored'; waitMs: number };

/** Calls oauth.v2.exchange. Never throws. */
export type ExchangeCall = (token: string) => Promise<SlackAnswer>;

export interface TokenExchangeDeps {
  pairs: Pick<PairStore, 'find'> & Pick<ExchangeStore, 'exchange'>;
  readonly exchange: ExchangeCall;
  /** @throws when the store cannot be written */
  checkStore(): Promise<void>;
  onDelay(delay: ExchangeDelay): void;
  clock: Clock;
  options?: TokenExchangeOptions;
}

/** How often Slack is asked for one pair. More would not help: an exchange whose answer got lost is not repeated. */
const TRIES = 3;

/** As long as Slack says of every pair; for an answer that does not repeat it. */
const LIFE_MS = 43_200_000;

/** True for all tokens of the app: its settings, or our credentials of it. */
const APP_WIDE: ReadonlySet<string> = new Set([...APP_CODES, 'token_rotation_not_enabled']);

/**
 * Builds the exchange of tokens, one after the other.
 * @param signal Ends waiting; an exchange that Slack was asked for is finished
 * @throws BotServerError `exchange_refused` when Slack refuses all tokens of the app, `slack_unreachable`, what the store throws,
 * and the signal's reason
 */
export function createTokenExchange(deps: TokenExchangeDeps) {
  const { clock, pairs } = deps;
  const { perMinute, retryMs, storeRetryMs, storePatienceMs } = { ...tokenExchangeDefaults, ...deps.options };
  let nextAtMs = 0;

  async function exchange(owner: PairOwner, signal?: AbortSignal): Promise<ExchangeOutcome> {
    for (let tried = 1; ; ) {
      await turn(signal);
      const token = await tokenToExchange(owner);
      if (typeof token !== 'string') return token;
      await deps.checkStore();
      const sentAtMs = clock.now();
      const answer = await deps.exchange(token);
      if (answer.kind === 'ok') return await keep(owner, token, readPair(answer.body, owner, sentAtMs));
      if (answer.kind === 'limited') {
        // 0 is no wait at all: without a pace of our own the same token would be asked for again at once.
        const waitMs = Math.min(answer.retryAfterMs > 0 ? answer.retryAfterMs : retryMs, MAX_LIMIT_MS);
        await delay({ why: 'limited', waitMs }, signal);
      } else if (answer.kind === 'error' && classify(answer.code, 'call') !== 'transient') {
        return await refused(owner, answer.code);
      } else {
        if (tried >= TRIES) throw unreachable(owner, answer);
        await delay({ why: 'no_answer', waitMs: retryMs * 2 ** (tried - 1) }, signal);
        tried++;
      }
    }
  }

  async function turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const waitMs = nextAtMs - clock.monotonic();
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    nextAtMs = clock.monotonic() + 60_000 / perMinute;
  }

  async function delay(what: ExchangeDelay, signal: AbortSignal | undefined): Promise<void> {
    deps.onDelay(what);
    await clock.sleep(what.waitMs, signal);
  }

  async function tokenToExchange(owner: PairOwner): Promise<string | ExchangeOutcome> {
    const stored = await pairs.find(owner);
    if (stored?.status !== 'active') return { kind: 'gone' };
    const { token, expiresAtMs } = stored.credential;
    return stored.refreshToken !== null || expiresAtMs !== null ? { kind: 'rotates' } : token;
  }

  /** Nothing ends this wait but the store or its own patience: without the write the pair is lost. */
  async function keep(owner: PairOwner, used: string, granted: GrantedToken | undefined): Promise<ExchangeOutcome> {
    if (!granted) return { kind: 'refused', slackError: 'malformed_answer' };
    const giveUpAtMs = clock.monotonic() + storePatienceMs;
    for (;;) {
      try {
        const isStored = await pairs.exchange(owner, used, granted);
        return isStored ? { kind: 'exchanged', expiresAtMs: granted.expiresAtMs as number } : { kind: 'replaced' };
      } catch (error) {
        if (!isBotServerError(error, 'store_unavailable') || clock.monotonic() >= giveUpAtMs) throw error;
        await delay({ why: 'not_stored', waitMs: storeRetryMs }, undefined);
      }
    }
  }

  async function refused(owner: PairOwner, slackError: string): Promise<ExchangeOutcome> {
    if (APP_WIDE.has(slackError)) {
      const message = `Slack exchanges no token of this app: ${slackError}`;
      throw new BotServerError('exchange_refused', message, { facts: { slackError } });
    }
    // Perhaps by another run at the same moment, whose pair is on its way into the row.
    const again = slackError === 'token_already_exchanged' ? await pairs.find(owner) : undefined;
    return again && again.refreshToken !== null ? { kind: 'rotates' } : { kind: 'refused', slackError };
  }

  return exchange;
}

/** A pair without a refresh token would end in twelve hours for good: that is none. */
function readPair(body: Record<string, unknown>, owner: PairOwner, nowMs: number): GrantedToken | undefined {
  const granted = readRefreshed(body, { owner, nowMs });
  if (!granted?.refreshToken) return undefined;
  return { ...granted, expiresAtMs: granted.expiresAtMs ?? nowMs + LIFE_MS };
}

function unreachable({ key }: PairOwner, answer: Exclude<SlackAnswer, { kind: 'ok' | 'limited' }>): BotServerError {
  const reason = answer.kind === 'error' ? answer.code : answer.reason;
  const message = `Slack gave no answer to the exchange of a token of ${key}: ${reason}`;
  return new BotServerError('slack_unreachable', message, { facts: { key, method: 'oauth.v2.exchange', reason } });
}
