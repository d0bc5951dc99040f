/** assistant.threads.*: what an app says about a thread in which it assists. Sessions are in agents.ts. */

import { isObject } from '../../content/block-kit/rules.ts';
import { isRefusal, type Refusal, refuse } from '../../wire/answer.ts';
import { jsonArray, text, timestamp } from '../../wire/arguments.ts';
import { changeAssistantThread, type ThreadChange, type ThreadPlace } from '../../workspace/assistant-threads.ts';
import { findMessage } from '../../workspace/messages.ts';
import type { AssistantThread } from '../../workspace/model.ts';
import { channelArgument, visibleConversation } from '../conversations.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';

/** (https://docs.slack.dev/reference/methods/assistant.threads.setStatus) */
const MAX_LOADING_MESSAGES = 10;
/** (https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts) */
const MAX_PROMPTS = 4;
const MAX_TITLE_LENGTH = 255;

const SCOPES = ['assistant:write', 'chat:write'];

const threadTs = timestamp.required({ invalid: 'invalid_thread_ts' });
const customArguments = { username: text.optional(), icon_emoji: text.optional(), icon_url: text.optional() };

export const assistantMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'assistant.threads.setStatus',
    tier: 'special',
    scopes: SCOPES,
    args: {
      channel_id: channelArgument,
      thread_ts: threadTs,
      // The empty status takes it away. (https://docs.slack.dev/reference/methods/assistant.threads.setStatus)
      status: text.required({ mayBeEmpty: true }),
      loading_messages: jsonArray.lenient(),
      ...customArguments,
    },
    run(call, args) {
      const loadingMessages = (args.loading_messages ?? []).filter((one) => typeof one === 'string');
      const change: ThreadChange = {
        part: 'status',
        status: args.status,
        loadingMessages: loadingMessages.slice(0, MAX_LOADING_MESSAGES),
      };
      return changed(call, args, change);
    },
  }),
  teamMethod({
    name: 'assistant.threads.setTitle',
    tier: 4,
    scopes: ['assistant:write'],
    args: { channel_id: channelArgument, thread_ts: threadTs, title: text.required() },
    run: (call, args) => changed(call, args, { part: 'title', title: args.title.slice(0, MAX_TITLE_LENGTH) }),
  }),
  teamMethod({
    name: 'assistant.threads.setSuggestedPrompts',
    tier: 4,
    scopes: ['assistant:write'],
    args: {
      channel_id: channelArgument,
      thread_ts: timestamp.optional({ invalid: 'invalid_thread_ts' }),
      prompts: jsonArray.required(),
      title: text.optional(),
    },
    run(call, args) {
      const prompts = promptsOf(args.prompts);
      if (isRefusal(prompts)) return prompts;
      const place = { channel_id: args.channel_id, thread_ts: args.thread_ts ?? '0' };
      return changed(call, place, { part: 'prompts', promptsTitle: args.title, prompts });
    },
  }),
];

function changed(call: TeamCall, args: { channel_id: string; thread_ts: string }, change: ThreadChange) {
  const place = threadPlace(call, args.channel_id, args.thread_ts);
  if (isRefusal(place)) return place;
  changeAssistantThread(call.world, place, change);
  return { ok: true } as const;
}

/** `0` is a conversation without a thread, as the agent's messages tab has it. */
function threadPlace(call: TeamCall, reference: string, ts: string): ThreadPlace | Refusal {
  const channel = visibleConversation(call, reference);
  if (isRefusal(channel)) return channel;
  const named = findMessage(channel, ts);
  if (!named && ts !== '0') return refuse('invalid_thread_ts');
  return { team: call.team, channel, threadTs: named?.parent?.ts ?? ts, appId: call.app.id };
}

function promptsOf(raw: readonly unknown[]): AssistantThread['prompts'] | Refusal {
  const prompts: { title: string; message: string }[] = [];
  for (const one of raw.slice(0, MAX_PROMPTS)) {
    if (!isObject(one) || typeof one.title !== 'string' || typeof one.message !== 'string') {
      return refuse('invalid_arguments', {
        response_metadata: { messages: ['[ERROR] prompts need title and message'] },
      });
    }
    prompts.push({ title: one.title, message: one.message });
  }
  return prompts;
}
