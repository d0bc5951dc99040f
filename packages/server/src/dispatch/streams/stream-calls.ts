/**
 * Slack's calls of a streamed message, with what came of each as a value: a message that Slack has ended, or that is full, is nothing
 * that went wrong. What is refused for another reason, or cannot be had after some tries, is thrown.
 */
import { ErrorCode, type WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { BotServerError, isBotServerError } from '../../errors.ts';
import type { Clock } from '../../time/clock.ts';

type Arguments<Method extends 'startStream' | 'appendStream' | 'stopStream'> = Parameters<WebClient['chat'][Method]>[0];

/** A bit of a streamed message: text, a task, the title of a plan, blocks. (https://docs.slack.dev/messaging/sending-and-scheduling-messages#text-streaming) */
export type StreamChunk = NonNullable<NonNullable<Arguments<'appendStream'>>['chunks']>[number];

export type StartArguments = NonNullable<Arguments<'startStream'>>;
export type StopArguments = NonNullable<Arguments<'stopStream'>>;

/** A message that is being written. */
export interface StreamPlace {
  channel: string;
  ts: string;
}

/**
 * - `done`; `text`: what the message says, where the answer told it
 * - `ended`: Slack has ended the message before, most likely because its time was over
 * - `full`: it takes no more of this, and is open
 * - `stopped`: a person pressed Stop
 * - `unknown`: no answer came; Slack may have carried it out
 */
export type StreamOutcome =
  | { kind: 'done'; text?: string | undefined }
  | { kind: 'ended' | 'full' | 'stopped' | 'unknown' };

/** The reports disagree on when Slack ends a stream; this is how it says so. (slackapi/node-slack-sdk#2702) */
const ENDED = 'message_not_in_streaming_state';
const FULL: ReadonlySet<string> = new Set(['msg_too_long', 'msg_blocks_too_long', 'msg_blocks_too_many']);

/** Waits before the next try after no answer, in milliseconds: an outage of half a minute loses nothing. */
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000] as const;

/** For what is to be finished after the end of its time, in milliseconds: all tries of one call after no answer. */
const LATE_MS = RETRY_MS.reduce((sum, ms) => sum + ms, 0);

export interface StreamCallsDeps {
  client: Pick<WebClient, 'chat' | 'conversations'>;
  clock: Pick<Clock, 'sleep'>;
  signal: AbortSignal;
}

/** Those of one stream. */
export class StreamCalls {
  readonly #deps: StreamCallsDeps;
  #lateMs = LATE_MS;

  constructor(deps: StreamCallsDeps) {
    this.#deps = deps;
  }

  /** Begins a message without a word: what is begun twice because an answer was lost says nothing twice. */
  async start(args: StartArguments): Promise<string> {
    const { chat } = this.#deps.client;
    return await this.#untilAnswered('chat.startStream', async () => {
      const { ts } = await chat.startStream(args);
      // Without it nothing can be written: no answer of Slack's.
      if (typeof ts !== 'string') throw new UnansweredError();
      return ts;
    });
  }

  /** Not tried again after no answer: Slack may have written it. */
  async append(place: StreamPlace, chunks: StreamChunk[]): Promise<StreamOutcome> {
    return await this.#outcome(async () => void (await this.#deps.client.chat.appendStream({ ...place, chunks })));
  }

  /** Ends the message. Tried again: a second time Slack says that it is ended. */
  async stop(place: StreamPlace, extras: Omit<StopArguments, 'channel' | 'ts'> = {}): Promise<StreamOutcome> {
    return await this.#untilAnswered('chat.stopStream', () =>
      this.#outcome(async () => {
        const { message } = await this.#deps.client.chat.stopStream({ ...place, ...extras } as StopArguments);
        return message?.text;
      }).then(unlessUnknown),
    );
  }

  /** What the message says; undefined when the bot may not read there. */
  async read({ channel, ts }: StreamPlace, threadTs: string): Promise<string | undefined> {
    try {
      const only = { oldest: ts, latest: ts, inclusive: true, limit: 1 };
      const { messages } = await this.#deps.client.conversations.replies({ channel, ts: threadTs, ...only });
      return messages?.find((message) => message.ts === ts)?.text;
    } catch {
      return undefined;
    }
  }

  async #outcome(call: () => Promise<string | undefined | void>): Promise<StreamOutcome> {
    for (;;) {
      try {
        const text = await call();
        return { kind: 'done', ...(typeof text === 'string' && { text }) };
      } catch (error) {
        const code = refusalIn(error);
        if (code === 'stopped_by_user' || isStopped(error)) return { kind: 'stopped' };
        if (code === ENDED) return { kind: 'ended' };
        if (code !== undefined && FULL.has(code)) return { kind: 'full' };
        if (isUnanswered(error)) return { kind: 'unknown' };
        await this.#waitOut(error);
      }
    }
  }

  async #untilAnswered<T>(method: string, call: () => Promise<T>): Promise<T> {
    for (let tried = 0; ; tried++) {
      try {
        return await call();
      } catch (error) {
        const waitMs = RETRY_MS[tried];
        if (!isUnanswered(error)) await this.#waitOut(error);
        else if (waitMs === undefined) throw noAnswer(method, error);
        else await this.#wait(waitMs, error);
      }
    }
  }

  /**
   * After a drain or the limit of the handler there is still something to finish, which no signal ends: it waits for so long altogether
   * and no longer. @throws the error
   */
  async #wait(ms: number, error: unknown): Promise<void> {
    const { clock, signal } = this.#deps;
    if (!signal.aborted) return await clock.sleep(ms, signal);
    if (ms > this.#lateMs) throw originalOf(error);
    this.#lateMs -= ms;
    await clock.sleep(ms);
  }

  /** The one fetch waits for shorter limits itself. @throws the error when it is no limit */
  async #waitOut(error: unknown): Promise<void> {
    const { code, retryAfter } = error as { code?: unknown; retryAfter?: unknown };
    if (code !== ErrorCode.RateLimitedError || typeof retryAfter !== 'number') throw originalOf(error);
    await this.#wait(retryAfter * 1_000, error);
  }
}

/** Its own kind, so that #untilAnswered tries again. */
class UnansweredError extends Error {}

function unlessUnknown(outcome: StreamOutcome): StreamOutcome {
  if (outcome.kind === 'unknown') throw new UnansweredError();
  return outcome;
}

function refusalIn(error: unknown): string | undefined {
  const { code, data } = error as Partial<WebAPIPlatformError>;
  return code === ErrorCode.PlatformError ? data?.error : undefined;
}

/** The SDK wraps what its fetch threw. */
function originalOf(error: unknown): unknown {
  const { code, original } = error as { code?: unknown; original?: unknown };
  return code === ErrorCode.RequestError && original ? original : error;
}

function isStopped(error: unknown): boolean {
  return isBotServerError(originalOf(error), 'stopped_by_user');
}

/** Slack may have carried it out: there was no answer, or one of a server that fails. */
function isUnanswered(error: unknown): boolean {
  if (error instanceof UnansweredError) return true;
  const { code, statusCode = 0 } = error as { code?: unknown; statusCode?: number };
  if (code === ErrorCode.HTTPError) return statusCode >= 500;
  return isBotServerError(originalOf(error), 'slack_unreachable');
}

function noAnswer(method: string, cause: unknown): BotServerError {
  return new BotServerError('slack_unreachable', `No answer from ${method}`, {
    cause: originalOf(cause),
    facts: { method },
  });
}
