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

/** The scope without which a granular app has the name and picture of its settings, whatever it asks for. */
const CUSTOMIZE = 'chat:write.customize';

/**
 * The author's part of a message. A classic bot speaks as `bot_message` unless it asks for `as_user`; a granular one as
 * its bot user unless it takes another name. (slack-ruby-client's integration suite expects the former, Slack's samples
 * show the latter.)
 */
export function authorOf(call: TeamCall, wanted: AuthorArguments): Partial<Draft> {
  const { token, app, team } = call;
  if (token.botId === undefined) return { userId: token.userId };
  // Without the scope they are ignored, and the message is taken. (getpapercups-io/papercups#522, lpiep/dewy#362)
  const args = mayCustomize(call) ? wanted : {};
  const icons = iconsOf(args);
  const speaker = { botId: token.botId, appId: app.id, icons, functionRunId: token.functionRunId };
  const isBotMessage = app.kind === 'classic' ? args.as_user !== true : args.username !== undefined;
  if (!isBotMessage) return { ...speaker, userId: token.userId };
  const username = args.username ?? team.bots.get(token.botId)?.name ?? app.name;
  return { ...speaker, subtype: 'bot_message', username };
}

/** Whether the app may take another name and picture. */
export function mayCustomize({ app, token }: TeamCall): boolean {
  return app.kind === 'classic' || token.scopes.includes(CUSTOMIZE);
}

/**
 * Why the caller may not speak so, or nothing. Granular apps may say `as_user: true`, which is what they do anyway; only
 * `false` asks for what they no longer have. (slackapi/node-slack-sdk#1593, move-coop/parsons#741, HubSpot/slack-client#201)
 */
export function authorRefusal({ app }: TeamCall, { as_user: isAsUser }: AuthorArguments): Refusal | undefined {
  if (app.kind === 'classic' || isAsUser !== false) return undefined;
  return refuse('invalid_arguments', { deprecated_argument: 'as_user' });
}

function iconsOf({ icon_emoji: emoji, icon_url: url }: AuthorArguments): Record<string, string> | undefined {
  if (emoji !== undefined) return { emoji };
  return url === undefined ? undefined : { image_64: url };
}
