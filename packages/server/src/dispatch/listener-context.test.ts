/** What an author's editor says of `context`; the compiler checks it. */
import { expectTypeOf, it } from 'vitest';
import type { AnswerStream, BotServer, BotServerError, ListenerEnd } from '../index.ts';

it('is typed for listeners of messages, commands and buttons', () => {
  const listeners = ({ bot, server }: BotServer) => {
    bot.message('hi', async ({ context }) => {
      expectTypeOf(context.signal).toExtend<AbortSignal>();
      expectTypeOf(context.signal.reason?.code).toEqualTypeOf<ListenerEnd | undefined>();
      expectTypeOf(context.signal.reason).toExtend<BotServerError | undefined>();
      expectTypeOf(context.attempt).toEqualTypeOf<number>();
      expectTypeOf(context.stream({ bufferChars: 1 })).toEqualTypeOf<AnswerStream>();
      expectTypeOf(context.teamId).toEqualTypeOf<string | undefined>();
      // @ts-expect-error a stream has no such option
      context.stream({ buffer: 1 });
      // @ts-expect-error a piece is text or chunks
      await context.stream().append(7);
    });
    bot.command('/ask', async ({ context }) => void expectTypeOf(context.signal).toExtend<AbortSignal>());
    bot.action('go', async ({ context }) => void expectTypeOf(context.stream).toBeFunction());
    expectTypeOf(server.deactivate('T1', { reason: 'trial_ended' })).toEqualTypeOf<Promise<boolean>>();
    // @ts-expect-error a reason is text
    void server.deactivate('T1', { reason: 7 });
  };
  expectTypeOf(listeners).toBeFunction();
});
