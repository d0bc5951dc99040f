/** What concerns one app only: its home, its threads, and the end of its tokens. Never on RTM. */
import { assertNever } from '../assert-never.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import { functionShape } from '../workspace/function-runs.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import { agentEvent } from './agent-events.ts';
import { type EventBody, type SlackEvent, toApp } from './slack-event.ts';

type AppFact = Extract<
  DomainEvent,
  {
    type:
      | 'app_home_opened'
      | 'assistant_thread_started'
      | 'assistant_thread_context_changed'
      | 'agent_session_stopped'
      | 'agent_session_title_changed'
      | 'app_context_changed'
      | 'entity_details_requested'
      | 'call_rejected'
      | 'function_executed'
      | 'team_access_granted'
      | 'team_access_revoked'
      | 'tokens_revoked'
      | 'app_removed';
  }
>;

/** The events of an app's own life. An administrator's switch (`disabled`) is silent, as is the loss seen on RTM. */
export function appEvents(event: AppFact, eventTs: string): SlackEvent[] {
  switch (event.type) {
    case 'app_home_opened': {
      const { user, channel, tab, view } = event;
      const facts = { user: user.id, channel: channel.id, tab, event_ts: eventTs, ...(view && { view }) };
      return [toApp({ type: 'app_home_opened', ...facts }, event.app)];
    }
    case 'assistant_thread_started':
    case 'assistant_thread_context_changed':
      return [toApp(assistantBody(event, eventTs), event.app, 'assistant:write')];
    case 'agent_session_stopped':
    case 'agent_session_title_changed':
    case 'app_context_changed':
      return [agentEvent(event, eventTs)];
    case 'entity_details_requested':
      return [toApp(entityBody(event, eventTs), event.app)];
    case 'call_rejected': {
      const { call, channel, userId } = event;
      const facts = { call_id: call.id, user_id: userId, channel_id: channel.id };
      const body = { type: event.type, ...facts, external_unique_id: call.externalUniqueId, event_ts: eventTs };
      return [toApp(body, event.app, 'calls:read')];
    }
    case 'function_executed':
      return [functionExecuted(event, eventTs)];
    case 'team_access_granted':
    case 'team_access_revoked':
      return [toApp({ type: event.type, team_ids: event.teamIds, event_ts: eventTs }, event.app)];
    case 'tokens_revoked':
      return [toApp(revokedBody(event.userIds, event.botUserIds, eventTs), event.app)];
    case 'app_removed':
      return removed(event, eventTs);
    default:
      return assertNever(event);
  }
}

/** An app cannot subscribe to it: it comes with the functions of its manifest. (https://docs.slack.dev/reference/events/function_executed) */
function functionExecuted({ run }: Extract<AppFact, { type: 'function_executed' }>, eventTs: string): SlackEvent {
  const body = {
    type: 'function_executed',
    function: functionShape(run),
    inputs: run.inputs,
    function_execution_id: run.id,
    workflow_execution_id: run.workflowRunId,
    event_ts: eventTs,
    bot_access_token: run.tokens.at(-1)?.value,
  };
  return { ...toApp(body, run.app), isUnasked: true };
}

/** They name people, not tokens; Slack promises no order between the two. */
function removed(event: Extract<AppFact, { type: 'app_removed' }>, eventTs: string): SlackEvent[] {
  if (event.cause === 'disabled') return [];
  const { installation, app } = event;
  const revoked = toApp(revokedBody([...installation.userTokens.keys()], [installation.botUserId], eventTs), app);
  if (event.cause === 'revoked') return [revoked];
  return [revoked, toApp({ type: 'app_uninstalled', event_ts: eventTs }, app)];
}

function revokedBody(userIds: readonly string[], botUserIds: readonly string[], eventTs: string): EventBody {
  return { type: 'tokens_revoked', tokens: { oauth: userIds, bot: botUserIds }, event_ts: eventTs };
}

function assistantBody(event: Extract<AppFact, { threadTs: string; context: Json }>, eventTs: string): EventBody {
  const thread: Json = {
    user_id: event.userId,
    context: event.context,
    channel_id: event.channel.id,
    thread_ts: event.threadTs,
  };
  return { type: event.type, assistant_thread: thread, event_ts: eventTs };
}

/** Keys: @slack/types 3.2.0, EntityDetailsRequestedEvent. No scope. (https://docs.slack.dev/reference/events/entity_details_requested) */
function entityBody(event: Extract<AppFact, { type: 'entity_details_requested' }>, eventTs: string): EventBody {
  const { entity, message, channel } = event;
  const url = entity.app_unfurl_url ?? entity.url;
  return {
    type: 'entity_details_requested',
    user: event.userId,
    external_ref: entity.external_ref,
    entity_url: entity.url,
    link: { url, domain: URL.parse(url)?.hostname ?? '' },
    ...(entity.app_unfurl_url !== undefined && { app_unfurl_url: entity.app_unfurl_url }),
    event_ts: eventTs,
    trigger_id: event.triggerId,
    user_locale: 'en-US',
    channel: channel.id,
    message_ts: message.ts,
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
  };
}
