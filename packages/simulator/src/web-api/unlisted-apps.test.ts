/**
 * What an app reads that is sold outside Slack's Marketplace: once a minute, and 15 messages.
 * (https://docs.slack.dev/changelog/2025/05/29/tos-updates)
 */
import type { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedSimulator } from '../../test/support/slack.ts';
import { clientOf } from '../../test/support/web-client.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
let channel: string;
let root: string;
beforeEach(async () => {
  slack = await installedSimulator({ clock: { mode: 'manual' }, teams: 2, app: { isUnlisted: true } });
  bot = clientOf(slack, slack.acme.botToken);
  ({ id: channel } = await slack.control.addChannel('Acme', { name: 'log', members: ['ann'] }));
  await slack.control.invite('Acme', channel, { user: 'bot' });
  ({ ts: root } = await slack.control.say({ team: 'Acme', channel, text: 'root' }));
  for (let count = 0; count < 20; count++) {
    await slack.control.say({ team: 'Acme', channel, text: `reply ${count}`, threadTs: root });
    await slack.control.say({ team: 'Acme', channel, text: `message ${count}` });
  }
});
afterEach(() => slack.stop());

const minuteLater = () => slack.control.advance(60_000);

describe('an unlisted app', () => {
  it.each(['conversations.history', 'conversations.replies'])('calls %s once a minute', async (method) => {
    const read = () => bot.apiCall(method, { channel, ts: root });
    await read();
    await expect(read()).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 60 });
    await slack.control.advance(59_000);
    await expect(read()).rejects.toMatchObject({ retryAfter: 1 });
    await slack.control.advance(1000);
    expect(await read()).toMatchObject({ ok: true });
  });

  it('may read each of the two in a minute, in each workspace, and everything else as ever', async () => {
    const globex = await slack.control.install({ team: 'Globex' });
    const { channels } = await slack.control.team('Globex');
    const there = channels.find(({ name }) => name === 'general')?.id ?? '';
    await bot.conversations.history({ channel });
    await bot.conversations.replies({ channel, ts: root });
    await clientOf(slack, globex.botToken).conversations.history({ channel: there });
    for (let count = 0; count < 3; count++) await bot.conversations.info({ channel });
    await expect(bot.conversations.history({ channel })).rejects.toMatchObject({ retryAfter: 60 });
  });

  it('gets 15 messages, whatever it asks for, and the rest by the cursor', async () => {
    const whole = await bot.conversations.history({ channel, limit: 200 });
    expect(whole.messages).toHaveLength(15);
    await minuteLater();
    const cursor = whole.response_metadata?.next_cursor ?? '';
    const rest = await bot.conversations.history({ channel, cursor });
    expect(rest.messages?.at(0)).toMatchObject({ text: 'message 4' });
    const replies = await bot.conversations.replies({ channel, ts: root });
    expect(replies).toMatchObject({ has_more: true });
    expect(replies.messages).toHaveLength(15);
    await minuteLater();
    expect((await bot.conversations.history({ channel, limit: 2 })).messages).toHaveLength(2);
  });

  it('is one by a switch, and no longer', async () => {
    await slack.control.updateApp(slack.acme.app, { isUnlisted: false });
    for (let count = 0; count < 3; count++) await bot.conversations.history({ channel });
    expect((await bot.conversations.history({ channel, limit: 200 })).messages?.length).toBeGreaterThan(20);
    await slack.control.updateApp(slack.acme.app, { isUnlisted: true });
    await bot.conversations.history({ channel });
    await expect(bot.conversations.history({ channel })).rejects.toMatchObject({ retryAfter: 60 });
  });
});
