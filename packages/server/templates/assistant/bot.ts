/** An assistant. `npm run dev` runs it on a simulated Slack and reloads it when a file changes. */
import type { BotServer } from 'slack-bot-server';
import { fakeModel, type Model, type Turn } from './model.ts';

/** Turns of a conversation that are remembered. */
const MOST_TURNS = 20;

/** The bot with a model of your choice: tests give it one that they know. */
export const assistantWith =
  (model: Model) =>
  ({ bot, server }: BotServer) => {
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
      if (thread_ts !== undefined) {
        await client.assistant.threads.setStatus({ channel_id: channel, thread_ts, status: 'is thinking' });
      }
      // Documents of the team: they outlive restarts, and go when the team is purged.
      const data = server.data(`${context.teamId}`);
      const remember = (turn: Turn) =>
        data.update<Turn[]>(`turns-${channel}-${thread_ts}`, (turns = []) => [...turns, turn].slice(-MOST_TURNS));
      const turns = await remember({ by: 'person', text });
      const answer = await model.answer(turns?.value ?? []);
      await say(thread_ts === undefined ? answer : { text: answer, thread_ts });
      await remember({ by: 'bot', text: answer });
    });
  };

export default assistantWith(fakeModel);
