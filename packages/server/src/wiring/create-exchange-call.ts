/** How Slack is asked to exchange a token, with the app's credentials; for a command beside a running server or without one. */
import type { Config } from '../config.ts';
import { BotServerError } from '../errors.ts';
import type { ExchangeCall } from '../installation/token-exchange.ts';
import { createEgress } from '../slack/proxy.ts';
import { createSlackFetch } from '../slack/slack-fetch.ts';
import { createCallSlack } from '../slack/web-api.ts';
import type { Clock } from '../time/clock.ts';

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
  return (token) => callSlack('oauth.v2.exchange', { purpose: 'connect', token, args });
}
