/** Exchanges the tokens that do not rotate, one after the other, page by page; each is stored before the next one is asked for. */
import { isBotServerError } from '../../errors.ts';
import {
  createTokenExchange,
  type ExchangeDelay,
  type ExchangeOutcome,
  type TokenExchangeOptions,
} from '../../installation/token-exchange.ts';
import { proveWritable } from '../../store/identity-repository.ts';
import { createExchangeStore } from '../../team/exchange-repository.ts';
import type { InstallationKey } from '../../team/installation.ts';
import { createPairStore } from '../../team/refresh-repository.ts';
import type { PairOwner } from '../../team/token-pairs.ts';
import type { OperationContext } from '../operation-context.ts';

/** One token; `unreadable` = no key of ours opens it. */
export interface ExchangedToken extends PairOwner {
  outcome: ExchangeOutcome | { kind: 'unreadable' };
}

export interface ExchangeRunOptions extends TokenExchangeOptions {
  /** Only this installation's. @defaultValue all active ones */
  key?: InstallationKey | undefined;
  readonly onDelay: (delay: ExchangeDelay) => void;
  /** Ends the run after the token that Slack was asked for. */
  signal?: AbortSignal | undefined;
}

type Context = Pick<OperationContext, 'store' | 'vault' | 'clock' | 'createExchangeCall'>;

/** Tokens read from the database at once. */
const PAGE = 100;

/** How many tokens there are to exchange. */
export function countToExchange(context: Omit<Context, 'createExchangeCall'>, key?: InstallationKey): Promise<number> {
  return createExchangeStore(context).countLongLived(key);
}

/**
 * Exchanges tokens; each is stored when it is yielded.
 * @throws BotServerError `invalid_configuration`, `exchange_refused`, `slack_unreachable`, what the store throws, and the signal's reason
 */
export async function* exchangeTokens(
  context: Context,
  { key, onDelay, signal, ...options }: ExchangeRunOptions,
): AsyncGenerator<ExchangedToken> {
  const exchangeStore = createExchangeStore(context);
  const exchange = createTokenExchange({
    pairs: { ...createPairStore(context), ...exchangeStore },
    exchange: context.createExchangeCall(),
    checkStore: () => proveWritable(context.store),
    onDelay,
    clock: context.clock,
    options,
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

async function unlessUnreadable(work: Promise<ExchangeOutcome>): Promise<ExchangedToken['outcome']> {
  try {
    return await work;
  } catch (error) {
    if (isBotServerError(error, 'sealed_value_unreadable')) return { kind: 'unreadable' };
    throw error;
  }
}
