import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, connect, installedSimulator } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
let granular: WebClient;
let granularUserId: string;
let channel: string;
beforeAll(async () => {
  slack = await installedSimulator();
  bot = clientOf(slack, slack.acme.botToken);
  const botScopes = ['chat:write', 'channels:history', 'channels:read'];
  const app = await slack.control.addApp({ name: 'Modern', kind: 'granular', botScopes });
  const installed = await slack.control.install({ team: 'Acme', app: app.id });
  granular = clientOf(slack, installed.botToken);
  granularUserId = installed.botUserId;
  channel = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
});
afterAll(() => slack.stop());

const newest = async () => (await bot.conversations.history({ channel, limit: 1 })).messages?.[0];

describe('chat.postMessage', () => {
  it('shows text, blocks, attachments and metadata in the history and on sockets', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    const posted = await granular.chat.postMessage({
      channel,
      text: 'all of it',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*all* of it' } }],
      attachments: [{ text: 'more', color: '#ff0000' }],
      metadata: { event_type: 'order', event_payload: { id: 7 } },
    });
    expect(posted.message).toMatchObject({ user: granularUserId, text: 'all of it', bot_profile: { name: 'modern' } });
    const plain = await newest();
    expect(plain).toMatchObject({
      ts: posted.ts,
      blocks: [{ type: 'section', block_id: expect.stringMatching(/./) }],
      attachments: [{ id: 1, text: 'more', fallback: '[no preview available]' }],
    });
    expect(plain).not.toHaveProperty('metadata');
    const whole = await bot.conversations.history({ channel, limit: 1, include_all_metadata: true });
    expect(whole.messages?.[0]?.metadata).toEqual({ event_type: 'order', event_payload: { id: 7 } });
    expect(await socket.frame(({ ts }) => ts === posted.ts)).toMatchObject({ type: 'message', channel });
  });

  it('answers in a thread, and shows a broadcast in the channel too, with its root', async () => {
    const root = await bot.chat.postMessage({ channel, text: 'question' });
    const quiet = await granular.chat.postMessage({ channel, text: 'quiet', thread_ts: root.ts ?? '' });
    const loud = { channel, text: 'loud', thread_ts: quiet.ts ?? '', reply_broadcast: true } as const;
    const answered = await granular.chat.postMessage(loud);
    expect(answered.message).toMatchObject({ subtype: 'thread_broadcast', thread_ts: root.ts });
    const { messages } = await bot.conversations.history({ channel, limit: 2 });
    expect(messages).toMatchObject([
      { text: 'loud', root: { ts: root.ts, reply_count: 2 }, parent_user_id: expect.any(String) },
      { text: 'question', reply_count: 2, reply_users: [granularUserId], latest_reply: answered.ts },
    ]);
  });

  it('tells sockets of the new count of the thread', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    const root = await bot.chat.postMessage({ channel, text: 'root' });
    const { ts } = await granular.chat.postMessage({ channel, text: 'answer', thread_ts: root.ts ?? '' });
    expect(await socket.frame(({ subtype }) => subtype === 'message_replied')).toMatchObject({
      channel,
      hidden: true,
      message: { ts: root.ts, reply_count: 1, replies: [{ user: granularUserId, ts }] },
    });
  });

  it('takes Markdown in place of text, and names as references on request', async () => {
    await bot.chat.postMessage({ channel, markdown_text: '**bold**' });
    expect(await newest()).toMatchObject({ text: '**bold**' });
    await bot.chat.postMessage({ channel, text: 'hi @bob and @here in #random, not a@b', link_names: true });
    expect((await newest())?.text).toMatch(/^hi <@U\w+> and <!here> in <#C\w+\|random>, not a@b$/);
  });

  it('lets a classic bot speak under another name', async () => {
    const posted = await bot.chat.postMessage({ channel, text: 'x', username: 'Robo', icon_emoji: ':robot_face:' });
    expect(posted.message).toMatchObject({
      subtype: 'bot_message',
      username: 'Robo',
      icons: { emoji: ':robot_face:' },
    });
    const botScopes = ['chat:write', 'chat:write.customize'];
    const app = await slack.control.addApp({ name: 'Actor', kind: 'granular', botScopes });
    const { botToken } = await slack.control.install({ team: 'Acme', app: app.id });
    const acted = await clientOf(slack, botToken).chat.postMessage({ channel, text: 'x', username: 'Hamlet' });
    expect(acted.message).toMatchObject({ subtype: 'bot_message', username: 'Hamlet' });
  });

  it('cuts text of more than 40,000 characters with a warning', async () => {
    const posted = await bot.chat.postMessage({ channel, text: 'x'.repeat(40_001) });
    expect(posted.message?.text).toHaveLength(40_000);
    expect(posted).toMatchObject({
      warning: 'message_truncated',
      response_metadata: { warnings: ['message_truncated'] },
    });
  });

  it('tells apps of the links, unless it is told not to unfurl', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    await bot.chat.postMessage({ channel, text: 'https://quiet.example', unfurl_links: false });
    await bot.chat.postMessage({ channel, text: 'see <https://a.example/x|this> and https://b.example' });
    const links = await socket.frame(({ type }) => type === 'link_shared');
    expect(links).toMatchObject({
      links: [{ domain: 'a.example' }, { domain: 'b.example', url: 'https://b.example' }],
    });
    expect(socket.frames.filter(({ type }) => type === 'link_shared')).toHaveLength(1);
  });

  const divider = { type: 'divider' };
  it.each([
    ['no_text', {}],
    ['markdown_text_conflict', { markdown_text: 'a', text: 'b' }],
    ['markdown_text_conflict', { markdown_text: 'a', blocks: [divider] }],
    ['msg_blocks_too_long', { markdown_text: 'x'.repeat(12_001) }],
    ['invalid_blocks', { blocks: Array.from({ length: 51 }, () => divider) }],
    ['invalid_blocks', { blocks: [{ type: 'header' }] }],
    ['invalid_blocks_format', { blocks: '{"type"' }],
    ['too_many_attachments', { attachments: Array.from({ length: 101 }, () => ({ text: 'x' })) }],
    ['invalid_metadata_schema', { text: 'x', metadata: { event_type: 'no payload' } }],
    ['metadata_too_large', { text: 'x', metadata: { event_type: 'a', event_payload: { x: 'x'.repeat(20_000) } } }],
    ['no_text', { attachments: 'not JSON' }],
  ])('refuses with %s', async (error, content) => {
    expect(await refusal(bot.apiCall('chat.postMessage', { channel, ...content }))).toBe(error);
  });

  it('says where blocks are wrong', async () => {
    const blocks = JSON.stringify([divider, { type: 'section', text: { type: 'mrkdwn', text: '' } }]);
    expect(await call(slack, 'chat.postMessage', slack.acme.botToken, { channel, blocks })).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: { messages: ['[ERROR] must be more than 0 characters [json-pointer:/blocks/1/text/text]'] },
    });
  });

  it('is refused where the caller may not write', async () => {
    await slack.control.addChannel('Acme', { name: 'secret', isPrivate: true });
    const rules = await slack.control.addChannel('Acme', { name: 'rules', isReadOnly: true });
    const old = await slack.control.addChannel('Acme', { name: 'old' });
    const ann = clientOf(slack, slack.acme.userToken);
    await ann.conversations.archive({ channel: old.id });
    expect(await refusal(bot.chat.postMessage({ channel: '#nowhere', text: 'x' }))).toBe('channel_not_found');
    expect(await refusal(bot.chat.postMessage({ channel: '#secret', text: 'x' }))).toBe('channel_not_found');
    expect(await refusal(granular.chat.postMessage({ channel: '#random', text: 'x' }))).toBe('not_in_channel');
    expect(await refusal(bot.chat.postMessage({ channel: old.id, text: 'x' }))).toBe('is_archived');
    const restricted = 'restricted_action_read_only_channel';
    expect(await refusal(bot.chat.postMessage({ channel: rules.id, text: 'x' }))).toBe(restricted);
    expect(await ann.chat.postMessage({ channel: rules.id, text: 'an administrator may' })).toMatchObject({ ok: true });
  });
});

describe('chat.postEphemeral', () => {
  it('is seen on the sockets of that user alone, and not in the history', async () => {
    using mine = await connect(slack, slack.acme.botToken);
    const shown = await granular.chat.postEphemeral({ channel, user: slack.acme.botUserId, text: 'psst' });
    expect(await mine.frame(({ ts }) => ts === shown.message_ts)).toMatchObject({ text: 'psst', is_ephemeral: true });
    const bob = (await slack.control.team('Acme')).users.find(({ name }) => name === 'bob')?.id ?? '';
    await granular.chat.postEphemeral({ channel, user: bob, text: 'for bob' });
    const seen = await slack.control.ephemerals({ team: 'Acme', channel, user: 'bob' });
    expect(seen).toMatchObject([{ text: 'for bob' }]);
    await granular.chat.postMessage({ channel, text: 'last' });
    await mine.frame(({ text }) => text === 'last');
    expect(mine.frames.map(({ text }) => text)).not.toContain('for bob');
    expect((await newest())?.text).toBe('last');
  });

  it.each([
    ['user_not_in_channel', { user: 'U0NOBODY00', text: 'x' }],
    ['no_text', { user: 'U0NOBODY00' }],
    ['msg_too_long', { user: 'U0NOBODY00', text: 'x'.repeat(40_001) }],
    ['invalid_attachments', { user: 'U0NOBODY00', attachments: '{' }],
  ])('refuses with %s', async (error, content) => {
    expect(await refusal(bot.apiCall('chat.postEphemeral', { channel, ...content }))).toBe(error);
  });
});

describe('chat.meMessage', () => {
  it('is in the history as me_message', async () => {
    const { ts } = await bot.chat.meMessage({ channel, text: 'waves' });
    expect(await newest()).toMatchObject({ ts, subtype: 'me_message', text: 'waves' });
    expect(await refusal(bot.chat.meMessage({ channel, text: 'x'.repeat(40_001) }))).toBe('msg_too_long');
  });
});
