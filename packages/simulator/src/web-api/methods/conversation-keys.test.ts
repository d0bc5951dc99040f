/** The keys of what conversations.* and users.* answer, as Slack's samples have them; a lost key fails by name. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acmeRoles, type Roles } from '../../../test/support/roles.ts';
import { call, type Json } from '../../../test/support/slack.ts';

const CHANNEL = `id name is_channel is_group is_im created is_archived is_general unlinked name_normalized is_shared creator
  is_ext_shared is_org_shared shared_team_ids pending_shared pending_connected_team_ids is_pending_ext_shared is_member
  is_private is_mpim topic purpose previous_names context_team_id updated`;
const MINE = `${CHANNEL} last_read`;
const IM = `id created is_archived is_im is_org_shared user last_read unread_count unread_count_display is_open priority
  context_team_id updated`;
const PROFILE = `title phone skype real_name real_name_normalized display_name display_name_normalized fields status_text
  status_emoji status_expiration avatar_hash email first_name last_name image_24 image_32 image_48 image_72 image_192
  image_512 status_text_canonical pronouns huddle_state huddle_state_expiration_ts status_emoji_display_info start_date`;

let acme: Roles;
let channel: string;
beforeAll(async () => {
  acme = await acmeRoles();
  channel = (await acme.bot.conversations.create({ name: 'keys' })).channel?.id ?? '';
});
afterAll(() => acme.slack.stop());

const asBot = (method: string, fields: Record<string, string>) =>
  call(acme.slack, method, acme.slack.acme.botToken, fields);

function expectKeys(value: unknown, keys: string): void {
  expect(Object.keys(value as Json)).toEqual(expect.arrayContaining(keys.split(/\s+/)));
}

it.each([
  ['conversations.create', `${MINE} priority`, { name: 'more-keys' }],
  ['conversations.rename', MINE, { channel: 'keys', name: 'new-keys' }],
  ['conversations.setTopic', MINE, { channel: 'keys', topic: 'x' }],
  ['conversations.setPurpose', MINE, { channel: 'keys', purpose: 'x' }],
  ['conversations.join', CHANNEL, { channel: 'keys' }],
  ['conversations.invite', CHANNEL, { channel: 'keys', users: 'bob' }],
])('the channel of %s', async (method, keys, fields: Record<string, string>) => {
  const ids = { ...(fields.channel && { channel }), ...(fields.users && { users: acme.bobId }) };
  const answer = await asBot(method, { ...fields, ...ids });
  expectKeys(answer.channel, keys);
});

it('users.conversations, and the direct message of conversations.open', async () => {
  const { channels } = await asBot('users.conversations', {});
  expectKeys((channels as Json[])[0], CHANNEL);
  expectKeys((await asBot('conversations.open', { users: acme.annId, return_im: 'true' })).channel, IM);
});

it('profiles', async () => {
  expectKeys((await asBot('users.profile.get', { user: acme.annId })).profile, PROFILE);
  const profile = JSON.stringify({ title: 'x' });
  const set = await call(acme.slack, 'users.profile.set', acme.slack.acme.userToken, { profile });
  expectKeys(set, 'ok profile username');
  expectKeys(set.profile, PROFILE);
  expectKeys(await asBot('users.getPresence', {}), 'ok presence online auto_away manual_away connection_count');
});
