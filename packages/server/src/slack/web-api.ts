/** Our own calls to Slack (connect, probe, exchange, revoke): lean, and with every kind of failure as a value. */
import { isBotServerError } from '../errors.ts';
import { readObject } from '../read-json.ts';
import { retryAfterMs } from './retry-after.ts';
import type { SlackFetch, SlackReply } from './slack-fetch.ts';
import type { SlackPurpose } from './slack-request.ts';

/** What came back. `refused` = our own gate said no. */
export type SlackAnswer =
  | { kind: 'ok'; body: Record<string, unknown> }
  | { kind: 'error'; code: string; body: Record<string, unknown> }
  | { kind: 'limited'; retryAfterMs: number }
  /** No answer of Slack: network, timeout, 5xx, malformed. `isOverload` = a 5xx: Slack asks for less. */
  | { kind: 'failed'; reason: string; isOverload: boolean }
  | { kind: 'refused'; reason: string };

export interface SlackCall {
  /** Sent as a Bearer header. */
  token?: string;
  /** Client id and secret, sent as Basic authorization. */
  basic?: { id: string; secret: string };
  args?: Record<string, string>;
  purpose: SlackPurpose;
  signal?: AbortSignal;
}

/** Calls one Web API method. Never throws for anything that Slack or the network does; rethrows only an abort. */
export type CallSlack = (method: string, call: SlackCall) => Promise<SlackAnswer>;

/**
 * Builds the caller on top of the one fetch.
 * @param redact What is done with the code of an error, which gets into logs, timelines and hooks: a server that is only
 * compatible with Slack may repeat the token there.
 */
export function createCallSlack(
  slackFetch: SlackFetch,
  apiUrl: string,
  redact: (text: string) => string = (text) => text,
): CallSlack {
  return async (method, call) => {
    try {
      const answer = await readAnswer(await slackFetch.send(`${apiUrl}${method}`, requestOf(call), call.purpose));
      return answer.kind === 'error' ? { ...answer, code: redact(answer.code) } : answer;
    } catch (error) {
      call.signal?.throwIfAborted();
      if (isBotServerError(error) && error.code !== 'slack_unreachable') return { kind: 'refused', reason: error.code };
      return { kind: 'failed', reason: reasonOf(error), isOverload: false };
    }
  };
}

/** Both spellings occur, and not always with status 429. */
const RATE_LIMITED = new Set(['ratelimited', 'rate_limited']);

function requestOf(call: SlackCall) {
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (call.token !== undefined) headers.authorization = `Bearer ${call.token}`;
  if (call.basic) headers.authorization = `Basic ${btoa(`${call.basic.id}:${call.basic.secret}`)}`;
  const body = new URLSearchParams(call.args).toString();
  // A redirect would carry the client secret and the code, which travel in the body, to whatever host it names.
  return { method: 'POST', headers, body, redirect: 'error' as const, ...(call.signal ? { signal: call.signal } : {}) };
}

async function readAnswer({ response, text }: SlackReply): Promise<SlackAnswer> {
  if (response.status === 429) {
    if (text === undefined) await response.body?.cancel();
    return { kind: 'limited', retryAfterMs: retryAfterMs(response) };
  }
  const body = readObject(text ?? (await response.text()));
  // A 5xx is never Slack's word about a team, whatever its body says.
  if (response.status >= 500) return { kind: 'failed', reason: `http_${response.status}`, isOverload: true };
  if (body?.ok === true) return { kind: 'ok', body };
  if (body?.ok === false && typeof body.error === 'string') {
    if (RATE_LIMITED.has(body.error)) return { kind: 'limited', retryAfterMs: retryAfterMs(response) };
    return { kind: 'error', code: body.error, body };
  }
  return { kind: 'failed', reason: response.ok ? 'malformed_answer' : `http_${response.status}`, isOverload: false };
}

/** The innermost cause says most: fetch wraps ECONNREFUSED in "fetch failed". */
function reasonOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  if (!(innermost instanceof Error)) return 'unknown failure';
  const { code } = innermost as NodeJS.ErrnoException;
  // What fetch does with a 407 has no words.
  return typeof code === 'string' ? code.toLowerCase() : innermost.message || 'network error';
}
