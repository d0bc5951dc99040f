/** How Slack is asked to exchange a token, with the app's credentials; for a command beside a running server or without one. */
import type { Config } from '../config/config.ts';
import { BotServerError } from '../errors.ts';
import type { ExchangeCall } from '../installation/token-exchange.ts';
import type { Clock } from '../time/clock.ts';
import { createCommandCalls } from './create-command-calls.ts';

export interface ExchangeCallDeps {
  config: Pick<Config, 'httpsProxy' | 'noProxy' | 'slackApiUrl' | 'slackClientId' | 'slackClientSecret' | 'slackOauth'>;
  clock: Clock;
  random: () => number;
}

/** An answer that comes late is an answer, and this one is given once; in milliseconds. */
const ANSWER_WAIT_MS = 60_000;

/**
 * Client id and secret travel in the body, because the token is the one that the header speaks for.
 * @throws BotServerError `invalid_configuration`
 */
export function createExchangeCall({ config, clock, random }: ExchangeCallDeps): ExchangeCall {
  const { slackClientId, slackClientSecret, slackOauth } = config;
  if (slackOauth === 'v1') {
    const message =
      'Tokens of classic apps do not rotate: SLACK_OAUTH is v1, which is the default for the transport rtm';
    throw new BotServerError('invalid_configuration', message);
  }
  if (slackClientId === undefined || slackClientSecret === undefined) {
    throw new BotServerError('invalid_configuration', 'SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are missing');
  }
  const { callSlack } = createCommandCalls(config, { clock, random, attemptTimeoutMs: ANSWER_WAIT_MS });
  const args = { client_id: slackClientId, client_secret: slackClientSecret };
  return (token) => callSlack('oauth.v2.exchange', { purpose: 'connect', token, args });
}
