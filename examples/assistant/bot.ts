/** An assistant: streams its answers, can be stopped, asks for feedback, and remembers each thread. README.md tells how to try it. */
import type { BotServer } from 'slack-bot-server';
import { chatModel } from './chat-model.ts';
import { feedbackBlock, listenToFeedback } from './feedback.ts';
import { ThreadMemory } from './memory.ts';
import { fakeModel, type Model } from './model.ts';

/** The bot with a model of your choice: tests give it one that they know. */
export const assistantWith =
  (model: Model) =>
  (context: BotServer): void => {
    listenToFeedback(context);
    greet(context);
    answer(context, model);
  };

/** Somebody opens the assistant: a new thread. */
function greet({ bot }: BotServer): void {
  bot.event('assistant_thread_started', async ({ event, client }) => {
    const { channel_id, thread_ts } = event.assistant_thread;
    await client.chat.postMessage({ channel: channel_id, thread_ts, text: 'How can I help?' });
    const prompts = [{ title: 'What can you do?', message: 'What can you do?' }];
    await client.assistant.threads.setSuggestedPrompts({ channel_id, thread_ts, prompts });
  });
}

/** Somebody writes: in a thread of the assistant, or in the direct message itself, where the answer begins a thread. */
function answer({ bot, server }: BotServer, model: Model): void {
  bot.message(async ({ message, context }) => {
    if (message.channel_type !== 'im' || message.subtype !== undefined || !message.text) return;
    const { channel, ts, thread_ts = ts, text } = message;
    const memory = new ThreadMemory(server.data(`${context.teamId}`), { channel, ts: thread_ts });
    const turns = await memory.remember({ by: 'person', id: ts, text });
    const stream = context.stream();
    let said = '';
    try {
      for await (const piece of model.answer(turns, { signal: context.signal })) {
        await stream.append(piece);
        said += piece;
      }
      await stream.stop({ blocks: [feedbackBlock] });
    } finally {
      // Also the half of an answer that was stopped: people have read it, and may ask about it.
      if (said !== '') await memory.remember({ by: 'bot', id: ts, text: said });
    }
  });
}

const { MODEL_URL: url, MODEL_NAME: model = '', MODEL_KEY: key } = process.env;

export default assistantWith(url === undefined ? fakeModel : chatModel({ url, model, key }));
