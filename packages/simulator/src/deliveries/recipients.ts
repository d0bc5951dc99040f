/** Which apps get an event: installed in the workspace, subscribed, with the scope, and in the conversation. */
import type { App, Installation, Team } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';
import type { Audience, SlackEvent } from './slack-event.ts';

/** An app that gets an event, through its installation in the workspace. */
export interface Recipient {
  readonly app: App;
  readonly installation: Installation;
  /** The person through whose token it gets it; undefined: through its bot. */
  readonly personId?: string | undefined;
}

/** What an app hears although it is no longer installed. */
const LAST_WORDS: ReadonlySet<string> = new Set(['app_uninstalled', 'tokens_revoked', 'team_access_revoked']);

/** The apps that get this event of the team. */
export function recipientsOf(world: World, team: Team, event: SlackEvent): Recipient[] {
  const found: Recipient[] = [];
  for (const installation of team.installations.values()) {
    const app = world.apps.get(installation.appId);
    if (!app || !isListening(app, event) || !isStillSentTo(installation, event.body.type)) continue;
    const personId = personWithToken(app, installation, event);
    if (personId !== undefined) found.push({ app, installation, personId });
    else if (mayHear(app, installation, event)) found.push({ app, installation });
  }
  return found;
}

/** Whether an event is still sent to this installation. */
export function isStillSentTo(installation: Installation, eventType: string): boolean {
  return installation.status === 'active' || LAST_WORDS.has(eventType);
}

function isListening(app: App, { subscription, isUnasked = false }: SlackEvent): boolean {
  if (!app.areEventsEnabled || !(isUnasked || app.eventSubscriptions.includes(subscription))) return false;
  return app.isSocketModeOn || app.requestUrl !== undefined;
}

function mayHear(app: App, installation: Installation, event: SlackEvent): boolean {
  if (!isReached(event.audience, app, installation.botUserId)) return false;
  if (app.kind === 'classic' || event.scopes.length === 0) return true;
  return event.scopes.some((scope) => installation.scopes.includes(scope));
}

/** Who of the people whom it concerns has given the app a token that may see it. */
function personWithToken(app: App, { userTokens }: Installation, { audience, scopes }: SlackEvent): string | undefined {
  if (audience.kind !== 'people') return undefined;
  return audience.userIds.find((id) => {
    const token = userTokens.get(id);
    if (token?.status !== 'active') return false;
    return app.kind === 'classic' || scopes.some((scope) => token.scopes.includes(scope));
  });
}

function isReached(audience: Audience, app: App, botUserId: string): boolean {
  if (audience.kind === 'team') return true;
  if (audience.kind === 'app') return audience.app === app;
  if (audience.kind === 'users' || audience.kind === 'people') return audience.userIds.includes(botUserId);
  return audience.channel.members.has(botUserId) || audience.alsoUserId === botUserId;
}
