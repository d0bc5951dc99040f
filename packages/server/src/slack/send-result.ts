/** What came of one request to Slack, in a word: for whoever counts them. Pure. */
import { failureIn } from './answer-body.ts';

/**
 * - `ok`, `error`: Slack answered; `error` with a code of the Web API, or a status of 400 and above
 * - `rate_limited`: 429; `server_error`: 5xx
 * - `malformed`: a success that says neither, as of a portal or a proxy before Slack
 * - `timeout`, `unreachable`: no answer
 * - `aborted`: whoever asked gave up
 * - `refused`: the gate let it not be sent
 */
export type SendResult =
  | 'ok'
  | 'error'
  | 'rate_limited'
  | 'server_error'
  | 'malformed'
  | 'timeout'
  | 'unreachable'
  | 'aborted'
  | 'refused';

/** Of an answer; `text` is undefined for what is no answer of the Web API. */
export function resultOfReply({
  response,
  text,
}: {
  response: { status: number };
  text: string | undefined;
}): SendResult {
  const { status } = response;
  if (status === 429) return 'rate_limited';
  if (status >= 500) return 'server_error';
  if (status >= 400) return 'error';
  if (text === undefined || saysOk(text)) return 'ok';
  return failureIn(text) === undefined ? 'malformed' : 'error';
}

/** Most answers are fine, and some are large: they are not parsed for it. */
function saysOk(text: string): boolean {
  return /"ok"\s*:\s*true\b/.test(text) && text.trimEnd().endsWith('}') && failureIn(text) === undefined;
}
