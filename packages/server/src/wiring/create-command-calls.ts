/** How a command asks Slack, through the proxy of the settings; nothing that it learns is a signal about a team. */
import type { Config } from '../config/config.ts';
import { createEgress } from '../slack/proxy.ts';
import { createSlackFetch } from '../slack/slack-fetch.ts';
import { type CallSlack, createCallSlack } from '../slack/web-api.ts';
import type { Clock } from '../time/clock.ts';

export interface CommandCallsDeps {
  clock: Clock;
  random: () => number;
  /** How long one answer may take, in milliseconds. */
  attemptTimeoutMs: number;
}

export interface CommandCalls {
  callSlack: CallSlack;
  /** What `fetch` does, through the proxy. */
  fetch: typeof globalThis.fetch;
}

/** Makes the calls of one command. */
export function createCommandCalls(
  config: Pick<Config, 'httpsProxy' | 'noProxy' | 'slackApiUrl'>,
  { clock, random, attemptTimeoutMs }: CommandCallsDeps,
): CommandCalls {
  const { slackApiUrl: apiUrl } = config;
  const egress = createEgress(config, clock);
  const slackFetch = createSlackFetch({
    apiUrl,
    lookup: () => ({ pass: true }),
    report: () => {},
    clock,
    random,
    ...(egress ? { fetch: egress.fetch } : {}),
    options: { attemptTimeoutMs },
  });
  return { callSlack: createCallSlack(slackFetch, apiUrl), fetch: egress?.fetch ?? globalThis.fetch };
}
