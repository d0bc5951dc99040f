/** Joins the exchange of tokens with Slack and the store, for a command beside a running server or without one. */
import type { Config } from '../config.ts';
import { BotServerError, isBotServerError } from '../errors.ts';
import {
  createTokenExchange,
  type ExchangeDelay,
  type ExchangeOutcome,
  type TokenExchangeOptions,
} from '../installation/token-exchange.ts';
import { createEgress } from '../slack/proxy.ts';
import { createSlackFetch } from '../slack/slack-fetch.ts';
import { createCallSlack } from '../slack/web-api.ts';
import { proveWritable } from '../store/identity-repository.ts';
import { createExchangeStore } from '../team/exchange-repository.ts';
import type { InstallationKey } from '../team/installation.ts';
import { createPairStore } from '../team/refresh-repository.ts';
import type { PairOwner } from '../team/token-pairs.ts';
import type { Clock } from '../time/clock.ts';
import type { Storage } from './create-storage.ts';

export interface ExchangingDeps {
  config: Pick<Config, 'httpsProxy' | 'noProxy' | 'slackApiUrl' | 'slackClientId' | 'slackClientSecret' | 'slackOauth'>;
  storage: Pick<Storage, 'store' | 'vault'>;
  clock: Clock;
  random: () => number;
  /** Only this installation's. @defaultValue all active ones */
  key?: InstallationKey | undefined;
  onDelay?(delay: ExchangeDelay): void;
  /** Ends the run after the token that Slack was asked for. */
  signal?: AbortSignal;
  options?: TokenExchangeOptions;
}

/** One token; `unreadable` = no key of ours opens it. */
export interface ExchangedToken extends PairOwner {
  outcome: ExchangeOutcome | { kind: 'unreadable' };
}

/** Tokens read from the database at once. */
const PAGE = 100;

/** An answer that comes late is an answer, and this one is given once; in milliseconds. */
const ANSWER_WAIT_MS = 60_000;

/** How many tokens there are to exchange. */
export function countToExchange(storage: Pick<Storage, 'store' | 'vault'>, clock: Clock, key?: InstallationKey) {
  return createExchangeStore({ ...storage, clock }).countLongLived(key);
}

/**
 * Exchanges tokens, one after the other; each is stored when it is yielded.
 * @throws BotServerError `invalid_configuration`, `exchange_refused`, `slack_unreachable`, what the store throws, and the signal's reason
 */
export async function* exchangeTokens(deps: ExchangingDeps): AsyncGenerator<ExchangedToken> {
  const { storage, clock, key, signal } = deps;
  const exchangeStore = createExchangeStore({ ...storage, clock });
  const exchange = createTokenExchange({
    pairs: { ...createPairStore(storage), ...exchangeStore },
    exchange: createCall(deps),
    checkStore: () => proveWritable(storage.store),
    onDelay: (delay) => deps.onDelay?.(delay),
    clock,
    ...(deps.options ? { options: deps.options } : {}),
  });
  let after: PairOwner | undefined;
  for (;;) {
    const page = await exchangeStore.longLived({ key, after, limit: PAGE });
    for (const owner of page) {
      const outcome = await unlessUnreadable(exchange(owner, signal));
      yield { ...owner, outcome };
    }
    after = page.at(-1);
    if (!after) return;
  }
}

/** Client id and secret in the body, because the token is the one that the header speaks for. */
function createCall({ config, clock, random }: ExchangingDeps) {
  const { slackApiUrl: apiUrl, slackClientId, slackClientSecret, slackOauth } = config;
  if (slackOauth === 'v1') {
    const message =
      'Tokens of classic apps do not rotate: SLACK_OAUTH is v1, which is the default for the transport rtm';
    throw new BotServerError('invalid_configuration', message);
  }
  if (slackClientId === undefined || slackClientSecret === undefined) {
    throw new BotServerError('invalid_configuration', 'SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are missing');
  }
  const egress = createEgress(config, clock);
  const slackFetch = createSlackFetch({
    apiUrl,
    lookup: () => ({ pass: true }),
    report: () => {},
    clock,
    random,
    ...(egress ? { fetch: egress.fetch } : {}),
    options: { attemptTimeoutMs: ANSWER_WAIT_MS },
  });
  const callSlack = createCallSlack(slackFetch, apiUrl);
  const args = { client_id: slackClientId, client_secret: slackClientSecret };
  return (token: string) => callSlack('oauth.v2.exchange', { purpose: 'connect', token, args });
}

async function unlessUnreadable(work: Promise<ExchangeOutcome>): Promise<ExchangedToken['outcome']> {
  try {
    return await work;
  } catch (error) {
    if (isBotServerError(error, 'sealed_value_unreadable')) return { kind: 'unreadable' };
    throw error;
  }
}
