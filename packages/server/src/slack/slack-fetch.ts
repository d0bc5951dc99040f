/**
 * The one fetch: everything that talks to Slack goes through it, Bolt's clients too. It is a gate (asks before each send, and again
 * when its bytes are about to leave, whether the token may still be used) and an observer (reports answers that raise doubt, also those that a listener
 * swallows). It decides nothing about teams; the judge does.
 */
import { setMaxListeners } from 'node:events';
import { BotServerError, isBotServerError } from '../errors.ts';
import type { InstallationKey } from '../team/installation.ts';
import type { Clock } from '../time/clock.ts';
import { afterPeerLimit } from '../time/peer-limit.ts';
import { AnswerTooLargeError, createAnswerReader, failureIn, withErrorCode } from './answer-body.ts';
import { type CarriedToken, createGate, type GateDeps, type Passed } from './gate.ts';
import { createGuardedFetch, type GuardedFetch, type GuardedInit } from './guarded-fetch.ts';
import { onlyToSlack } from './response-url.ts';
import { retryAfterMs } from './retry-after.ts';
import { resultOfReply, type SendResult } from './send-result.ts';
import { postAddressOf, type SentPost } from './sent-post.ts';
import type { SentCredential, Signal } from './signal.ts';
import { isSafeToRepeat, methodOf, type SlackPurpose, type SlackRequestInit, teamIdOf } from './slack-request.ts';
import { inPiecesIfLarge, type OnProgress } from './upload.ts';

export interface SlackFetchOptions {
  /** Limit for one attempt of a call or connect, in milliseconds; for a large body without progress. @defaultValue 10000 */
  attemptTimeoutMs?: number;
  /** Limit for a probe, in milliseconds. @defaultValue 3000 */
  probeTimeoutMs?: number;
  /** How often a call is sent again. @defaultValue 2 */
  retries?: number;
  /**
   * The longest Retry-After that a client waits for, in milliseconds; a longer one is answered at once. The server's own calls
   * wait 30 s at most: whoever sends them comes back later. @defaultValue 300000
   */
  maxRetryAfterMs?: number;
}

export const slackFetchDefaults = {
  attemptTimeoutMs: 10_000,
  probeTimeoutMs: 3_000,
  retries: 2,
  maxRetryAfterMs: 300_000,
} as const satisfies Required<SlackFetchOptions>;

/** The longest Retry-After that the server's own calls wait for, in milliseconds. */
const OWN_RETRY_AFTER_MS = 30_000;

export interface SlackFetchDeps extends GateDeps {
  /** Base URL of the Web API, with a slash at its end. */
  apiUrl: string;
  /** What a client with the token is to carry. @defaultValue nothing */
  carry?: (token: string) => CarriedToken | undefined;
  report(signal: Signal): void;
  /** Slack said 429 to a call of a team. Must not throw. */
  onLimited?: (limited: LimitedCall) => void;
  /** A bot has posted a message that its team sees. */
  onPosted?: (post: SentPost) => void;
  /** Told of each attempt, one that the gate refuses included; what it answers is told what came of it. Must not throw. */
  onAttempt?: (attempt: SentAttempt) => AttemptEnded;
  clock: Clock;
  random: () => number;
  /** The fetch underneath. @defaultValue globalThis.fetch, guarded */
  fetch?: GuardedFetch;
  options?: SlackFetchOptions;
}

/** `code` is that of Slack's answer, where it is an error. */
export type AttemptEnded = (result: SendResult, code?: string) => void;

/** What is sent; `method` is undefined for what is no call of the Web API. */
export interface SentAttempt {
  readonly method: string | undefined;
  readonly purpose: SlackPurpose;
}

/** A call that Slack limits. */
export interface LimitedCall {
  key: InstallationKey;
  method: string;
  retryAfterMs: number;
}

/** An answer of Slack, read whole: `text` is undefined for what is no Web API answer (uploads, response_url, files). */
export interface SlackReply {
  response: Response;
  text: string | undefined;
}

/**
 * A fetch with Slack's rules. `send` says why and answers the text; `fetch` is for calls, in the form that the SDK takes, and
 * `fetchOf` the same for one client that is handed out with a token.
 */
export interface SlackFetch {
  send: (url: string, init: SlackRequestInit, purpose: SlackPurpose) => Promise<SlackReply>;
  fetch: ClientFetch;
  fetchOf: (token: string) => ClientFetch;
  /** Ends all waits between attempts with `server_stopped`; nothing is sent again. */
  stop: () => void;
}

export type ClientFetch = (url: string | URL, init?: SlackRequestInit) => Promise<Response>;

interface Attempt {
  url: string;
  init: SlackRequestInit;
  method: string | undefined;
  purpose: SlackPurpose;
  carried: CarriedToken | undefined;
  maxRetryAfterMs: number;
}

type Outcome = SlackReply | { failure: unknown };

/** What ends a request that is on its way. */
interface Leaving {
  signal: AbortSignal;
  mayLeave: () => void;
  onProgress: OnProgress;
}

/**
 * Builds the one fetch.
 * @throws BotServerError `installation_not_active`, `credential_superseded` when the gate refuses; `slack_unreachable`
 * when no answer came; `server_stopped` when it was to be sent again and the server has stopped
 */
export function createSlackFetch(deps: SlackFetchDeps): SlackFetch {
  const options = { ...slackFetchDefaults, ...deps.options };
  const fetchBelow = deps.fetch ?? createGuardedFetch();
  const gate = createGate(deps);
  const readAnswer = createAnswerReader();
  const stopping = new AbortController();
  // Each wait listens to it.
  setMaxListeners(0, stopping.signal);

  function send(url: string, init: SlackRequestInit, purpose: SlackPurpose): Promise<SlackReply> {
    const maxRetryAfterMs = Math.min(options.maxRetryAfterMs, OWN_RETRY_AFTER_MS);
    const method = methodOf(url, deps.apiUrl);
    return sendPatiently({ url, init, purpose, method, carried: undefined, maxRetryAfterMs });
  }

  async function sendPatiently(attempt: Attempt): Promise<SlackReply> {
    const retries = attempt.purpose === 'call' ? options.retries : 0;
    for (let tried = 0; ; tried++) {
      const isLast = tried >= retries;
      const outcome = await sendOnce(attempt);
      const waitMs = isLast ? undefined : waitBeforeRetry(outcome, attempt, tried);
      if (waitMs === undefined) return unwrap(outcome, attempt);
      // An unread body would keep its socket from the pool while we wait.
      if ('response' in outcome && outcome.text === undefined) await outcome.response.body?.cancel();
      await pause(waitMs, attempt.init.signal);
    }
  }

  async function pause(waitMs: number, callers: AbortSignal | null | undefined): Promise<void> {
    const signal = callers ? AbortSignal.any([callers, stopping.signal]) : stopping.signal;
    await deps.clock.sleep(waitMs, signal);
  }

  /** One send: asks the gate, fetches with a time limit, reports what the answer says. */
  async function sendOnce(attempt: Attempt): Promise<Outcome> {
    const ended = deps.onAttempt?.(attempt) ?? untold;
    const passed = askGate(attempt, ended);
    const look = gate.lookAgain(attempt);
    const limitMs = attempt.purpose === 'probe' ? options.probeTimeoutMs : options.attemptTimeoutMs;
    const ending = new AbortController();
    const { signal } = attempt.init;
    const endWithCaller = () => ending.abort(signal?.reason);
    // A listener of our own: AbortSignal.any costs more than the rest of a connect.
    signal?.addEventListener('abort', endWithCaller, { once: true });
    const giveUp = () => ending.abort(new Error(`no answer within ${limitMs} ms`));
    let timer = afterPeerLimit(deps.clock, limitMs, giveUp);
    const onProgress = (graceMs: number) => {
      timer.cancel();
      if (!ending.signal.aborted) timer = afterPeerLimit(deps.clock, limitMs + graceMs, giveUp);
    };
    try {
      signal?.throwIfAborted();
      const reply = await deps.clock.io(
        fetchWhole(attempt, { signal: ending.signal, mayLeave: look.mayLeave, onProgress }),
      );
      const result = resultOfReply(reply);
      ended(result, result === 'error' ? errorCodeIn(reply.text) : undefined);
      if (passed.credential && !passed.silent) observe(reply, attempt, passed.credential);
      return reply;
    } catch (failure) {
      if (look.refusal) {
        ended('refused', codeOf(look.refusal));
        // As the gate had it: nothing else is thrown there.
        throw look.refusal as Error;
      }
      const isTimeout = ending.signal.aborted && !signal?.aborted;
      ended(signal?.aborted ? 'aborted' : isTimeout ? 'timeout' : 'unreachable');
      signal?.throwIfAborted();
      return { failure };
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', endWithCaller);
    }
  }

  function askGate(attempt: Attempt, ended: AttemptEnded): Passed {
    try {
      return gate.pass(attempt);
    } catch (refusal) {
      ended('refused', codeOf(refusal));
      throw refusal;
    }
  }

  /** Reads Web API answers whole, so that the time limit covers the body and the code in it can be seen. */
  async function fetchWhole(attempt: Attempt, { onProgress, ...leaving }: Leaving): Promise<SlackReply> {
    const sent = await inPiecesIfLarge(attempt.init, onProgress);
    const response = await fetchBelow(attempt.url, { ...sent, ...leaving } as GuardedInit);
    onProgress(0);
    const isAnswer = attempt.method !== undefined && !(attempt.purpose === 'call' && isBinary(response));
    return { response, text: isAnswer ? withErrorCode(await readAnswer(response)) : undefined };
  }

  function observe(answer: SlackReply, attempt: Attempt, credential: SentCredential): void {
    // A limit and a failing server are never Slack's word about a team, whatever the body says.
    const { status } = answer.response;
    const code = status === 429 || status >= 500 ? undefined : errorCodeIn(answer.text);
    if (status === 429 && attempt.method !== undefined) {
      deps.onLimited?.({ key: credential.key, method: attempt.method, retryAfterMs: retryAfterMs(answer.response) });
    }
    if (status === 200 && credential.kind === 'bot') notePost(answer, attempt, credential);
    if (code === undefined || attempt.method === undefined) return;
    const { method, init } = attempt;
    deps.report({ ...credential, code, method, source: sourceOf(attempt), teamId: teamIdOf(init) });
  }

  function notePost({ text }: SlackReply, { method }: Attempt, { key }: SentCredential): void {
    const address = deps.onPosted && postAddressOf(method, text);
    if (address) deps.onPosted?.({ key, ...address });
  }

  function waitBeforeRetry(outcome: Outcome, attempt: Attempt, tried: number): number | undefined {
    const backoffMs = deps.random() * 1_000 * 2 ** tried;
    // The next one would be as large.
    if ('failure' in outcome && outcome.failure instanceof AnswerTooLargeError) return undefined;
    if ('failure' in outcome) return isSafeNow(outcome.failure, attempt) ? backoffMs : undefined;
    const { response } = outcome;
    if (response.status === 429) {
      const waitMs = retryAfterMs(response);
      return waitMs <= attempt.maxRetryAfterMs ? waitMs + backoffMs : undefined;
    }
    const isAgain = response.status >= 500 && isSafeToRepeat(attempt.method, attempt.init.method ?? 'GET');
    return isAgain ? backoffMs : undefined;
  }

  const fetchCarrying =
    (carried?: CarriedToken): ClientFetch =>
    async (url, init = {}) => {
      const { maxRetryAfterMs } = options;
      const method = methodOf(String(url), deps.apiUrl);
      const sent = method === undefined ? onlyToSlack(String(url), init, deps.apiUrl) : init;
      return toResponse(
        await sendPatiently({ url: String(url), init: sent, purpose: 'call', method, carried, maxRetryAfterMs }),
      );
    };

  return {
    send,
    fetch: fetchCarrying(),
    fetchOf: (token) => fetchCarrying(deps.carry?.(token)),
    stop: () => stopping.abort(new BotServerError('server_stopped', 'Nothing is sent again: the server has stopped')),
  };
}

const untold = (): void => {};

/**
 * Whether the body is a file, as of admin.analytics.getFile. Everything else may be JSON, whatever it is called: a
 * Slack-compatible server that names no type, or text/plain, must not hide that a team's token is dead.
 */
function isBinary(response: Response): boolean {
  return /^(image|audio|video)\/|\b(gzip|zip|octet-stream)\b/i.test(response.headers.get('content-type') ?? '');
}

/** Slack may have carried out a request whose answer was lost; one that never left is always safe. */
function isSafeNow(failure: unknown, attempt: Attempt): boolean {
  return neverLeft(failure) || isSafeToRepeat(attempt.method, attempt.init.method ?? 'GET');
}

function neverLeft(failure: unknown): boolean {
  const codes = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];
  for (let error = failure; error instanceof Error; error = error.cause) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (codes.includes(code) || code.startsWith('PROXY_')) return true;
  }
  return false;
}

function unwrap(outcome: Outcome, attempt: Attempt): SlackReply {
  if (!('failure' in outcome)) return outcome;
  const what = attempt.method ?? 'a Slack URL';
  throw new BotServerError('slack_unreachable', `No answer from ${what}`, {
    cause: outcome.failure,
    facts: { method: attempt.method },
  });
}

/** The text was read to see the code in it; the SDK gets it once more. */
function toResponse({ response, text }: SlackReply): Response {
  if (text === undefined) return response;
  const { status, statusText, headers } = response;
  return new Response(text === '' ? null : text, { status, statusText, headers });
}

function sourceOf(attempt: Attempt): Signal['source'] {
  if (attempt.purpose === 'connect') return 'connect';
  return attempt.method === 'auth.test' ? 'probe' : 'call';
}

function errorCodeIn(text: string | undefined): string | undefined {
  return text === undefined ? undefined : failureIn(text)?.error;
}

/** Of what the gate threw. */
function codeOf(refusal: unknown): string | undefined {
  return isBotServerError(refusal) ? refusal.code : undefined;
}
