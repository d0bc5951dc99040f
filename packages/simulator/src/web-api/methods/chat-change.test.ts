import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, installedSimulator } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
let ann: WebClient;
let channel: string;
beforeAll(async () => {
  slack = await installedSimulator();
  bot = clientOf(slack, slack.acme.botToken);
  ann = clientOf(slack, slack.acme.userToken);
  channel = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
});
afterAll(() => slack.stop());

const post = async (text: string, more: object = {}) =>
  (await bot.chat.postMessage({ channel, text, ...more })).ts ?? '';
const newest = async () => (await bot.conversations.history({ channel, limit: 1 })).messages?.[0];

describe('chat.update', () => {
  it('changes the message in the history, and tells sockets what it was', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    const ts = await post('first');
    const updated = await bot.chat.update({ channel, ts, text: 'second' });
    expect(updated).toMatchObject({
      ok: true,
      channel,
      ts,
      text: 'second',
      // A bot edits as its B… id, in whole seconds. (vercel/chat, packages/adapter-slack/sample-messages.md)
      message: { edited: { user: slack.acme.botId, ts: expect.stringMatching(/^\d{10}\.000000$/) } },
    });
    expect(await newest()).toMatchObject({ ts, text: 'second', edited: { user: slack.acme.botId } });
    const frame = await socket.frame(({ subtype }) => subtype === 'message_changed');
    expect(frame).toMatchObject({
      type: 'message',
      channel,
      hidden: true,
      message: { text: 'second', edited: {} },
      previous_message: { text: 'first' },
    });
  });

  it('keeps the parts that are left out, and takes away what is empty', async () => {
    const blocks = [{ type: 'divider' }];
    const ts = await post('x', { blocks, attachments: [{ text: 'more' }] });
    await bot.chat.update({ channel, ts, text: 'y' });
    expect(await newest()).toMatchObject({ text: 'y', blocks: [{ type: 'divider' }], attachments: [{ text: 'more' }] });
    await bot.chat.update({ channel, ts, text: 'z', blocks: [], attachments: [] });
    const bare = await newest();
    expect(bare?.blocks).toMatchObject([{ type: 'rich_text' }]);
    expect(bare).not.toHaveProperty('attachments');
  });

  it('broadcasts an answer later', async () => {
    const root = await post('root');
    const ts = await post('answer', { thread_ts: root });
    await bot.chat.update({ channel, ts, text: 'answer', reply_broadcast: true });
    expect(await newest()).toMatchObject({ ts, subtype: 'thread_broadcast' });
    const late = { channel, ts: root, text: 'x', reply_broadcast: true } as const;
    expect(await refusal(bot.chat.update(late))).toBe('cant_broadcast_message');
  });

  it.each([
    ['message_not_found', { ts: '1.000000', text: 'x' }],
    ['message_not_found', { ts: 'today', text: 'x' }],
    ['no_text', {}],
    ['msg_too_long', { text: 'x'.repeat(40_001) }],
    ['invalid_attachments', { attachments: '{' }],
  ])('refuses with %s', async (error, fields) => {
    const ts = await post('x');
    expect(await refusal(bot.apiCall('chat.update', { channel, ts, ...fields }))).toBe(error);
  });

  it('is for one’s own messages only', async () => {
    const { ts } = await slack.control.say({ team: 'Acme', channel: 'general', user: 'bob', text: 'mine' });
    expect(await refusal(bot.chat.update({ channel, ts, text: 'x' }))).toBe('cant_update_message');
    expect(await refusal(ann.chat.update({ channel, ts, text: 'x' }))).toBe('cant_update_message');
  });
});

describe('chat.delete', () => {
  it('takes the message out of the history, and tells sockets', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    const before = await post('stays');
    const ts = await post('goes');
    expect(await bot.chat.delete({ channel, ts })).toMatchObject({ ok: true, channel, ts });
    expect((await newest())?.ts).toBe(before);
    const frame = await socket.frame(({ subtype }) => subtype === 'message_deleted');
    expect(frame).toMatchObject({ type: 'message', channel, deleted_ts: ts, previous_message: { text: 'goes' } });
    expect(await refusal(bot.chat.delete({ channel, ts }))).toBe('message_not_found');
  });

  it('leaves a tombstone above answers, and counts answers anew', async () => {
    const root = await post('root');
    const first = await post('one', { thread_ts: root });
    const second = await post('two', { thread_ts: root });
    await bot.chat.delete({ channel, ts: second });
    expect(await newest()).toMatchObject({ reply_count: 1, latest_reply: first });
    await bot.chat.delete({ channel, ts: root });
    const { messages } = await bot.conversations.replies({ channel, ts: root });
    expect(messages).toMatchObject([
      { subtype: 'tombstone', text: 'This message was deleted.', user: 'USLACKBOT', reply_count: 1 },
      { ts: first, text: 'one' },
    ]);
  });

  it('is for one’s own messages, and for administrators', async () => {
    const { ts } = await slack.control.say({ team: 'Acme', channel: 'general', user: 'bob', text: 'mine' });
    expect(await refusal(bot.chat.delete({ channel, ts }))).toBe('cant_delete_message');
    expect(await ann.chat.delete({ channel, ts })).toMatchObject({ ok: true });
  });
});

describe('chat.getPermalink', () => {
  it('leads to a message that was posted, also to one in a thread', async () => {
    const ts = await post('here');
    const reply = await post('there', { thread_ts: ts });
    const root = await bot.chat.getPermalink({ channel, message_ts: ts });
    expect(root.permalink).toBe(`https://acme.slack.com/archives/${channel}/p${ts.replace('.', '')}`);
    const inThread = await bot.chat.getPermalink({ channel, message_ts: reply });
    expect(inThread.permalink).toBe(
      `https://acme.slack.com/archives/${channel}/p${reply.replace('.', '')}?thread_ts=${ts}&cid=${channel}`,
    );
    const unknown = bot.chat.getPermalink({ channel, message_ts: '1.000000' });
    expect(await refusal(unknown)).toBe('message_not_found');
  });
});
