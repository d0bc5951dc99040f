/** Slack's real time messaging as a transport: one socket per team. What the frames say to listeners is not decided here. */
import { isBotServerError } from '../errors.ts';
import type { VerdictClass } from '../team/verdict.ts';
import type { ConnectAnswer, Frame, FrameMeaning, Transport } from './transport.ts';

/** The part of fetch's Response that is read. */
export interface CallResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/**
 * Sends one Web API call with the current bot token of `key`. Must not retry: when to ask again is the connection's decision.
 * May throw: a gate that refuses (BotServerError), the network, the signal.
 */
export type RtmCall = (
  method: string,
  args: Readonly<Record<string, string>>,
  context: { key: string; signal: AbortSignal },
) => Promise<CallResponse>;

/** What the transport is given. */
export interface RtmTransportOptions {
  call: RtmCall;
  /** The verdict table, asked for a connect. */
  classify: (code: string) => VerdictClass;
}

/** Where a 429 does not say how long: Slack's Python SDK waits that long. */
const DEFAULT_RETRY_AFTER_MS = 30_000;
const RATE_LIMIT_CODES = new Set(['ratelimited', 'rate_limited']);

/**
 * No arguments: presence comes only to those who subscribe since 2018 (`presence_sub` is true unless said otherwise), and
 * Slack-compatible servers need not know either argument. https://docs.slack.dev/changelog/2017-10-making-rtm-presence-subscription-only
 */
const CONNECT_ARGS = {};

/** `goodbye` and `team_migration_started` announce a close; `reconnect_url` is documented as unsupported. */
const meanings: Readonly<Record<string, FrameMeaning>> = {
  hello: 'hello',
  goodbye: 'goodbye',
  team_migration_started: 'goodbye',
  pong: 'none',
  reconnect_url: 'none',
  error: 'error',
};

/** Builds the transport. */
export function createRtmTransport({ call, classify }: RtmTransportOptions): Transport {
  return {
    name: 'rtm',
    async requestUrl(key, signal) {
      try {
        return await toAnswer(await call('rtm.connect', CONNECT_ARGS, { key, signal }), classify);
      } catch (error) {
        return thrownAnswer(error);
      }
    },
    meaningOf(frame) {
      // Acknowledgements of what we wrote carry reply_to and no type, pongs both.
      if (frame.reply_to !== undefined) return 'none';
      if (typeof frame.type !== 'string') return 'none';
      return Object.hasOwn(meanings, frame.type) ? (meanings[frame.type] ?? 'event') : 'event';
    },
    pingFrame: (id, nowMs) => JSON.stringify({ id, type: 'ping', time: nowMs }),
  };
}

async function toAnswer(response: CallResponse, classify: RtmTransportOptions['classify']): Promise<ConnectAnswer> {
  const text = await response.text();
  if (response.status === 429) return limited(response);
  if (response.status >= 500) return { kind: 'failed', reason: `http_${response.status}`, isOverload: true };
  const body = parseBody(text);
  if (body?.ok === true) {
    if (typeof body.url === 'string' && /^wss?:\/\//i.test(body.url)) return { kind: 'url', url: body.url };
    return { kind: 'failed', reason: 'malformed_answer', isOverload: false };
  }
  // Some answers carry a 4xx status and still the usual body: the code says more.
  if (body?.ok !== false || typeof body.error !== 'string') {
    const reason = response.status >= 400 ? `http_${response.status}` : 'malformed_answer';
    return { kind: 'failed', reason, isOverload: false };
  }
  if (RATE_LIMIT_CODES.has(body.error)) return limited(response);
  return { kind: 'refused', code: body.error, class: classify(body.error) };
}

function limited(response: CallResponse): ConnectAnswer {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return { kind: 'limited', retryAfterMs: seconds >= 0 ? seconds * 1_000 : DEFAULT_RETRY_AFTER_MS };
}

function thrownAnswer(error: unknown): ConnectAnswer {
  if (isBotServerError(error, 'rate_limited')) {
    const { retryAfterMs } = error.facts;
    return { kind: 'limited', retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : DEFAULT_RETRY_AFTER_MS };
  }
  return { kind: 'failed', reason: isBotServerError(error) ? error.code : networkWord(error), isOverload: false };
}

/** fetch hides the reason of a network failure in its cause. */
function networkWord(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code.toLowerCase() : 'slack_unreachable';
}

function parseBody(text: string): Frame | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Frame) : undefined;
  } catch {
    return undefined;
  }
}
