/**
 * `/app_redirect`: the link that leads a person to an app's conversation or to a channel
 * (docs.slack.dev/interactivity/deep-linking). Here it leads to the chat page.
 */
import { findChannel } from '../workspace/channels.ts';
import type { App, Team } from '../workspace/model.ts';
import type { World } from '../workspace/world.ts';

/** What the link says. */
export interface AppRedirect {
  app?: string | undefined;
  channel?: string | undefined;
  team?: string | undefined;
}

/** The address on this simulator; what cannot be shown is named there. */
export function appRedirect(world: World, { app: appId, channel, team: reference }: AppRedirect): string {
  const team = reference === undefined ? world.teams.values().next().value : world.findTeam(reference);
  if (!team) return home({ notice: `There is no workspace ${reference ?? ''}.` });
  if (channel !== undefined) {
    const found = findChannel(team, channel);
    return found ? home({ team: team.id, channel: found.id }) : home({ team: team.id, notice: 'No such channel.' });
  }
  const app = world.findApp(appId ?? '');
  if (!app || team.installations.get(app.id)?.status !== 'active') {
    return home({ team: team.id, notice: 'The app is not installed there. Slack would lead to its Marketplace.' });
  }
  return home({ team: team.id, channel: channelIdOf(world, team, app) });
}

/** The page knows the direct message with its first app by that word, also before anybody has written there. */
function channelIdOf(world: World, team: Team, app: App): string {
  if (app === world.findApp()) return 'bot';
  const botUserId = team.installations.get(app.id)?.botUserId ?? '';
  return [...team.channels.values()].find(({ kind, members }) => kind === 'im' && members.has(botUserId))?.id ?? '';
}

function home(parameters: Record<string, string>): string {
  return `/?${new URLSearchParams(parameters).toString()}`;
}
