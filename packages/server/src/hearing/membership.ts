/** Asks Slack whether a bot is a member where its posts did not come back from: else they could not. */

import type { Post } from './hearing-state.ts';
import type { Membership, OwnPosts } from './own-posts.ts';

/** Answers of Slack, or of a Slack-compatible server, that are about the asking and not about the channel. */
const SAYS_NOTHING = new Set(['missing_scope', 'unknown_method', 'not_allowed_token_type', 'method_not_supported']);

/** The bot does not see it. Whatever else fails is about the moment, or about the team. */
const IS_NOT_ITS = new Set(['channel_not_found', 'not_in_channel']);

/** So many channels are asked about; posts in others prove nothing this time. */
const MAX_ASKED = 3;

/** What conversations.info answered; null = nothing was learned. */
export type ChannelAnswer = { ok: true; channel: unknown } | { ok: false; code: string } | null;

export interface MembershipDeps {
  /** Must not reject. */
  ask: (team: string, channel: string) => Promise<ChannelAnswer>;
  ownPosts: Pick<OwnPosts, 'mustReturn'>;
}

/** Which posts, by id, should have come back. */
export async function postsThatReturn(posts: readonly Post[], deps: MembershipDeps): Promise<ReadonlySet<string>> {
  const byChannel = Map.groupBy(posts, ({ team, channel }) => `${team} ${channel}`);
  const asked = Array.from(byChannel.values()).slice(0, MAX_ASKED);
  const found = await Promise.all(asked.map((group) => returningOfChannel(group, deps)));
  return new Set(found.flat());
}

async function returningOfChannel(posts: readonly Post[], { ask, ownPosts }: MembershipDeps): Promise<string[]> {
  const [first] = posts;
  if (!first) return [];
  const answer = await ask(first.team, first.channel);
  const membership = membershipIn(answer);
  if (membership === undefined) return [];
  return ownPosts.mustReturn(first.team, first.channel, membership) ? posts.map(({ id }) => id) : [];
}

/** A direct message that the bot can see is its own. (https://docs.slack.dev/reference/methods/conversations.info) */
function membershipIn(answer: ChannelAnswer): Membership | undefined {
  if (answer === null) return undefined;
  if (!answer.ok) return SAYS_NOTHING.has(answer.code) ? 'unknown' : IS_NOT_ITS.has(answer.code) ? 'none' : undefined;
  const { is_member, is_im, is_mpim } = (answer.channel ?? {}) as Record<string, unknown>;
  return [is_member, is_im, is_mpim].includes(true) ? 'member' : 'none';
}
