/** The ways to answer: to a message by the Web API, to a slash command by its response URL. */
import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Answer, AnswerMessage, CommandContext, Posted } from './command-context.ts';
import type { Heard } from './heard.ts';

export type Answers = Pick<CommandContext, 'reply' | 'replyInThread' | 'replyPrivately'>;

/** Of a message. In a conversation with the bot alone everything is private, and in place. */
export function answersTo({ channelId, userId, ts, threadTs, isDirect, isBot }: Heard, client: WebClient): Answers {
  const post = async (answer: Answer, thread: string | undefined): Promise<Posted> => {
    const inThread = thread === undefined ? {} : { thread_ts: thread };
    const posted = await client.chat.postMessage({ channel: channelId, ...messageOf(answer), ...inThread });
    return { ts: posted.ts };
  };
  return {
    reply: (answer) => post(answer, threadTs),
    replyInThread: (answer) => post(answer, threadTs ?? ts),
    async replyPrivately(answer) {
      // Nobody sees what only a bot sees.
      if (isDirect || isBot) return await post(answer, threadTs);
      const inThread = threadTs === undefined ? {} : { thread_ts: threadTs };
      await client.chat.postEphemeral({ channel: channelId, user: userId, ...messageOf(answer), ...inThread });
      return { ts: undefined };
    },
  };
}

/** Of a slash command: Slack takes up to five answers within half an hour. */
export function answersToSlash(respond: RespondFn, replies: 'ephemeral' | 'in_channel'): Answers {
  const send = async (answer: Answer, responseType: 'ephemeral' | 'in_channel'): Promise<Posted> => {
    await respond({ response_type: responseType, ...messageOf(answer) });
    return { ts: undefined };
  };
  return {
    reply: (answer) => send(answer, replies),
    replyInThread: (answer) => send(answer, replies),
    replyPrivately: (answer) => send(answer, 'ephemeral'),
  };
}

function messageOf(answer: Answer): AnswerMessage {
  return typeof answer === 'string' ? { text: answer } : answer;
}
