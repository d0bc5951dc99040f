/** The keys of each answer, as Slack's samples have them. Written out here, so that a lost key fails by name. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, installedSimulator, type Json, RawSocket } from '../../test/support/slack.ts';

const TEAM = 'id name domain email_domain icon is_verified url avatar_base_url discoverable locale';
const ICON = 'image_34 image_44 image_68 image_88 image_102 image_132 image_230 image_default';
const USER = `id team_id name deleted color real_name tz tz_label tz_offset profile is_admin is_owner is_primary_owner
  is_restricted is_ultra_restricted is_bot updated is_app_user is_email_confirmed who_can_share_contact_card`;
const PROFILE = `title phone skype real_name real_name_normalized display_name display_name_normalized fields status_text
  status_text_canonical status_emoji status_emoji_display_info status_expiration avatar_hash image_24 image_32 image_48
  image_72 image_192 image_512 first_name last_name team huddle_state huddle_state_expiration_ts`;
const BOT = 'id deleted name updated app_id user_id icons';
const BOT_PROFILE = 'id deleted name updated app_id user_id icons team_id';
const BOT_ICONS = 'image_36 image_48 image_72';
const CHANNEL = `id name is_channel is_group is_im is_mpim is_private created is_archived is_general unlinked
  name_normalized is_shared is_org_shared is_pending_ext_shared pending_shared context_team_id updated creator
  is_ext_shared shared_team_ids pending_connected_team_ids is_member topic purpose properties previous_names`;
const IM = `id created is_archived is_im is_org_shared context_team_id updated user is_open last_read unread_count
  unread_count_display priority`;
const HEADLINE = 'value creator last_set';
const BOT_MESSAGE = 'bot_id type text ts team bot_profile subtype username app_id';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator();
});
afterAll(() => slack.stop());

const ask = (method: string, fields: Record<string, string> = {}) => call(slack, method, slack.acme.botToken, fields);
const generalId = async () =>
  (await slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
const annId = async () => (await slack.control.team('Acme')).users.find(({ name }) => name === 'ann')?.id ?? '';

/** Asserts that the value at a path of an answer has these keys; `0` is the first of a list. */
function expectKeys(answer: Json, path: string, keys: string): void {
  let value: unknown = answer;
  for (const step of path.split('.').filter((one) => one !== '')) value = (value as Json)[step];
  expect(Object.keys(value as Json), `keys at "${path}"`).toEqual(expect.arrayContaining(keys.trim().split(/\s+/)));
}

it('auth.test', async () => {
  const keys = 'ok url team user team_id user_id bot_id is_enterprise_install app_id app_name';
  expectKeys(await ask('auth.test'), '', keys);
});

it('rtm.connect', async () => {
  const answer = await ask('rtm.connect');
  expectKeys(answer, '', 'ok url team self');
  expectKeys(answer, 'team', 'id name domain');
  expectKeys(answer, 'self', 'id name');
});

it('rtm.start', async () => {
  const answer = await ask('rtm.start');
  expectKeys(answer, '', 'ok url team self users bots channels groups mpims ims');
  expectKeys(answer, 'users.0', `${USER} presence`);
  expectKeys(answer, 'channels.0', CHANNEL);
});

it('team.info', async () => {
  const answer = await ask('team.info');
  expectKeys(answer, 'team', TEAM);
  expectKeys(answer, 'team.icon', ICON);
});

it('users.info, users.list and bots.info', async () => {
  const info = await ask('users.info', { user: await annId(), include_locale: 'true' });
  expectKeys(info, 'user', `${USER} has_2fa locale`);
  expectKeys(info, 'user.profile', `${PROFILE} email`);
  const bot = await ask('users.info', { user: slack.acme.botUserId });
  expectKeys(bot, 'user.profile', `${PROFILE} api_app_id bot_id always_active`);
  const list = await ask('users.list');
  expectKeys(list, '', 'ok members cache_ts response_metadata');
  expectKeys(list, 'members.0', USER);
  const botInfo = await ask('bots.info', { bot: slack.acme.botId });
  expectKeys(botInfo, 'bot', BOT);
  expectKeys(botInfo, 'bot.icons', BOT_ICONS);
});

it('conversations.*', async () => {
  const list = await ask('conversations.list');
  expectKeys(list, '', 'ok channels response_metadata');
  expectKeys(list, 'channels.0', `${CHANNEL} num_members`);
  const info = await ask('conversations.info', { channel: await generalId(), include_num_members: 'true' });
  expectKeys(info, 'channel', `${CHANNEL} num_members last_read`);
  expectKeys(info, 'channel.topic', HEADLINE);
  const open = await ask('conversations.open', { users: await annId(), return_im: 'true' });
  expectKeys(open, 'channel', IM);
  expectKeys(await ask('conversations.members', { channel: await generalId() }), '', 'ok members response_metadata');
});

it('chat.postMessage, chat.meMessage and conversations.history', async () => {
  const posted = await ask('chat.postMessage', { channel: '#general', text: 'hi', blocks: '[{"type":"divider"}]' });
  expectKeys(posted, '', 'ok channel ts message');
  expectKeys(posted, 'message', `${BOT_MESSAGE} blocks`);
  expectKeys(posted, 'message.bot_profile', BOT_PROFILE);
  expectKeys(posted, 'message.blocks.0', 'type block_id');
  expectKeys(await ask('chat.meMessage', { channel: '#general', text: 'waves' }), '', 'ok channel ts');
  const history = await ask('conversations.history', { channel: await generalId() });
  expectKeys(history, '', 'ok messages has_more pin_count channel_actions_ts channel_actions_count');
  expectKeys(history, 'messages.1', BOT_MESSAGE);
});

it('a message on an RTM socket', async () => {
  const { url } = await ask('rtm.connect');
  using socket = new RawSocket(String(url));
  await slack.control.say({ team: 'Acme', channel: 'general', text: 'hello' });
  const frame = await socket.frame(({ type }) => type === 'message');
  expectKeys(frame, '', 'type user text ts channel team client_msg_id event_ts source_team user_team');
});
