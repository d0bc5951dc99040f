/** The request URL as Slack sees it: a challenge, signed, to PUBLIC_URL. (https://docs.slack.dev/reference/events/url_verification) */
import { createHmac, randomUUID } from 'node:crypto';
import { messageOf } from '../errors.ts';
import { ownChallenge } from '../request-url/own-challenge.ts';
import { signingSecretsIn } from '../request-url/signing-secrets.ts';
import type { AddressUse } from './address-fault.ts';
import { type Finding, findingsOf } from './finding.ts';
import { addressFault } from './what-listens.ts';

export type PostJson = (
  url: string,
  init: { method: 'POST'; headers: Record<string, string>; body: string; signal: AbortSignal; redirect: 'manual' },
) => Promise<Response>;

export interface RequestUrlCheck {
  publicUrl: string;
  signingSecret: string;
  fetch: PostJson;
  now: () => number;
}

/** Slack waits as long, in milliseconds. */
const TIMEOUT_MS = 3_000;

const PUBLIC_ADDRESS: AddressUse = {
  where: 'in PUBLIC_URL',
  expected: 'this server',
  right: 'the address at which browsers and Slack reach this server',
};

export async function checkRequestUrl({ publicUrl, signingSecret, fetch, now }: RequestUrlCheck): Promise<Finding> {
  const requestUrl = findingsOf('request URL');
  const url = `${publicUrl}/slack/events`;
  const challenge = randomUUID();
  const body = JSON.stringify(ownChallenge(challenge));
  const timestamp = String(Math.floor(now() / 1_000));
  const [secret = ''] = signingSecretsIn(signingSecret);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const headers = {
    'content-type': 'application/json',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
  let response: Response;
  let text: string;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    text = await response.text();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const fault = await addressFault(publicUrl, error, PUBLIC_ADDRESS);
    // Slack has a certificate of its own. (https://docs.slack.dev/authentication/verifying-requests-from-slack)
    if (fault?.kind === 'client-certificate')
      return requestUrl.skipped(
        `${url} demands a client certificate: Slack has one (mutual TLS), and this command none`,
      );
    if (fault) return requestUrl.problem(`${url} ${fault.what}`, fault.fix);
    const fix = 'Start the server, and lead PUBLIC_URL to it: DNS, certificate, proxy, firewall.';
    return requestUrl.problem(`${url} cannot be reached from here: ${messageOf(cause)}`, fix);
  }
  if (response.status === 401) {
    const fix =
      'The server behind PUBLIC_URL has another SLACK_SIGNING_SECRET or a wrong clock, or a proxy changes bodies.';
    return requestUrl.problem(`${url} refuses a signature made with SLACK_SIGNING_SECRET`, fix);
  }
  if (response.status === 200 && text.includes(challenge)) return requestUrl.ok(`${url} answers the challenge`);
  const fix = 'Let the proxy pass POST /slack/events to this server, without a redirect.';
  return requestUrl.problem(`${url} answered ${response.status} in place of the challenge: not this server`, fix);
}
