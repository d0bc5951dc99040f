/** What Slack itself says of a conversation and of the bot's token, as far as the token's scopes allow it. At most two calls. */
import { isBotServerError } from '../../errors.ts';
import type { OperationContext } from '../operation-context.ts';

/** Of which kind a conversation is: each has a subscription and a scope of its own. */
export type ConversationKind = 'channels' | 'groups' | 'im' | 'mpim';

export interface SlackSays {
  /** Undefined: it was not asked, or did not say. */
  isMember: boolean | undefined;
  kind: ConversationKind | undefined;
  /** The code with which Slack refused to say, or why it was not asked. */
  refused: string | undefined;
  /** What that code says of the whole installation. */
  verdict: ReturnType<OperationContext['refusalOf']>;
  scopes: readonly string[] | undefined;
}

export const NOT_ASKED: SlackSays = {
  isMember: undefined,
  kind: undefined,
  refused: undefined,
  verdict: undefined,
  scopes: undefined,
};

/** The bot does not see it at all. */
const UNSEEN = new Set(['channel_not_found', 'not_in_channel']);

export async function askSlack(
  context: Pick<OperationContext, 'askAsTeam' | 'scopesAtSlack' | 'refusalOf'>,
  { teamId, channel }: { teamId: string; channel: string },
): Promise<SlackSays> {
  const [said, scopes] = await Promise.all([
    conversation(context, teamId, channel),
    context.scopesAtSlack(teamId).catch(() => undefined),
  ]);
  return { ...said, scopes };
}

/** (https://docs.slack.dev/reference/methods/conversations.info) */
async function conversation(
  { askAsTeam, refusalOf }: Pick<OperationContext, 'askAsTeam' | 'refusalOf'>,
  teamId: string,
  channel: string,
): Promise<Omit<SlackSays, 'scopes'>> {
  try {
    const body = await askAsTeam(teamId, 'conversations.info', { channel });
    if (body.ok !== true) {
      const code = typeof body.error === 'string' ? body.error : 'unknown_error';
      return { ...NOT_ASKED, isMember: UNSEEN.has(code) ? false : undefined, refused: code, verdict: refusalOf(code) };
    }
    const found = (body.channel ?? {}) as Readonly<Record<string, unknown>>;
    // A direct message that the bot can see is its own.
    const isMember = [found.is_member, found.is_im, found.is_mpim].includes(true);
    return { ...NOT_ASKED, isMember, kind: kindOf(found) };
  } catch (error) {
    return { ...NOT_ASKED, refused: isBotServerError(error) ? error.code : 'unexpected' };
  }
}

function kindOf({ is_im, is_mpim, is_private, is_group }: Readonly<Record<string, unknown>>): ConversationKind {
  if (is_im === true) return 'im';
  if (is_mpim === true) return 'mpim';
  return is_private === true || is_group === true ? 'groups' : 'channels';
}
