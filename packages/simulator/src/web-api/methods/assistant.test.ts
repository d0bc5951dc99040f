import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedSimulator } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
let dm: string;
let ts: string;
beforeAll(async () => {
  slack = await installedSimulator({ clock: { mode: 'manual' } });
  bot = clientOf(slack, slack.acme.botToken);
  ({ channel: dm, ts } = await slack.control.say({ team: 'Acme', to: 'bot', text: 'help' }));
});
afterAll(() => slack.stop());

const place = () => ({ channel_id: dm, thread_ts: ts });
const thread = async () => (await slack.control.assistantThreads('Acme', dm))[0];

describe('assistant.threads', () => {
  it('setTitle shows on the first message of the thread', async () => {
    await bot.assistant.threads.setTitle({ ...place(), title: 'Holidays' });
    const { messages } = await bot.conversations.replies({ channel: dm, ts });
    expect(messages?.[0]).toMatchObject({ assistant_app_thread: { title: 'Holidays' } });
  });

  it('setStatus shows until two minutes have passed', async () => {
    await bot.assistant.threads.setStatus({ ...place(), status: 'is thinking', loading_messages: ['Counting'] });
    await slack.control.advance(60_000);
    expect(await thread()).toMatchObject({ threadTs: ts, status: 'is thinking', loadingMessages: ['Counting'] });
    await bot.assistant.threads.setStatus({ ...place(), status: 'is writing' });
    await slack.control.advance(119_000);
    expect(await thread()).toMatchObject({ status: 'is writing', loadingMessages: [] });
    await slack.control.advance(1000);
    expect(await thread()).toMatchObject({ status: '' });
  });

  it('setStatus ends with an empty status, and with an answer', async () => {
    await bot.assistant.threads.setStatus({ ...place(), status: 'is thinking' });
    await bot.assistant.threads.setStatus({ ...place(), status: '' });
    expect(await thread()).toMatchObject({ status: '' });
    await bot.assistant.threads.setStatus({ ...place(), status: 'is thinking' });
    await bot.chat.postMessage({ channel: dm, thread_ts: ts, text: 'here you are' });
    expect(await thread()).toMatchObject({ status: '' });
  });

  it('setSuggestedPrompts offers at most four', async () => {
    const prompts = ['a', 'b', 'c', 'd', 'e'].map((title) => ({ title, message: `${title}?` }));
    await bot.apiCall('assistant.threads.setSuggestedPrompts', { ...place(), title: 'Try', prompts });
    expect(await thread()).toMatchObject({ promptsTitle: 'Try', prompts: prompts.slice(0, 4) });
  });

  it('refuse a thread that is not there', async () => {
    const nowhere = { channel_id: dm, thread_ts: '1.000000' };
    expect(await refusal(bot.assistant.threads.setStatus({ ...nowhere, status: 'x' }))).toBe('invalid_thread_ts');
    const elsewhere = bot.assistant.threads.setTitle({ channel_id: 'C0NOWHERE0', thread_ts: ts, title: 'x' });
    expect(await refusal(elsewhere)).toBe('channel_not_found');
  });
});

describe('emoji.list', () => {
  it('has what was added, and no longer what was taken away', async () => {
    expect((await bot.emoji.list({})).emoji).toMatchObject({ shipit: 'alias:squirrel' });
    const value = 'https://example.com/party.png';
    await slack.control.changeTeam('Acme', { kind: 'emoji', name: 'party', value });
    expect((await bot.emoji.list({ include_categories: true })) as object).toMatchObject({
      emoji: { party: value },
      categories: expect.arrayContaining([expect.objectContaining({ name: 'Symbols' })]),
    });
    await slack.control.changeTeam('Acme', { kind: 'emoji', name: 'party' });
    expect((await bot.emoji.list({})).emoji).not.toHaveProperty('party');
  });
});
