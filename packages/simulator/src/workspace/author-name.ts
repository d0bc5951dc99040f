/** What the author of a message is called. */
import type { Message, Team } from './model.ts';
import { userOrSlackbot } from './slackbot.ts';

/** The name that an app gave itself for this message, that of the person, of Slackbot, or of the app. */
export function authorName(team: Team, { username, userId, botId }: Message): string {
  return username ?? userOrSlackbot(team, userId ?? '')?.name ?? team.bots.get(botId ?? '')?.name ?? 'unknown';
}

/**
 * The same as people see it: an app has a name there (`Demo Bot`), and no handle (`demobot`). The handle is also the `username` of a message
 * for which a classic app gave no name.
 */
export function shownAuthorName(team: Team, message: Message): string {
  const { username, userId, botId } = message;
  const bot = team.bots.get(botId ?? '');
  if (username !== undefined && username !== bot?.name) return username;
  const author = team.users.get(userId ?? bot?.userId ?? '');
  return author?.botId === undefined ? authorName(team, message) : author.realName;
}
