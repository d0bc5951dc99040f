/** Thumbs up and down below an answer, and what people said with them. */
import type { BotServer } from 'slack-bot-server';

const ACTION_ID = 'feedback';

/** What a person thinks of an answer. */
export type Rating = 'good' | 'bad';

/** The block for the end of an answer. (https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element) */
export const feedbackBlock = {
  type: 'context_actions' as const,
  elements: [
    {
      type: 'feedback_buttons' as const,
      action_id: ACTION_ID,
      positive_button: button('Good answer', 'good'),
      negative_button: button('Bad answer', 'bad'),
    },
  ],
};

function button(text: string, value: Rating) {
  return { text: { type: 'plain_text' as const, text }, value };
}

/** Keeps what each person thinks of each answer, as documents `feedback:<channel>:<answer>:<person>`; the last word counts. */
export function listenToFeedback({ bot, server }: BotServer): void {
  bot.action({ type: 'block_actions', action_id: ACTION_ID }, async ({ ack, action, body, context, client }) => {
    await ack();
    const { channel, message, user } = body;
    if (action.type !== 'feedback_buttons' || !channel || !message) return;
    const rating: Rating = action.value === 'good' ? 'good' : 'bad';
    await server.data(`${context.teamId}`).set(`feedback:${channel.id}:${message.ts}:${user.id}`, rating);
    const text = rating === 'good' ? 'Thank you!' : 'Thank you. What was wrong? Write it here, and I try again.';
    const thread = typeof message.thread_ts === 'string' ? { thread_ts: message.thread_ts } : {};
    await client.chat.postEphemeral({ channel: channel.id, user: user.id, text, ...thread });
  });
}
