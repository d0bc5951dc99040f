/** agents.sessions.*: how far an agent is with a thread, and what the session is called. */

import { isRefusal, type Refusal, refuse, refuseArgument } from '../../wire/answer.ts';
import { type ArgumentsOf, text, timestamp } from '../../wire/arguments.ts';
import { SESSION_STATUSES, setSession } from '../../workspace/agent-sessions.ts';
import { changeAssistantThread, type ThreadPlace } from '../../workspace/assistant-threads.ts';
import { findMessage } from '../../workspace/messages.ts';
import type { AssistantThread } from '../../workspace/model.ts';
import { channelArgument, visibleConversation } from '../conversations.ts';
import { mayCustomize } from '../message-author.ts';
import { type TeamCall, teamMethod, type WebApiMethod } from '../method.ts';
import { withWarnings } from '../warnings.ts';

/** (https://docs.slack.dev/reference/methods/agents.sessions.rename) */
const MAX_TITLE_LENGTH = 200;
/** Without this event nobody can stop the agent, of which Slack warns. (https://docs.slack.dev/ai/agent-sessions) */
const STOP_EVENT = 'agent_session_stopped';

const sessionArguments = {
  channel_id: channelArgument,
  thread_ts: timestamp.optional({ invalid: 'thread_ts_required' }),
};
const statusArguments = {
  ...sessionArguments,
  status: text.required({ invalid: 'invalid_status' }),
  title: text.optional(),
  initiator_user_id: text.optional({ invalid: 'user_not_found' }),
  username: text.optional(),
  icon_emoji: text.optional(),
  icon_url: text.optional(),
};

export const agentMethods: readonly WebApiMethod[] = [
  teamMethod({
    name: 'agents.sessions.setStatus',
    tier: 3,
    tokens: ['bot'],
    scopes: ['chat:write'],
    args: statusArguments,
    run: setStatus,
  }),
  teamMethod({
    name: 'agents.sessions.rename',
    tier: 3,
    tokens: ['bot'],
    scopes: ['chat:write'],
    args: { ...sessionArguments, title: text.required({ invalid: 'invalid_name' }) },
    run(call, { title, ...args }) {
      const place = sessionPlace(call, args);
      if (isRefusal(place)) return place;
      if (place.channel.isArchived) return refuse('is_archived');
      if (title.length > MAX_TITLE_LENGTH) return refuse('invalid_name');
      if (place.channel.assistantThreads.get(place.threadTs)?.session === undefined) return refuse('session_not_found');
      changeAssistantThread(call.world, place, { part: 'title', title });
      return { ok: true, title };
    },
  }),
];

type StatusArguments = ArgumentsOf<typeof statusArguments>;

function setStatus(call: TeamCall, args: StatusArguments) {
  const status = SESSION_STATUSES.find((one) => one === args.status);
  if (status === undefined) return refuse('invalid_status');
  const place = sessionPlace(call, args);
  if (isRefusal(place)) return place;
  // Title and initiator matter to a new session only. (agents.sessions.setStatus, "Optional arguments")
  const isNew = place.channel.assistantThreads.get(place.threadTs)?.session === undefined;
  const refusal = isNew ? beginningRefusal(place, args) : undefined;
  if (refusal) return refusal;
  const thread = setSession(call.world, place, status);
  if (isNew && args.title !== undefined) changeAssistantThread(call.world, place, { part: 'title', title: args.title });
  const shownAs = lookOf(call, args);
  if (shownAs) changeAssistantThread(call.world, place, { part: 'shownAs', shownAs });
  const title = thread.title === '' ? {} : { title: thread.title };
  const warnings = call.app.eventSubscriptions.includes(STOP_EVENT) ? [] : [`missing_${STOP_EVENT}_event_subscription`];
  return withWarnings({ ok: true, status, agent_status: status, ...title }, warnings);
}

/** A session is of a thread; Slack's own session channels are not simulated, so a thread must be named. */
function sessionPlace(
  call: TeamCall,
  args: { channel_id: string; thread_ts: string | undefined },
): ThreadPlace | Refusal {
  const channel = visibleConversation(call, args.channel_id);
  if (isRefusal(channel)) return channel;
  if (!channel.members.has(call.token.userId)) return refuse('not_authorized');
  if (args.thread_ts === undefined) return refuse('thread_ts_required');
  const threadTs = findMessage(channel, args.thread_ts)?.parent?.ts ?? args.thread_ts;
  return { team: call.team, channel, threadTs, appId: call.app.id };
}

function beginningRefusal({ channel }: ThreadPlace, { title = '', initiator_user_id: initiator }: StatusArguments) {
  if (initiator !== undefined && !channel.members.has(initiator)) return refuse('user_not_found');
  if (title.length <= MAX_TITLE_LENGTH) return undefined;
  return refuseArgument('invalid_arguments', `title must have at most ${MAX_TITLE_LENGTH} characters`);
}

/** One of the three replaces all of them; without the scope they are ignored, as those of messages are. */
function lookOf(call: TeamCall, args: StatusArguments): AssistantThread['shownAs'] {
  const { username, icon_emoji: iconEmoji, icon_url: iconUrl } = args;
  const saysNothing = username === undefined && iconEmoji === undefined && iconUrl === undefined;
  return saysNothing || !mayCustomize(call) ? undefined : { username, iconEmoji, iconUrl };
}
