/** An assistant. `npm run dev` runs it on a simulated Slack and reloads it when a file changes. */
import type { BotServer } from 'slack-bot-server';
import { fakeModel, type Model, type Turn } from './model.ts';

/** The bot with a model of your choice: tests give it one that they know. */
export const assistantWith =
  (model: Model) =>
  ({ bot }: BotServer) => {
    // Somebody opens the assistant.
    bot.event('assistant_thread_started', async ({ event, client }) => {
      const { channel_id, thread_ts } = event.assistant_thread;
      await client.chat.postMessage({ channel: channel_id, thread_ts, text: 'How can I help?' });
      await client.assistant.threads.setSuggestedPrompts({
        channel_id,
        thread_ts,
        prompts: [{ title: 'Say something', message: 'What can you do?' }],
      });
    });

    // Somebody writes to the bot: in a thread of the assistant, or in the direct message itself.
    bot.message(async ({ message, client, context, say }) => {
      if (message.channel_type !== 'im' || message.subtype !== undefined || message.text === undefined) return;
      const { channel, text, thread_ts } = message;
      if (thread_ts === undefined) return void (await say(await model.answer([{ by: 'person', text }])));
      await client.assistant.threads.setStatus({ channel_id: channel, thread_ts, status: 'is thinking' });
      const { messages = [] } = await client.conversations.replies({ channel, ts: thread_ts });
      const turns = messages
        .filter((one) => one.text)
        .map((one): Turn => ({ by: one.user === context.botUserId ? 'bot' : 'person', text: one.text ?? '' }));
      await say({ text: await model.answer(turns), thread_ts });
    });
  };

export default assistantWith(fakeModel);
