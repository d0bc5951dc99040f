/** Delivers over HTTP: events as JSON, the rest as form fields, signed. (https://docs.slack.dev/apis/events-api/using-http-request-urls) */
import type { Clock } from '../clock/clock.ts';
import { ACK_LIMIT_MS, type DeliveryRequest, type Transport, type TryOutcome } from '../deliveries/delivery.ts';
import { parseJson } from '../wire/json-text.ts';
import type { App } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import { seconds } from '../workspace/slack-shapes.ts';
import type { HttpPoster, PostOutcome } from './http-post.ts';
import { signatureHeaders } from './signature.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Posts envelopes to URLs. */
export class HttpTransport implements Transport {
  readonly #clock: Clock;
  readonly #poster: HttpPoster;

  constructor(options: { clock: Clock; poster: HttpPoster }) {
    this.#clock = options.clock;
    this.#poster = options.poster;
  }

  async send(app: App, request: DeliveryRequest): Promise<TryOutcome> {
    const url = request.url ?? app.requestUrl;
    if (url === undefined) return { ...NOTHING_SENT, error: 'no_url' };
    const { bodyAfterMs } = request;
    const signed = signedRequest(app, request, this.#clock.now());
    return tried(url, await this.#poster.post({ url, limitMs: ACK_LIMIT_MS, bodyAfterMs, ...signed }));
  }
}

/** What is posted, as it is sent at a moment: its signature is of then. */
export function signedRequest(
  { signingSecret }: App,
  request: DeliveryRequest,
  nowMs: number,
): { headers: Record<string, string>; body: string } {
  const { contentType, body } = encoded(request);
  const { kind, retry } = request;
  const headers = {
    'content-type': contentType,
    accept: kind === 'events_api' ? '*/*' : 'application/json,*/*',
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    ...signatureHeaders({ signingSecret, body, timestampSeconds: seconds(nowMs) }),
    ...(retry && { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
  };
  return { headers, body };
}

const NOTHING_SENT = {
  acked: false,
  via: 'http',
  target: undefined,
  status: undefined,
  payload: undefined,
  text: '',
  isFinal: false,
} as const;

function encoded({ kind, payload }: DeliveryRequest): { contentType: string; body: string } {
  if (kind === 'events_api') return { contentType: JSON_TYPE, body: JSON.stringify(payload) };
  const fields = kind === 'interactive' ? { payload: JSON.stringify(payload) } : formFields(payload);
  return { contentType: FORM_TYPE, body: new URLSearchParams(fields).toString() };
}

function formFields(payload: Json): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(payload)) {
    if (value !== undefined && value !== null) fields[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return fields;
}

function tried(url: string, posted: PostOutcome): TryOutcome {
  if (posted.kind === 'failed') return { ...NOTHING_SENT, target: url, error: posted.error };
  const { status, headers, text } = posted;
  const acked = status >= 200 && status < 300;
  return {
    ...NOTHING_SENT,
    acked,
    target: url,
    status,
    text,
    payload: objectIn(text),
    error: acked ? undefined : 'http_error',
    // Only beside a status that says no. (https://docs.slack.dev/apis/events-api)
    isFinal: !acked && headers['x-slack-no-retry'] === '1',
  };
}

function objectIn(text: string): Json | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = parseJson(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
