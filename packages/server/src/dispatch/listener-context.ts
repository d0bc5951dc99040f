/** What the server adds to the `context` of every listener. Types only. */
import type { BotServerError } from '../errors.ts';
import type { AnswerStream, StreamOptions } from './streams/answer-stream.ts';

/**
 * Why a listener is to end.
 * - `stopped_by_user`: a person pressed Stop on the answer; what would post is refused from now on
 * - `installation_not_active`: the team was deactivated or suspended; nothing is sent for it any more
 * - `draining`: the process stops, or the team's events go to another one; half of the time for that is left
 * - `handler_timed_out`: the handler's limit is over (5 min by default), and the event counts as failed
 * - `fenced`: this process may not act any more, because it has lost the database or the team's events; they begin again elsewhere
 */
export type ListenerEnd = 'stopped_by_user' | 'installation_not_active' | 'draining' | 'handler_timed_out' | 'fenced';

/** An AbortSignal that says why. */
export interface ListenerSignal extends AbortSignal {
  /** Undefined until it aborts. */
  readonly reason: (BotServerError & { readonly code: ListenerEnd }) | undefined;
}

/** `context` of a listener, beside what Bolt gives. */
export interface ListenerContext {
  /** 1; more when the event is handled again: after a death, a retry or a replay. */
  attempt: number;
  /**
   * Aborts when the listener is to end, on whichever process it runs. Give it to whatever takes long.
   * @example
   * const answer = await fetch(url, { signal: context.signal });
   */
  signal: ListenerSignal;
  /**
   * Begins an answer that is written while people watch, in the thread of the message (chat.startStream). It goes on in a next
   * message before Slack ends one, and ends by itself when the listener does.
   * @throws BotServerError `usage` when the delivery names no message and the options no thread
   * @example
   * await context.stream().pipe(model.answer(question, { signal: context.signal }));
   */
  stream(this: void, options?: StreamOptions): AnswerStream;
}
