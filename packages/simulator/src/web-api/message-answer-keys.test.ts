/** The keys of the answers about messages, as Slack's samples have them. Written out here, so that a lost key fails by name. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, installedSimulator, type Json } from '../../test/support/slack.ts';

const MESSAGE = 'bot_id type text user ts team bot_profile app_id';
const BOT_PROFILE = 'id deleted name updated app_id user_id icons team_id';
const THREAD = 'thread_ts reply_count reply_users_count latest_reply reply_users subscribed is_locked';
const REACTION = 'name users count';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let channel: string;
let ts: string;
beforeAll(async () => {
  const botScopes = ['chat:write', 'channels:history', 'reactions:read', 'reactions:write', 'pins:read', 'pins:write'];
  const app = { kind: 'granular', botScopes: [...botScopes, 'emoji:read', 'links:write'] } as const;
  slack = await installedSimulator({ app });
  channel = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
  ts = String((await ask('chat.postMessage', { channel, text: 'https://example.com' })).ts);
});
afterAll(() => slack.stop());

const ask = (method: string, fields: Record<string, string> = {}) => call(slack, method, slack.acme.botToken, fields);

/** Asserts that the value at a path of an answer has these keys; `0` is the first of a list. */
function expectKeys(answer: Json, path: string, keys: string): void {
  let value: unknown = answer;
  for (const step of path.split('.').filter((one) => one !== '')) value = (value as Json)[step];
  expect(Object.keys(value as Json), `keys at "${path}"`).toEqual(expect.arrayContaining(keys.split(' ')));
}

it('chat.update, chat.getPermalink, chat.postEphemeral, chat.meMessage and chat.delete', async () => {
  const updated = await ask('chat.update', { channel, ts, text: 'https://example.com again' });
  expectKeys(updated, '', 'ok channel ts text message');
  expectKeys(updated, 'message', `${MESSAGE} edited`);
  expectKeys(updated, 'message.edited', 'user ts');
  expectKeys(updated, 'message.bot_profile', BOT_PROFILE);
  expectKeys(await ask('chat.getPermalink', { channel, message_ts: ts }), '', 'ok permalink channel');
  const shown = await ask('chat.postEphemeral', { channel, user: slack.acme.botUserId, text: 'x' });
  expectKeys(shown, '', 'ok message_ts');
  const said = await ask('chat.meMessage', { channel, text: 'x' });
  expectKeys(said, '', 'ok channel ts');
  expectKeys(await ask('chat.delete', { channel, ts: String(said.ts) }), '', 'ok channel ts');
  expect(await ask('chat.unfurl', { channel, ts, unfurls: '{"https://example.com":{"title":"x"}}' })).toEqual({
    ok: true,
  });
});

it('chat.scheduleMessage, chat.scheduledMessages.list and chat.deleteScheduledMessage', async () => {
  const postAt = String(Math.floor((await slack.control.clock()).nowMs / 1000) + 3600);
  const scheduled = await ask('chat.scheduleMessage', { channel, text: 'x', post_at: postAt });
  expectKeys(scheduled, '', 'ok scheduled_message_id channel post_at message');
  expectKeys(scheduled, 'message', 'bot_id type text user team bot_profile app_id');
  const list = await ask('chat.scheduledMessages.list');
  expectKeys(list, '', 'ok scheduled_messages response_metadata');
  expectKeys(list, 'scheduled_messages.0', 'id channel_id post_at date_created text');
  const id = String(scheduled.scheduled_message_id);
  expect(await ask('chat.deleteScheduledMessage', { channel, scheduled_message_id: id })).toEqual({ ok: true });
});

it('chat.startStream, chat.appendStream and chat.stopStream', async () => {
  const team = (await slack.control.team('Acme')).id;
  const recipient = { recipient_user_id: slack.acme.installerId, recipient_team_id: team };
  const started = await ask('chat.startStream', { channel, thread_ts: ts, markdown_text: 'x', ...recipient });
  expectKeys(started, '', 'ok channel ts');
  const stream = { channel, ts: String(started.ts), markdown_text: 'y' };
  expectKeys(await ask('chat.appendStream', stream), '', 'ok channel ts');
  expectKeys(await ask('chat.stopStream', stream), '', 'ok channel ts message');
});

it('conversations.history and conversations.replies', async () => {
  await ask('chat.postMessage', { channel, text: 'x', thread_ts: ts });
  await ask('chat.postMessage', { channel, text: 'x', thread_ts: ts, reply_broadcast: 'true' });
  await ask('reactions.add', { channel, timestamp: ts, name: 'tada' });
  const history = await ask('conversations.history', { channel, limit: '2' });
  expectKeys(history, '', 'ok messages has_more pin_count channel_actions_ts channel_actions_count response_metadata');
  expectKeys(history, 'messages.0', `${MESSAGE} subtype thread_ts parent_user_id root`);
  const replies = await ask('conversations.replies', { channel, ts, limit: '2' });
  expectKeys(replies, '', 'ok messages has_more response_metadata');
  expectKeys(replies, 'messages.0', `${MESSAGE} ${THREAD} edited reactions attachments`);
  expectKeys(replies, 'messages.0.reactions.0', REACTION);
  expectKeys(replies, 'messages.1', `${MESSAGE} thread_ts parent_user_id`);
});

it('reactions.*', async () => {
  const fields = { channel, timestamp: ts, name: 'wave' };
  expect(await ask('reactions.add', fields)).toEqual({ ok: true });
  const got = await ask('reactions.get', fields);
  expectKeys(got, '', 'ok type channel message');
  expectKeys(got, 'message', `${MESSAGE} reactions permalink`);
  const list = await ask('reactions.list');
  expectKeys(list, '', 'ok items paging response_metadata');
  expectKeys(list, 'items.0', 'type channel message');
  expectKeys(list, 'items.0.message', `${MESSAGE} reactions permalink`);
  expectKeys(list, 'paging', 'count total page pages');
  expect(await ask('reactions.remove', fields)).toEqual({ ok: true });
});

it('pins.*', async () => {
  expect(await ask('pins.add', { channel, timestamp: ts })).toEqual({ ok: true });
  const list = await ask('pins.list', { channel });
  expectKeys(list, 'items.0', 'type created created_by channel message');
  expectKeys(list, 'items.0.message', `${MESSAGE} pinned_to permalink`);
  expect(await ask('pins.remove', { channel, timestamp: ts })).toEqual({ ok: true });
});

it('emoji.list and api.test', async () => {
  const emoji = await ask('emoji.list', { include_categories: 'true' });
  expectKeys(emoji, '', 'ok emoji cache_ts categories_version categories');
  expectKeys(emoji, 'categories.0', 'name emoji_names');
  expect(await ask('api.test', { error: 'my_error', foo: 'bar' })).toEqual({
    ok: false,
    error: 'my_error',
    args: { error: 'my_error', foo: 'bar' },
  });
});
