/**
 * Serves `/api/<method>` on node:http itself, because clients connect and post here by the thousand.
 * The order of the checks is Slack's: method, body, token, arguments. Faults come in between, where Slack would fail.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stopwatch } from '../clock/clock.ts';
import { systemRandom } from '../clock/random.ts';
import type { StandingFault } from '../faults/fault-board.ts';
import { BODY_LIMIT_BYTES, type Body, readBody } from '../http/body.ts';
import { hostOf } from '../http/host.ts';
import type { ActivityLog } from '../log/activity-log.ts';
import type { LogRecord } from '../log/log-record.ts';
import { type Answer, isRefusal, type Refusal, refuse, refuseArgument } from '../wire/answer.ts';
import type { RawArguments } from '../wire/arguments.ts';
import { findChannel } from '../workspace/channels.ts';
import { Ids, maskToken, tokenIdOf } from '../workspace/ids.ts';
import type { Token } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import { basicCredentials, sentToken, tokenRefusal } from './authenticate.ts';
import type { CallContext, WebApiMethod } from './method.ts';
import { teamOfOrgCall } from './org-calls.ts';
import { RateLimits } from './rate-limits.ts';
import { requestArguments } from './request-arguments.ts';
import { retiredMethods } from './retired-methods.ts';
import type { Services } from './services.ts';
import { charsetWarnings, withWarnings } from './warnings.ts';

/** What the Web API needs. */
export interface WebApiOptions {
  world: World;
  services: Services;
  log: ActivityLog;
  methods: ReadonlyMap<string, WebApiMethod>;
}

/** A call on its way: what is known so far, for the answer's headers and the log. */
interface Pending {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly name: string;
  readonly startedAt: number;
  readonly atMs: number;
  method: WebApiMethod | undefined;
  sent: string | undefined;
  token: Token | undefined;
  teamId: string | undefined;
}

/** The Web API of one simulator. */
export class WebApi {
  readonly #world: World;
  readonly #services: Services;
  readonly #log: ActivityLog;
  readonly #methods: ReadonlyMap<string, WebApiMethod>;
  /** Not those of the world: with a seed number its ids shall not depend on how many requests there were. */
  readonly #requestIds: Ids;
  readonly #limits: RateLimits;

  constructor(options: WebApiOptions) {
    this.#world = options.world;
    this.#services = options.services;
    this.#log = options.log;
    this.#methods = options.methods;
    this.#requestIds = new Ids(systemRandom(), options.world.clock);
    this.#limits = new RateLimits({ clock: options.world.clock, faults: options.services.faults });
  }

  /** Answers one request whose path begins with `/api/`. */
  async serve(
    request: IncomingMessage,
    response: ServerResponse,
    url: { path: string; query: URLSearchParams },
  ): Promise<void> {
    const name = url.path.slice('/api/'.length);
    const call: Pending = {
      request,
      response,
      name,
      startedAt: stopwatch(),
      atMs: this.#world.clock.now(),
      method: this.#methods.get(name),
      sent: undefined,
      token: undefined,
      teamId: undefined,
    };
    const body = await readBody(request);
    if (body.kind === 'aborted') return;
    const raw = await this.#arguments(call, url.query, body);
    if (isRefusal(raw)) this.#send(call, raw, body.kind === 'too_large' ? 413 : 200);
    else await this.#authenticated(call, raw);
  }

  async #arguments(call: Pending, query: URLSearchParams, body: Body): Promise<RawArguments | Refusal> {
    const { method } = call.request;
    if (method !== 'GET' && method !== 'POST') return refuse('invalid_post_type');
    if (body.kind === 'too_large') return refuseArgument('invalid_form_data', `body exceeds ${BODY_LIMIT_BYTES} bytes`);
    if (retiredMethods.has(call.name)) return refuse('method_deprecated');
    if (!call.method) return refuse('unknown_method', { req_method: call.name.slice(0, 255) });
    return requestArguments(call.request, query, body);
  }

  async #authenticated(call: Pending, raw: RawArguments): Promise<void> {
    const { method, request } = call;
    if (!method) return;
    call.sent = sentToken(request, raw);
    const context: CallContext = {
      world: this.#world,
      services: this.#services,
      host: hostOf(request),
      basic: basicCredentials(request),
      isPost: request.method === 'POST',
      sentToken: call.sent,
      isTokenInHeader: request.headers.authorization !== undefined,
      raw,
    };
    call.token = call.sent === undefined ? undefined : this.#world.tokens.get(call.sent);
    call.teamId = (call.token?.team ?? method.teamOf(context))?.id;
    const scope = { team: call.teamId, app: call.token?.app.id, method: method.name };
    const isUnlisted = call.token?.app.isUnlisted === true;
    const asked = { ...scope, tier: method.tier, channel: channelOf(call, raw), isUnlisted };
    const retryAfter = this.#limits.retryAfterSeconds(asked);
    if (retryAfter !== undefined) {
      this.#send(call, refuse('ratelimited'), 429, { 'retry-after': String(retryAfter) });
      return;
    }
    const faults = this.#services.faults.matchCall(scope);
    if (faults.length > 0) await this.#faulty(call, context, faults);
    else this.#send(call, this.#answer(call, method, context));
  }

  #answer(call: Pending, method: WebApiMethod, context: CallContext): Answer {
    if (method.tokens.length === 0) return method.run(context);
    const refusal = tokenRefusal(this.#world, method, call.sent, call.token);
    if (refusal) return refusal;
    const { token } = call;
    if (!token) return refuse('invalid_auth');
    const isOfOrg = method.needsTeam && token.enterprise !== undefined;
    const team = isOfOrg ? teamOfOrgCall(this.#world, token, context.raw) : token.team;
    if (isRefusal(team)) return team;
    call.teamId ??= team?.id;
    return method.run({ ...context, token, app: token.app, team } as CallContext);
  }

  async #faulty(call: Pending, context: CallContext, faults: readonly StandingFault[]): Promise<void> {
    if (faults.some(({ spec }) => spec.kind === 'hang')) {
      this.#record(call, 'request_held', { status: 0, fault: 'hang' });
      return;
    }
    for (const { spec } of faults) {
      if (spec.kind !== 'slow') continue;
      this.#record(call, 'request_held', { status: 0, fault: 'slow' });
      await this.#pause(spec.delayMs);
    }
    const send = this.#decide(call, context, faults);
    for (const fault of faults) if (fault.spec.kind === 'hold') await this.#held(call, fault, fault.spec.delayMs);
    send();
  }

  /** Decides the answer now; the returned function sends it. */
  #decide(call: Pending, context: CallContext, faults: readonly StandingFault[]): () => void {
    for (const { spec } of faults) {
      const send = this.#faultAnswer(call, spec);
      if (send) return send;
    }
    const { method } = call;
    const answer = method ? this.#answer(call, method, context) : refuse('unknown_method');
    return () => this.#send(call, answer);
  }

  /** What a fault answers in the method's place; undefined for faults that only delay. */
  #faultAnswer(call: Pending, spec: StandingFault['spec']): (() => void) | undefined {
    if (spec.kind === 'refuse' || (spec.kind === 'hold' && spec.error !== undefined)) {
      return () => this.#send(call, refuse(spec.error ?? 'fatal_error'));
    }
    if (spec.kind === 'rate_limit') {
      return () => this.#send(call, refuse('ratelimited'), 429, { 'retry-after': String(spec.retryAfterSeconds) });
    }
    if (spec.kind === 'server_error') {
      return () => this.#sendText(call, spec.status, 'text/html; charset=utf-8', spec.body, { fault: spec.kind });
    }
    if (spec.kind !== 'malformed') return undefined;
    return () => this.#sendText(call, 200, 'application/json; charset=utf-8', spec.body, { fault: spec.kind });
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.#world.clock.after(delayMs, resolve));
  }

  /** Waits until the fault is released or removed, or until its delay is over. */
  #held(call: Pending, fault: StandingFault, delayMs: number | undefined): Promise<void> {
    this.#record(call, 'request_held', { status: 0, fault: fault.id });
    return new Promise((resolve) => {
      const timer = delayMs === undefined ? undefined : this.#world.clock.after(delayMs, () => leave());
      const leave = () => {
        timer?.cancel();
        fault.held.delete(leave);
        resolve();
      };
      fault.held.add(leave);
      call.response.once('close', leave);
    });
  }

  #send(call: Pending, plain: Answer, status = 200, headers: Record<string, string> = {}): void {
    const answer = withWarnings(plain, charsetWarnings(call.request));
    const error = typeof answer.error === 'string' ? answer.error : undefined;
    this.#sendText(
      call,
      status,
      'application/json; charset=utf-8',
      JSON.stringify(answer),
      { ok: answer.ok, error },
      headers,
    );
  }

  #sendText(
    call: Pending,
    status: number,
    contentType: string,
    text: string,
    facts: Partial<LogRecord>,
    headers: Record<string, string> = {},
  ): void {
    const { response, token, method } = call;
    // A client that gave up is no longer there; its request still belongs in the log.
    if (!response.destroyed && !response.headersSent) {
      response.writeHead(status, {
        'content-type': contentType,
        'content-length': Buffer.byteLength(text),
        'cache-control': 'private, no-cache, no-store, must-revalidate',
        'x-slack-req-id': this.#requestIds.secret(32),
        ...(token && { 'x-oauth-scopes': token.scopes.join(',') }),
        ...(method && { 'x-accepted-oauth-scopes': method.scopes.join(',') }),
        ...headers,
      });
      response.end(text);
    }
    this.#record(call, 'request', { status, ...facts });
  }

  #record(call: Pending, kind: 'request' | 'request_held', facts: Partial<LogRecord>): void {
    const { sent, token } = call;
    this.#log.add({
      kind,
      atMs: call.atMs,
      team: call.teamId,
      app: token?.app.id,
      host: hostOf(call.request),
      method: call.name.slice(0, 255),
      token: sent === undefined ? undefined : maskToken(sent),
      tokenId: token?.id ?? (sent === undefined ? undefined : tokenIdOf(sent)),
      durationMs: Math.round((stopwatch() - call.startedAt) * 100) / 100,
      ...facts,
    });
  }
}

/** The id of the conversation that a call names, for limits per channel. */
function channelOf({ token }: Pending, { channel }: RawArguments): string | undefined {
  if (typeof channel !== 'string') return undefined;
  return (token?.team && findChannel(token.team, channel)?.id) ?? channel;
}
