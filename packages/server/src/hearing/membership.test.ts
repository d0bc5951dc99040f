import { expect, it } from 'vitest';
import type { Post } from './hearing-state.ts';
import { type ChannelAnswer, postsThatReturn } from './membership.ts';
import type { Membership } from './own-posts.ts';

const aPost = (id: string, channel = 'C1', team = 'T1'): Post => ({ id, team, channel, atMs: 0, order: 0 });

/** Asks about the posts; `asked` is what Slack was asked, `learned` what is made of it. */
async function ask(posts: readonly Post[], answer: (channel: string) => ChannelAnswer) {
  const asked: string[] = [];
  const learned: [string, string, Membership][] = [];
  const returnable = await postsThatReturn(posts, {
    ask: async (team, channel) => {
      asked.push(`${team} ${channel}`);
      return answer(channel);
    },
    ownPosts: {
      mustReturn: (team, channel, membership) => {
        learned.push([team, channel, membership]);
        return membership === 'member';
      },
    },
  });
  return { returnable: [...returnable], asked, learned };
}

it.each<[string, ChannelAnswer, Membership | 'nothing']>([
  ['a channel of which it is a member', { ok: true, channel: { is_member: true } }, 'member'],
  ['a direct message', { ok: true, channel: { is_im: true } }, 'member'],
  ['a group of direct messages', { ok: true, channel: { is_mpim: true } }, 'member'],
  ['a channel of which it is none', { ok: true, channel: { is_member: false } }, 'none'],
  ['an answer without a channel', { ok: true, channel: undefined }, 'none'],
  ['channel_not_found', { ok: false, code: 'channel_not_found' }, 'none'],
  ['not_in_channel', { ok: false, code: 'not_in_channel' }, 'none'],
  ['missing_scope', { ok: false, code: 'missing_scope' }, 'unknown'],
  ['unknown_method', { ok: false, code: 'unknown_method' }, 'unknown'],
  ['not_allowed_token_type', { ok: false, code: 'not_allowed_token_type' }, 'unknown'],
  ['method_not_supported', { ok: false, code: 'method_not_supported' }, 'unknown'],
  ['account_inactive', { ok: false, code: 'account_inactive' }, 'nothing'],
  ['internal_error', { ok: false, code: 'internal_error' }, 'nothing'],
  ['no answer', null, 'nothing'],
])('of %s it learns: %s is %s', async (_what, answer, membership) => {
  const { returnable, learned } = await ask([aPost('1')], () => answer);
  expect(learned).toEqual(membership === 'nothing' ? [] : [['T1', 'C1', membership]]);
  expect(returnable).toEqual(membership === 'member' ? ['1'] : []);
});

it('asks once for all posts in a channel, and about three channels at most', async () => {
  const posts = [aPost('1'), aPost('2'), aPost('3', 'C1', 'T2'), aPost('4', 'C3'), aPost('5', 'C4')];
  const { returnable, asked } = await ask(posts, (channel) => ({ ok: true, channel: { is_member: channel === 'C1' } }));
  expect(asked).toEqual(['T1 C1', 'T2 C1', 'T1 C3']);
  expect(returnable).toEqual(['1', '2', '3']);
});
