/** What the author of a message is called. */
import type { Message, Team } from './model.ts';
import { userOrSlackbot } from './slackbot.ts';

/** The name that an app gave itself for this message, that of the person, of Slackbot, or of the app. */
export function authorName(team: Team, { username, userId, botId }: Message): string {
  return username ?? userOrSlackbot(team, userId ?? '')?.name ?? team.bots.get(botId ?? '')?.name ?? 'unknown';
}
