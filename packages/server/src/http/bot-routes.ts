/**
 * Routes of the bot's own on the public port, for billing webhooks, pictures and the like: web-standard Request and Response, with
 * limits of size, time and number, because anybody may send there. They are asked after the server's own paths, which they cannot name.
 */

import { BotServerError } from '../errors.ts';
import type { HookEmitter } from '../events.ts';
import type { Clock } from '../time/clock.ts';
import { within } from '../time/within.ts';
import { readAtMost } from './limited-body.ts';
import { compareExactness, isSameRoute, matchPath, parseRoute, type RoutePattern } from './route-pattern.ts';

/** What a handler gets beside the request. */
export interface RouteContext {
  /** The named parts of the path, decoded; `*` is the rest. */
  params: Readonly<Record<string, string>>;
  /** Aborts when the client has gone, the time is over, or the server stops and half of its grace is over. */
  signal: AbortSignal;
}

/** Answers a request. Its body was read whole: `request.text()` and `request.arrayBuffer()` give the bytes as they came. */
export type RouteHandler = (request: Request, context: RouteContext) => Response | Promise<Response>;

export interface RouteOptions {
  /** Larger bodies are answered with 413, in bytes. @defaultValue 1048576 (1 MiB) */
  maxBodyBytes?: number;
  /** Without an answer by then the client gets a 503, in milliseconds. @defaultValue 30000 */
  timeoutMs?: number;
}

export const routeDefaults = { maxBodyBytes: 1_048_576, timeoutMs: 30_000 } as const satisfies Required<RouteOptions>;

export interface BotRoutesDeps {
  hooks: HookEmitter;
  clock: Pick<Clock, 'after'>;
  log: { error(facts: object, message: string): void };
}

interface BotRoute extends Required<RouteOptions> {
  /** As its author wrote it. */
  name: string;
  pattern: RoutePattern;
  handler: RouteHandler;
}

interface Found {
  route: BotRoute;
  params: Record<string, string>;
}

/** Requests that are answered at a time; with the usual limit they hold 100 MiB of bodies. */
const MAX_RUNNING = 100;

/** One per server. */
export class BotRoutes {
  readonly #deps: BotRoutesDeps;
  /** The most exact first. */
  #routes: BotRoute[] = [];
  #draining = new AbortController();
  #running = 0;
  /** Gives up requests whose bodies are not whole yet, those first that have been coming longest. */
  readonly #receiving = new Set<() => void>();

  constructor(deps: BotRoutesDeps) {
    this.#deps = deps;
  }

  /** @returns what removes it. @throws BotServerError `usage` */
  add(name: string, handler: RouteHandler, options: RouteOptions = {}): () => void {
    const pattern = parseRoute(name);
    if (typeof handler !== 'function')
      throw new BotServerError('usage', `The route '${name}' needs a function that answers`);
    if (this.#routes.some((route) => isSameRoute(route.pattern, pattern))) {
      throw new BotServerError('usage', `There is a route for the requests of '${name}' already`);
    }
    const limits = { ...routeDefaults, ...options };
    for (const limit of Object.keys(routeDefaults) as (keyof RouteOptions)[]) {
      if (Number.isFinite(limits[limit]) && limits[limit] > 0) continue;
      throw new BotServerError('usage', `${limit} of '${name}' must be a positive number; got ${limits[limit]}`);
    }
    const route = { name, pattern, handler, ...limits };
    this.#routes = [...this.#routes, route].sort((a, b) => compareExactness(a.pattern, b.pattern));
    return () => {
      this.#routes = this.#routes.filter((one) => one !== route);
    };
  }

  /** Whether nobody needs to look: most bots have none, and each request of a page asks. */
  get isEmpty(): boolean {
    return this.#routes.length === 0;
  }

  /** Undefined when no route is meant. Never rejects. */
  answer(request: Request): Promise<Response> | undefined {
    const path = new URL(request.url).pathname;
    let found: Found[];
    try {
      found = this.#routes.flatMap((route) => {
        const params = matchPath(route.pattern, path);
        return params ? [{ route, params }] : [];
      });
    } catch {
      return Promise.resolve(problem(400, 'The path is not encoded as UTF-8'));
    }
    if (found.length === 0) return undefined;
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const meant = found.find(({ route }) => route.pattern.method === method);
    return meant ? this.#run(request, meant) : Promise.resolve(otherMethod(request, found));
  }

  /** The server stops: what still runs is to end soon. */
  drain(): void {
    this.#draining.abort(new BotServerError('draining', 'The server stops: answer with what there is'));
  }

  async #run(request: Request, { route, params }: Found): Promise<Response> {
    if (this.#running >= MAX_RUNNING && !this.#giveUpSlowest()) {
      return problem(503, 'Too many requests are being answered', { 'retry-after': '1' });
    }
    this.#running++;
    const late = new AbortController();
    try {
      const body = await this.#receive(request, route.maxBodyBytes);
      if (body === 'given up')
        return problem(503, 'The body took too long beside those of others', { connection: 'close' });
      if (!body) return problem(413, `The body must have at most ${route.maxBodyBytes} bytes`, { connection: 'close' });
      const signal = AbortSignal.any([request.signal, late.signal, this.#draining.signal]);
      const answer = await this.#inTime(route, late, async () =>
        route.handler(copyOf(request, body, signal), { params, signal }),
      );
      if (!isResponse(answer)) throw new TypeError('The handler returned something that is not a Response');
      return withHeaders(answer, request.method);
    } catch (cause) {
      return this.#failed(route, request, cause);
    } finally {
      this.#running--;
    }
  }

  async #receive(request: Request, maxBytes: number): Promise<Buffer | 'given up' | undefined> {
    const { promise: givenUp, resolve } = Promise.withResolvers<'given up'>();
    const giveUp = () => resolve('given up');
    this.#receiving.add(giveUp);
    try {
      return await Promise.race([readAtMost(request, maxBytes), givenUp]);
    } finally {
      this.#receiving.delete(giveUp);
    }
  }

  /** Makes room: whoever sends slowly, or never to the end, must not keep out who does not. */
  #giveUpSlowest(): boolean {
    const [giveUp] = this.#receiving;
    if (!giveUp) return false;
    this.#receiving.delete(giveUp);
    giveUp();
    return true;
  }

  #inTime(route: BotRoute, late: AbortController, work: () => Promise<Response>): Promise<Response> {
    return within(work(), {
      clock: this.#deps.clock,
      limitMs: route.timeoutMs,
      late() {
        const error = new BotServerError(
          'handler_timed_out',
          `'${route.name}' did not answer within ${route.timeoutMs} ms`,
        );
        late.abort(error);
        throw error;
      },
    });
  }

  /** The client learns that it failed, and whoever runs the bot learns why. */
  #failed({ name }: BotRoute, request: Request, cause: unknown): Response {
    // Nobody is there to be answered, and nothing went wrong here.
    if (request.signal.aborted) return problem(503, 'The request was given up');
    const isLate = cause instanceof BotServerError && cause.code === 'handler_timed_out';
    const error = isLate
      ? cause
      : new BotServerError('route_failed', `The route '${name}' failed`, { cause, facts: { route: name } });
    this.#deps.log.error({ err: error, route: name }, 'route of the bot failed');
    void this.#deps.hooks.emit('error', { teamId: null, where: 'route', error });
    return isLate
      ? problem(503, 'There was no answer in time')
      : problem(500, 'Something went wrong here, not in the request');
  }
}

function otherMethod(request: Request, found: readonly Found[]): Response {
  const methods = new Set<string>(found.map(({ route }) => route.pattern.method));
  if (methods.has('GET')) methods.add('HEAD');
  methods.add('OPTIONS');
  const allow = Array.from(methods).sort().join(', ');
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } });
  return problem(405, `This address takes ${allow}`, { allow });
}

function copyOf({ url, method, headers }: Request, body: Buffer, signal: AbortSignal): Request {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(url, { method, headers, signal, ...(hasBody && { body: new Uint8Array(body) }) });
}

/** Of whichever package: a Response of another realm is one, too. */
function isResponse(answer: unknown): answer is Response {
  const { status, headers } = Object(answer) as { status?: unknown; headers?: unknown };
  return typeof status === 'number' && status >= 200 && typeof (headers as Headers | undefined)?.get === 'function';
}

/** What a browser guesses of a picture that somebody uploaded must not become a script. */
function withHeaders(answer: Response, method: string): Response {
  const headers = new Headers(answer.headers);
  if (!headers.has('x-content-type-options')) headers.set('x-content-type-options', 'nosniff');
  const isHead = method === 'HEAD';
  // What is not read holds what it comes from, a file or a connection. It may have been read, or be somebody's: then it is not ours.
  if (isHead) answer.body?.cancel().catch(() => {});
  return new Response(isHead ? null : answer.body, {
    status: answer.status,
    statusText: answer.statusText,
    headers,
  });
}

function problem(status: number, detail: string, headers: Record<string, string> = {}): Response {
  const title = TITLES[status] ?? 'Error';
  const body = JSON.stringify({ type: 'about:blank', title, status, detail });
  return new Response(body, { status, headers: { 'content-type': 'application/problem+json', ...headers } });
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  405: 'Method Not Allowed',
  413: 'Payload Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
