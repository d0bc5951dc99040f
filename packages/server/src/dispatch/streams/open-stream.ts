/** Opens the answer to a delivery: where it goes and for whom, unless its listener says otherwise. */
import type { WebClient } from '@slack/web-api';
import { BotServerError } from '../../errors.ts';
import { type Body, recordIn, textIn } from '../../slack/delivery/body.ts';
import type { Clock } from '../../time/clock.ts';
import type { ListenerWork } from '../listener-work.ts';
import { stoppedError } from '../listener-works.ts';
import { type AnswerStream, SlackAnswerStream, type StreamOptions } from './answer-stream.ts';
import { type StartArguments, StreamCalls } from './stream-calls.ts';

export interface OpenStreamDeps {
  work: ListenerWork;
  client: Pick<WebClient, 'chat' | 'conversations'>;
  clock: Pick<Clock, 'after' | 'monotonic' | 'sleep'>;
}

/** @throws BotServerError `usage` where the delivery names no conversation and the options none either */
export function openStream({ work, client, clock }: OpenStreamDeps, options: StreamOptions): AnswerStream {
  const { bufferChars, flushMs, rollOverMs, ...given } = options;
  const place = { ...placeOf(work.facts.body), ...given } as StartArguments;
  if (typeof place.channel !== 'string' || typeof place.thread_ts !== 'string') {
    throw new BotServerError(
      'usage',
      'context.stream() needs a channel and a thread_ts: this delivery names no message',
      {
        fix: 'Post a message first and stream below it: context.stream({ channel, thread_ts: posted.ts }).',
      },
    );
  }
  const { signal } = work;
  work.bindTo(place.channel, place.thread_ts);
  const stream = new SlackAnswerStream({
    calls: new StreamCalls({ client, clock, signal }),
    place,
    options: { ...(bufferChars && { bufferChars }), ...(flushMs && { flushMs }), ...(rollOverMs && { rollOverMs }) },
    signal,
    onMessage: ({ channel, ts }) => work.noteAnswer(channel, ts),
    onStopped: () => work.abort(stoppedError(work.facts.teamId)),
    clock,
  });
  work.finishAtEnd(() => stream.finish());
  return stream;
}

/** In the thread of the message, or in one below it; for the person who wrote or clicked. */
function placeOf(body: Body): Partial<StartArguments> {
  const event = recordIn(body.event) ?? body;
  const container = recordIn(event.container);
  const assistant = recordIn(event.assistant_thread);
  const channel = textIn(event.channel) ?? textIn(recordIn(event.channel)?.id) ?? textIn(container?.channel_id);
  const message = recordIn(event.message) ?? event;
  const threadTs = textIn(message.thread_ts) ?? textIn(message.ts) ?? textIn(container?.message_ts);
  const user = textIn(event.user) ?? textIn(recordIn(event.user)?.id) ?? textIn(assistant?.user_id);
  const team =
    textIn(event.user_team) ?? textIn(recordIn(event.user)?.team_id) ?? textIn(event.team) ?? textIn(body.team_id);
  return {
    ...withValue('channel', channel ?? textIn(event.channel_id) ?? textIn(assistant?.channel_id)),
    ...withValue('thread_ts', threadTs ?? textIn(assistant?.thread_ts)),
    ...withValue('recipient_user_id', user ?? textIn(event.user_id)),
    ...withValue('recipient_team_id', team ?? textIn(recordIn(body.team)?.id)),
  };
}

function withValue<Name extends keyof StartArguments>(name: Name, value: string | undefined): { [N in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [N in Name]: string });
}
