import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, installedSimulator } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

const URL_SHOWN = 'https://example.com/item/1';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
let channel: string;
let ts: string;
beforeAll(async () => {
  slack = await installedSimulator();
  bot = clientOf(slack, slack.acme.botToken);
  const said = await slack.control.say({ team: 'Acme', channel: 'general', text: `look at ${URL_SHOWN}` });
  ({ channel, ts } = said);
});
afterAll(() => slack.stop());

const attachments = async () => (await bot.conversations.history({ channel, limit: 1 })).messages?.[0]?.attachments;

describe('chat.unfurl', () => {
  it('puts a preview under the message, once, and tells sockets', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    await bot.chat.unfurl({ channel, ts, unfurls: { [URL_SHOWN]: { title: 'Item 1' } } });
    await bot.chat.unfurl({ channel, ts, unfurls: { [URL_SHOWN]: { title: 'Item one' } } });
    expect(await attachments()).toMatchObject([
      { id: 1, title: 'Item one', from_url: URL_SHOWN, app_unfurl_url: URL_SHOWN, is_app_unfurl: true },
    ]);
    const frame = await socket.frame(({ subtype }) => subtype === 'message_changed');
    expect(frame).toMatchObject({ message: { ts, attachments: [{ title: 'Item 1' }] } });
    expect(frame.message).not.toHaveProperty('edited');
  });

  it('takes the unfurl_id of the event', async () => {
    using socket = await connect(slack, slack.acme.botToken);
    await slack.control.say({ team: 'Acme', channel: 'general', text: `and ${URL_SHOWN}` });
    const event = await socket.frame(({ type }) => type === 'link_shared');
    await bot.apiCall('chat.unfurl', {
      unfurl_id: event.unfurl_id,
      source: 'conversations_history',
      unfurls: { [URL_SHOWN]: { title: 'By id' } },
    });
    expect(await attachments()).toMatchObject([{ title: 'By id' }]);
  });

  it.each([
    ['missing_channel', {}],
    ['missing_ts', { channel: 'C' }],
    ['missing_source', { unfurl_id: 'x' }],
    ['missing_unfurl_id', { source: 'composer' }],
    ['invalid_source', { unfurl_id: 'x', source: 'paper' }],
    ['invalid_unfurl_id', { unfurl_id: 'x', source: 'composer' }],
    ['cannot_find_channel', { channel: 'C0NOWHERE0', ts: '1.000000' }],
  ])('refuses with %s', async (error, fields) => {
    expect(await refusal(bot.apiCall('chat.unfurl', fields))).toBe(error);
  });

  it('takes previews of links in that message only', async () => {
    const unfurl = (unfurls: unknown) => bot.apiCall('chat.unfurl', { channel, ts, unfurls });
    expect(await refusal(unfurl({ 'https://other.example': { title: 'x' } }))).toBe('cannot_unfurl_url');
    expect(await refusal(unfurl({ [URL_SHOWN]: 'x' }))).toBe('cannot_parse_attachment');
    expect(await refusal(unfurl('['))).toBe('invalid_unfurls_format');
    expect(await refusal(unfurl(undefined))).toBe('missing_unfurls');
  });
});
