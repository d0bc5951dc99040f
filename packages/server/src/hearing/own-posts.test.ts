import { describe, expect, it } from 'vitest';
import { TestClock } from '../time/test-clock.ts';
import { idOf, type OwnPost, OwnPosts } from './own-posts.ts';

const aPost = (differing: Partial<OwnPost> = {}): OwnPost => ({ team: 'T1', channel: 'C1', ts: '1.000', ...differing });

function ownPosts({ isLearned }: { isLearned: boolean }) {
  const clock = new TestClock();
  return { clock, posts: new OwnPosts({ clock, isLearned }) };
}

describe('a post is expected back', () => {
  it('on RTM from everywhere, until Slack says that the bot is no member', () => {
    const { posts } = ownPosts({ isLearned: false });
    expect(posts.isExpected(aPost())).toBe(true);
    expect(posts.mustReturn('T1', 'C1', 'none')).toBe(false);
    expect(posts.isExpected(aPost())).toBe(false);
    expect(posts.isExpected(aPost({ channel: 'C2' }))).toBe(true);
    expect(posts.isExpected(aPost({ team: 'T2' }))).toBe(true);
    // Someone has invited the bot.
    posts.returned(aPost({ ts: '2.000' }), { isAwaited: true });
    expect(posts.isExpected(aPost({ ts: '3.000' }))).toBe(true);
  });

  it('elsewhere only from a channel that has brought one back, and as long as the bot is a member', () => {
    const { posts } = ownPosts({ isLearned: true });
    expect(posts.isExpected(aPost())).toBe(false);
    posts.returned(aPost(), { isAwaited: true });
    expect(posts.isExpected(aPost({ ts: '2.000' }))).toBe(true);
    expect(posts.isExpected(aPost({ channel: 'C2' }))).toBe(false);
    expect(posts.isExpected(aPost({ team: 'T2' }))).toBe(false);
    posts.mustReturn('T1', 'C1', 'none');
    expect(posts.isExpected(aPost({ ts: '3.000' }))).toBe(false);
  });

  it('from all direct messages as soon as one of them has brought one back', () => {
    const { posts } = ownPosts({ isLearned: true });
    posts.returned(aPost({ channel: 'D1' }), { isAwaited: true });
    expect(posts.isExpected(aPost({ channel: 'D2' }))).toBe(true);
    expect(posts.isExpected(aPost({ channel: 'C2' }))).toBe(false);
  });

  it('no more when it was faster than the answer of the call that it is of', () => {
    const { posts } = ownPosts({ isLearned: false });
    expect(posts.returned(aPost(), { isAwaited: false })).toBe(idOf(aPost()));
    expect(posts.isExpected(aPost())).toBe(false);
    // The same again would be another one.
    expect(posts.isExpected(aPost())).toBe(true);
  });

  it('not for two minutes after Slack dropped events of its team', async () => {
    const { posts, clock } = ownPosts({ isLearned: false });
    posts.excuse('T1');
    await clock.advance(119_999);
    expect(posts.isExpected(aPost())).toBe(false);
    expect(posts.isExpected(aPost({ team: 'T2' }))).toBe(true);
    await clock.advance(1);
    expect(posts.isExpected(aPost())).toBe(true);
  });
});

it('a post must return where the bot is a member, or where Slack does not tell and one has returned', () => {
  const { posts } = ownPosts({ isLearned: true });
  expect(posts.mustReturn('T1', 'C1', 'member')).toBe(true);
  expect(posts.mustReturn('T1', 'C1', 'unknown')).toBe(false);
  posts.returned(aPost(), { isAwaited: true });
  expect(posts.mustReturn('T1', 'C1', 'unknown')).toBe(true);
  expect(posts.mustReturn('T1', 'C1', 'none')).toBe(false);
  expect(posts.mustReturn('T1', 'C1', 'unknown')).toBe(false);
});

it('whether any post ever came back is known', () => {
  const { posts } = ownPosts({ isLearned: false });
  expect(posts.hasReturned).toBe(false);
  posts.returned(aPost(), { isAwaited: false });
  expect(posts.hasReturned).toBe(true);
});

it('what came early is remembered of the last 256 posts, and of 50 channels of a team', () => {
  const { posts } = ownPosts({ isLearned: true });
  for (let n = 0; n < 257; n++) posts.returned(aPost({ channel: `C${n % 51}`, ts: `${n}` }), { isAwaited: false });
  expect(posts.isExpected(aPost({ channel: 'C0', ts: '0' }))).toBe(true);
  expect(posts.isExpected(aPost({ channel: 'C1', ts: '1' }))).toBe(false);
  // Each of the 51 pushes out the one that is next to come again; the last to come was C1.
  expect(posts.isExpected(aPost({ channel: 'C3', ts: 'new' }))).toBe(true);
  expect(posts.isExpected(aPost({ channel: 'C2', ts: 'new' }))).toBe(false);
});
