/** What people do with an agent, told to its app alone: they stop it, rename a session, look at something else. */
import { assertNever } from '../assert-never.ts';
import type { DomainEvent } from '../workspace/domain-events.ts';
import type { App, Team } from '../workspace/model.ts';
import type { Json } from '../workspace/slack-shapes.ts';
import { type SlackEvent, toApp } from './slack-event.ts';

type AgentFact = Extract<
  DomainEvent,
  { type: 'agent_session_stopped' | 'agent_session_title_changed' | 'app_context_changed' }
>;

/**
 * Keys and scopes: @slack/types 3.2.0, events/agent.d.ts and events/app.d.ts; slack-ruby/slack-api-ref, events/.
 * (https://docs.slack.dev/ai/agent-sessions)
 */
export function agentEvent(event: AgentFact, eventTs: string): SlackEvent {
  const { type, team, app, channel, userId } = event;
  const facts = { type, channel: channel.id, user: userId, event_ts: eventTs };
  switch (type) {
    case 'agent_session_stopped': {
      const stopped = { thread_ts: event.threadTs, streaming_message_ts: event.streamTs };
      return toApp({ ...facts, ...stopped }, app, 'chat:write');
    }
    case 'agent_session_title_changed': {
      const { threadTs, title, previousTitle } = event;
      const renamed = { thread_ts: threadTs, title, ...(previousTitle !== '' && { previous_title: previousTitle }) };
      return toApp({ ...facts, team_id: team.id, ...enterpriseOf(team, app), ...renamed }, app, 'chat:write');
    }
    case 'app_context_changed':
      return toApp({ ...facts, context: event.context }, app, 'assistant:write');
    default:
      return assertNever(event);
  }
}

/** Only an app that is installed in the whole organization is told of it. */
function enterpriseOf(team: Team, app: App): Json {
  const isOrgWide = team.installations.get(app.id)?.org !== undefined;
  return isOrgWide && team.enterprise ? { enterprise_id: team.enterprise.id } : {};
}
