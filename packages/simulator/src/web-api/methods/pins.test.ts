import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, installedSimulator } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
let channel: string;
beforeAll(async () => {
  slack = await installedSimulator();
  bot = clientOf(slack, slack.acme.botToken);
  channel = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
});
afterAll(() => slack.stop());

const post = async (text: string) => (await bot.chat.postMessage({ channel, text })).ts ?? '';

describe('pins', () => {
  it('are listed, counted in the history and told to sockets, until they are taken off', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    const timestamp = await post('keep');
    await bot.pins.add({ channel, timestamp });
    expect((await bot.pins.list({ channel })).items).toMatchObject([
      {
        type: 'message',
        channel,
        created_by: slack.acme.botUserId,
        created: expect.any(Number),
        message: { ts: timestamp, text: 'keep', pinned_to: [channel], permalink: expect.any(String) },
      },
    ]);
    const history = await bot.conversations.history({ channel });
    expect(history).toMatchObject({
      pin_count: 1,
      messages: expect.arrayContaining([expect.objectContaining({ pinned_to: [channel] })]),
    });
    const added = await socket.frame(({ type }) => type === 'pin_added');
    expect(added).toMatchObject({ user: slack.acme.botUserId, channel_id: channel, pin_count: 1 });
    expect(await refusal(bot.pins.add({ channel, timestamp }))).toBe('already_pinned');
    await bot.pins.remove({ channel, timestamp });
    expect((await bot.pins.list({ channel })).items).toEqual([]);
    await socket.frame(({ type }) => type === 'pin_removed');
    expect(await refusal(bot.pins.remove({ channel, timestamp }))).toBe('no_pin');
  });

  it('go with their message', async () => {
    const timestamp = await post('gone');
    await bot.pins.add({ channel, timestamp });
    await bot.chat.delete({ channel, ts: timestamp });
    expect((await bot.pins.list({ channel })).items).toEqual([]);
  });

  it('need a message in a channel of the caller', async () => {
    expect(await refusal(bot.apiCall('pins.add', { channel }))).toBe('no_item_specified');
    expect(await refusal(bot.apiCall('pins.remove', { channel }))).toBe('no_item_specified');
    // (slackapi/java-slack-sdk, test_with_remote_apis/methods/pins_Test.java)
    expect(await refusal(bot.apiCall('pins.add', { channel, file: 'F0FILE0001' }))).toBe('no_item_specified');
    expect(await refusal(bot.apiCall('pins.remove', { channel, file: 'F0FILE0001' }))).toBe('no_pin');
    expect(await refusal(bot.pins.add({ channel, timestamp: 'x' }))).toBe('bad_timestamp');
    expect(await refusal(bot.pins.add({ channel, timestamp: '1.000000' }))).toBe('message_not_found');
    expect(await refusal(bot.pins.list({ channel: 'C0NOWHERE0' }))).toBe('channel_not_found');
    const { ts, channel: random } = await slack.control.say({ team: 'Acme', channel: 'random', text: 'x' });
    expect(await refusal(bot.pins.add({ channel: random, timestamp: ts }))).toBe('not_in_channel');
  });
});
