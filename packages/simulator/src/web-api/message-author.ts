/** Who a message is from: a person, a bot user, or a bot with a name and picture of its own. */

import { type Refusal, refuse } from '../wire/answer.ts';
import { flag, text } from '../wire/arguments.ts';
import type { Draft } from '../workspace/messages.ts';
import type { TeamCall } from './method.ts';

/** The arguments that say so. */
export const authorArguments = {
  as_user: flag.optional(),
  username: text.optional(),
  icon_emoji: text.optional(),
  icon_url: text.optional(),
};

/** Those arguments, read. */
export interface AuthorArguments {
  readonly as_user?: boolean | undefined;
  readonly username?: string | undefined;
  readonly icon_emoji?: string | undefined;
  readonly icon_url?: string | undefined;
}

/** The scope without which an app has the name and picture of its settings. */
const CUSTOMIZE = 'chat:write.customize';

/**
 * The author's part of a message. A classic bot speaks as `bot_message` unless it asks for `as_user`; a granular one as
 * its bot user unless it takes another name. (slack-ruby-client's integration suite expects the former, Slack's samples
 * show the latter.)
 */
export function authorOf({ token, app, team }: TeamCall, args: AuthorArguments): Partial<Draft> {
  if (token.botId === undefined) return { userId: token.userId };
  const icons = iconsOf(args);
  const speaker = { botId: token.botId, appId: app.id, icons };
  const isBotMessage = app.kind === 'classic' ? args.as_user !== true : args.username !== undefined;
  if (!isBotMessage) return { ...speaker, userId: token.userId };
  const username = args.username ?? team.bots.get(token.botId)?.name ?? app.name;
  return { ...speaker, subtype: 'bot_message', username };
}

/** Why the caller may not speak so, or nothing. */
export function authorRefusal({ token, app }: TeamCall, args: AuthorArguments): Refusal | undefined {
  if (app.kind === 'classic') return undefined;
  if (args.as_user === true && token.kind === 'bot') return refuse('as_user_not_supported');
  const isCustom = args.username !== undefined || args.icon_emoji !== undefined || args.icon_url !== undefined;
  if (!isCustom || token.scopes.includes(CUSTOMIZE)) return undefined;
  return refuse('missing_scope', { needed: CUSTOMIZE, provided: token.scopes.join(',') });
}

function iconsOf({ icon_emoji: emoji, icon_url: url }: AuthorArguments): Record<string, string> | undefined {
  if (emoji !== undefined) return { emoji };
  return url === undefined ? undefined : { image_64: url };
}
