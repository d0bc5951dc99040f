/**
 * Where an answer may be posted. A `response_url` comes with a delivery, and whoever answers would post what listeners say to
 * whatever it names: so it must name Slack, or the host of the configured Web API. Pure.
 */
import { BotServerError } from '../errors.ts';
import { isJsonPost, type SlackRequestInit } from './slack-request.ts';

/** Slack's own, and those of GovSlack. (https://docs.slack.dev/govslack) */
const SLACK_DOMAINS = ['slack.com', 'slack-gov.com'];

/** Whether the address is Slack's, by https, or has the origin of the Web API. */
export function isSlacksAddress(url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (originOf(url) === originOf(apiUrl)) return true;
  return (
    protocol === 'https:' && SLACK_DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`))
  );
}

/**
 * A request past the Web API as it may be sent: JSON without a token is an answer to a `response_url`, and follows no redirect.
 * @throws BotServerError `foreign_response_url`
 */
export function onlyToSlack(url: string, init: SlackRequestInit, apiUrl: string): SlackRequestInit {
  if (!isJsonPost(init)) return init;
  if (isSlacksAddress(url, apiUrl)) return { ...init, redirect: 'error' };
  throw new BotServerError('foreign_response_url', 'A response_url that is not of Slack was not called');
}

/** A simulator on this machine has several names. */
function originOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  const isLoopback = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  return `${protocol}//${isLoopback ? 'loopback' : hostname}:${port}`;
}
