import { afterAll, beforeAll, expect, it } from 'vitest';
import { acmeRoles, type Roles, scopedClient } from '../../../test/support/roles.ts';
import { refusal } from '../../../test/support/web-client.ts';

let roles: Roles;
beforeAll(async () => {
  roles = await acmeRoles();
});
afterAll(() => roles.slack.stop());

const aLink = (more: Record<string, unknown> = {}) => ({
  channel_id: roles.general,
  title: 'Docs',
  type: 'link' as const,
  link: 'https://docs.example/',
  ...more,
});

// The keys are those of the SDK's types. (@slack/web-api, BookmarksAddResponse)
it('bookmarks are added, changed, listed and removed', async () => {
  const { bot } = roles;
  const added = (await bot.bookmarks.add(aLink({ emoji: ':books:' }))).bookmark;
  const id = added?.id ?? '';
  expect(added).toMatchObject({
    id: expect.stringMatching(/^Bk/),
    channel_id: roles.general,
    title: 'Docs',
    link: 'https://docs.example/',
    emoji: ':books:',
    type: 'link',
    date_updated: 0,
    last_updated_by_user_id: roles.slack.acme.botUserId,
    last_updated_by_team_id: roles.slack.acme.team,
    app_id: roles.slack.acme.app,
  });
  const place = { channel_id: roles.general, bookmark_id: id };
  const edited = (await roles.ann.bookmarks.edit({ ...place, title: 'Manual' })).bookmark;
  expect(edited).toMatchObject({ title: 'Manual', emoji: ':books:', last_updated_by_user_id: roles.annId });
  const listed = async (channel = roles.general) =>
    (await bot.bookmarks.list({ channel_id: channel })).bookmarks?.map((one) => one.title);
  expect(await listed()).toEqual(['Manual']);
  expect(await listed(roles.random)).toEqual([]);
  await bot.bookmarks.remove(place);
  expect(await listed()).toEqual([]);
  expect(await refusal(bot.bookmarks.remove(place))).toBe('not_found');
});

it.each([
  ['invalid_bookmark_type', { type: 'video' }],
  ['invalid_link', { link: 'nonsense' }],
  ['invalid_link', { link: undefined }],
  ['invalid_emoji', { emoji: ':no_such_emoji:' }],
  ['channel_not_found', { channel_id: 'C0NOWHERE0' }],
  ['invalid_arguments', { title: undefined }],
])('bookmarks.add refuses with %s for %j', async (error, more) => {
  expect(await refusal(roles.bot.apiCall('bookmarks.add', aLink(more)))).toBe(error);
});

it('bookmarks need bookmarks:read and bookmarks:write', async () => {
  const reader = await scopedClient(roles.slack, ['bookmarks:read']);
  await reader.bookmarks.list({ channel_id: roles.general });
  expect(await refusal(reader.bookmarks.add(aLink()))).toBe('missing_scope');
});
