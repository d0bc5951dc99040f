/** What is around an inner event on its way to an app. (https://docs.slack.dev/apis/events-api, section "Events dispatched as JSON") */
import type { App, Installation, Team } from '../workspace/model.ts';
import { type Json, seconds } from '../workspace/slack-shapes.ts';
import type { World } from '../workspace/world.ts';
import type { EventBody } from './slack-event.ts';

/** Whom an event is for. */
export interface Addressee {
  readonly app: App;
  readonly team: Team;
  readonly installation: Installation;
  /** The person through whose token the app gets it; undefined: through its bot. */
  readonly personId?: string | undefined;
}

/** The body of a delivery; over Socket Mode the `payload`. */
export function eventEnvelope(world: World, to: Addressee, event: EventBody): Json & { event_id: string } {
  const { app, team, installation, personId } = to;
  const enterpriseId = team.enterprise?.id ?? null;
  return {
    token: app.verificationToken,
    team_id: team.id,
    ...(enterpriseId !== null && { enterprise_id: enterpriseId }),
    // Every event but this one. (vercel/chat, packages/adapter-slack/sample-messages.md)
    ...(event.type !== 'app_mention' && { context_team_id: team.id, context_enterprise_id: enterpriseId }),
    api_app_id: app.id,
    event,
    type: 'event_callback',
    event_id: world.ids.id('Ev'),
    event_time: typeof event.event_ts === 'string' ? Number.parseInt(event.event_ts, 10) : seconds(world.clock.now()),
    authorizations: [authorizationOf(team, installation, personId)],
    is_ext_shared_channel: false,
    event_context: contextOf(to, event),
  };
}

/** Cut to one, as Slack does; apps.event.authorizations.list gives all. */
export function authorizationOf(team: Team, installation: Installation, personId?: string): Json {
  return {
    enterprise_id: team.enterprise?.id ?? null,
    team_id: installation.org ? null : team.id,
    user_id: personId ?? installation.botUserId,
    is_bot: personId === undefined,
    is_enterprise_install: installation.org !== undefined,
  };
}

/** Told once per minute in which events were dropped; it has no inner event. */
export function rateLimitedBody(app: App, team: Team, minuteSeconds: number): Json {
  return {
    token: app.verificationToken,
    type: 'app_rate_limited',
    team_id: team.id,
    minute_rate_limited: minuteSeconds,
    api_app_id: app.id,
  };
}

const CONTEXT_PREFIX = '4-';

function contextOf({ app, team }: Addressee, event: EventBody): string {
  const channel = typeof event.channel === 'string' ? event.channel : event.channel_id;
  const facts = { et: event.type, tid: team.id, aid: app.id, ...(typeof channel === 'string' && { cid: channel }) };
  return `${CONTEXT_PREFIX}${Buffer.from(JSON.stringify(facts)).toString('base64url')}`;
}

/** The app and the team of an `event_context`; undefined when it is none. */
export function readContext(context: string): { appId: string; teamId: string } | undefined {
  if (!context.startsWith(CONTEXT_PREFIX)) return undefined;
  try {
    const facts: unknown = JSON.parse(Buffer.from(context.slice(CONTEXT_PREFIX.length), 'base64url').toString('utf8'));
    const { aid, tid } = (facts ?? {}) as { aid?: unknown; tid?: unknown };
    return typeof aid === 'string' && typeof tid === 'string' ? { appId: aid, teamId: tid } : undefined;
  } catch {
    return undefined;
  }
}
