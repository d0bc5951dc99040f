import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, installedSimulator } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
let channel: string;
beforeAll(async () => {
  slack = await installedSimulator({ clock: { mode: 'manual', startMs: 1_795_400_000_000 } });
  bot = clientOf(slack, slack.acme.botToken);
  channel = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
});
afterAll(() => slack.stop());

const inSeconds = async (seconds: number) => Math.floor((await slack.control.clock()).nowMs / 1000) + seconds;
const newestText = async () => (await bot.conversations.history({ channel, limit: 1 })).messages?.[0]?.text;
const listed = async () => (await bot.chat.scheduledMessages.list({ channel })).scheduled_messages;

describe('chat.scheduleMessage', () => {
  it('posts when the clock gets there, and not before', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    const postAt = await inSeconds(3600);
    const scheduled = await bot.chat.scheduleMessage({ channel, post_at: postAt, text: 'good morning' });
    expect(scheduled).toMatchObject({
      channel,
      post_at: postAt,
      scheduled_message_id: expect.stringMatching(/^Q/),
      message: { type: 'message', text: 'good morning', bot_id: slack.acme.botId },
    });
    expect(await listed()).toEqual([
      {
        id: scheduled.scheduled_message_id,
        channel_id: channel,
        post_at: postAt,
        date_created: await inSeconds(0),
        text: 'good morning',
      },
    ]);
    await slack.control.advance(3_599_000);
    expect(await newestText()).not.toBe('good morning');
    await slack.control.advance(1000);
    expect(await newestText()).toBe('good morning');
    expect(await socket.frame(({ text }) => text === 'good morning')).toMatchObject({ ts: `${postAt}.000000` });
    expect(await listed()).toEqual([]);
  });

  it('posts nothing where the app may no longer write', async () => {
    const random = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'random')?.id ?? '';
    const ann = clientOf(slack, slack.acme.userToken);
    await bot.chat.scheduleMessage({ channel: random, post_at: await inSeconds(60), text: 'too late' });
    await ann.conversations.archive({ channel: random });
    await slack.control.advance(60_000);
    const messages = await slack.control.messages({ team: 'Acme', channel: 'random' });
    expect(messages.map(({ text }) => text)).not.toContain('too late');
    expect((await bot.chat.scheduledMessages.list()).scheduled_messages).toEqual([]);
  });

  it.each([
    ['time_in_past', { post_at: 1_700_000_000, text: 'x' }],
    ['time_too_far', { post_at: 1_900_000_000, text: 'x' }],
    ['invalid_time', { post_at: 'tomorrow', text: 'x' }],
    ['invalid_arguments', { text: 'x' }],
    ['no_text', { post_at: 1_795_500_000 }],
  ])('refuses with %s', async (error, fields) => {
    expect(await refusal(bot.apiCall('chat.scheduleMessage', { channel, ...fields }))).toBe(error);
  });

  it('takes at most 30 for the same channel within 5 minutes', async () => {
    const postAt = await inSeconds(10_000);
    for (let index = 0; index < 30; index++) {
      await bot.chat.scheduleMessage({ channel, post_at: postAt + index, text: `${index}` });
    }
    const one = bot.chat.scheduleMessage({ channel, post_at: postAt, text: 'one too many' });
    expect(await refusal(one)).toBe('restricted_too_many');
    const page = await bot.chat.scheduledMessages.list({ channel, limit: 20 });
    expect(page.scheduled_messages).toHaveLength(20);
    const cursor = page.response_metadata?.next_cursor ?? '';
    const rest = await bot.chat.scheduledMessages.list({ channel, limit: 20, cursor });
    expect(rest.scheduled_messages).toHaveLength(10);
    expect(await refusal(bot.chat.scheduledMessages.list({ cursor: 'nonsense' }))).toBe('invalid_cursor');
  });
});

describe('chat.deleteScheduledMessage', () => {
  it('keeps the message from being posted, until a minute before', async () => {
    const { scheduled_message_id: id = '' } = await bot.chat.scheduleMessage({
      channel,
      post_at: await inSeconds(500),
      text: 'never',
    });
    const other = await bot.chat.scheduleMessage({ channel, post_at: await inSeconds(500), text: 'surely' });
    expect(await bot.chat.deleteScheduledMessage({ channel, scheduled_message_id: id })).toMatchObject({ ok: true });
    await slack.control.advance(450_000);
    const late = { channel, scheduled_message_id: other.scheduled_message_id ?? '' };
    expect(await refusal(bot.chat.deleteScheduledMessage(late))).toBe('invalid_scheduled_message_id');
    await slack.control.advance(50_000);
    const { messages = [] } = await bot.conversations.history({ channel });
    expect(messages.map(({ text }) => text)).toContain('surely');
    expect(messages.map(({ text }) => text)).not.toContain('never');
  });
});

describe('chat.scheduledMessages.list', () => {
  it('knows its channels', async () => {
    expect(await refusal(bot.chat.scheduledMessages.list({ channel: 'C0NOWHERE0' }))).toBe('invalid_channel');
  });
});
