/** @slack/web-api as its users have it, with only the base URL changed; failures are told at once. */
import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { Simulator } from '../../src/index.ts';

/** Refusals are what these tests ask for; the client would print each. */
const silent: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/** A client for a token of the simulator. */
export function clientOf(simulator: Simulator, token: string): WebClient {
  return new WebClient(token, {
    slackApiUrl: simulator.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });
}

/** The code with which a call is refused. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => new Error('the call was taken'),
    (reason: unknown) => reason,
  );
  const { data, message } = error as { data?: { error?: string }; message: string };
  return data?.error ?? message;
}
