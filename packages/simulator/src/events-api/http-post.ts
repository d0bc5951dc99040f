/**
 * Posts one body to an app's URL: 3 seconds, at most two redirects, connections kept for reuse. Says in Slack's words
 * why it failed. Knows nothing of events; the caller signs.
 */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Clock } from '../clock/clock.ts';
import type { DeliveryError } from '../deliveries/delivery.ts';

/** An answer is read up to this many bytes; the rest is dropped. */
const ANSWER_LIMIT_BYTES = 1024 * 1024;
/** Slack follows 301 and 302 at most twice. (https://docs.slack.dev/apis/events-api) */
const MAX_REDIRECTS = 2;
/** Connections kept open per host and port when nothing is on the way; a burst that closes most of its own costs a fifth of its time. */
const IDLE_CONNECTIONS = 1024;

/** A body on its way. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly limitMs: number;
  /** Headers leave at once, the body after so many milliseconds of the simulator's clock. */
  readonly bodyAfterMs?: number | undefined;
}

/** The answer, or why there is none. */
export type PostOutcome =
  | { kind: 'answered'; status: number; headers: IncomingMessage['headers']; text: string }
  | { kind: 'failed'; error: DeliveryError };

/** A client with its own connections; `stop` ends them. */
export class HttpPoster {
  readonly #clock: Clock;
  readonly #agents = {
    'http:': new HttpAgent({ keepAlive: true, maxFreeSockets: IDLE_CONNECTIONS }),
    'https:': new HttpsAgent({ keepAlive: true, maxFreeSockets: IDLE_CONNECTIONS }),
  };
  readonly #requests = new Set<ClientRequest>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Never rejects. The limit is for everything together, redirects included. */
  async post(post: Post): Promise<PostOutcome> {
    const ending = new AbortController();
    const letTimePass = this.#clock.hold();
    const timer = this.#clock.after(post.limitMs, () => ending.abort());
    try {
      return await this.#follow(post, ending.signal);
    } finally {
      timer.cancel();
      letTimePass();
    }
  }

  /** Ends every request and connection. */
  stop(): void {
    for (const request of this.#requests) request.destroy();
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  async #follow(post: Post, signal: AbortSignal): Promise<PostOutcome> {
    let url: string | undefined = post.url;
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const posted: PostOutcome = await this.#once({ ...post, url }, signal);
      if (posted.kind === 'failed' || (posted.status !== 301 && posted.status !== 302)) return posted;
      url = resolved(posted.headers.location, url);
      if (url === undefined) return posted;
    }
    return { kind: 'failed', error: 'too_many_redirects' };
  }

  #once(post: Post, signal: AbortSignal): Promise<PostOutcome> {
    const target = parsedUrl(post.url);
    if (!target) return Promise.resolve({ kind: 'failed', error: 'connection_failed' });
    if (signal.aborted) return Promise.resolve({ kind: 'failed', error: 'http_timeout' });
    return new Promise((resolve) => {
      const isSecure = target.protocol === 'https:';
      const request = (isSecure ? httpsRequest : httpRequest)(target, {
        method: 'POST',
        agent: this.#agents[isSecure ? 'https:' : 'http:'],
        headers: { ...post.headers, 'content-length': Buffer.byteLength(post.body) },
      });
      const onAbort = () => request.destroy();
      const settle = (posted: PostOutcome) => {
        signal.removeEventListener('abort', onAbort);
        this.#requests.delete(request);
        resolve(posted);
      };
      this.#requests.add(request);
      signal.addEventListener('abort', onAbort, { once: true });
      request.on('response', (response) => {
        void readText(response).then((text) => {
          if (text === undefined)
            settle({ kind: 'failed', error: signal.aborted ? 'http_timeout' : 'connection_failed' });
          else settle({ kind: 'answered', status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      request.on('error', (error) => {
        const { reusedSocket } = request;
        // A kept connection that the app closed meanwhile says nothing about the app.
        if (reusedSocket && !signal.aborted && isReset(error)) void this.#once(post, signal).then(settle);
        else settle({ kind: 'failed', error: signal.aborted ? 'http_timeout' : reasonOf(error) });
      });
      this.#write(request, post);
    });
  }

  #write(request: ClientRequest, { body, bodyAfterMs }: Post): void {
    if (bodyAfterMs === undefined) request.end(body);
    else {
      request.flushHeaders();
      this.#clock.after(bodyAfterMs, () => request.end(body));
    }
  }
}

/** Undefined when the connection ended before the answer did. */
function readText(response: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    response.on('data', (chunk: Buffer) => {
      if (sizeBytes < ANSWER_LIMIT_BYTES) chunks.push(chunk);
      sizeBytes += chunk.length;
    });
    response.on('end', () => resolve(Buffer.concat(chunks).subarray(0, ANSWER_LIMIT_BYTES).toString('utf8')));
    response.on('error', () => resolve(undefined));
    response.on('close', () => resolve(undefined));
  });
}

function parsedUrl(url: string): URL | undefined {
  const parsed = URL.parse(url);
  return parsed && (parsed.protocol === 'http:' || parsed.protocol === 'https:') ? parsed : undefined;
}

function resolved(location: string | undefined, base: string): string | undefined {
  return location === undefined ? undefined : URL.parse(location, base)?.href;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function isReset(error: Error): boolean {
  return codeOf(error) === 'ECONNRESET' || codeOf(error) === 'EPIPE';
}

/** Slack's word for a failure of the network. */
function reasonOf(error: Error): DeliveryError {
  const code = codeOf(error);
  if (/^(ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO|HOSTNAME_MISMATCH)/.test(code))
    return 'ssl_error';
  if (/^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|EADDR)/.test(code)) return 'connection_failed';
  return code.startsWith('HPE_') ? 'http_error' : 'unknown_error';
}
