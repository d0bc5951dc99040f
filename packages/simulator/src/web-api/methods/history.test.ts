import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, installedSimulator } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
let channel: string;
let sent: string[];
let root: string;
beforeAll(async () => {
  slack = await installedSimulator();
  bot = clientOf(slack, slack.acme.botToken);
  ({ id: channel } = await slack.control.addChannel('Acme', { name: 'log' }));
  await slack.control.invite('Acme', channel, { user: 'bot' });
  sent = [];
  for (const text of ['a', 'b', 'c', 'd', 'e']) sent.push((await bot.chat.postMessage({ channel, text })).ts ?? '');
  root = sent[2] ?? '';
  for (const text of ['c1', 'c2', 'c3']) await bot.chat.postMessage({ channel, text, thread_ts: root });
});
afterAll(() => slack.stop());

const written = (messages: readonly { text?: string; subtype?: string }[] = []) =>
  messages.filter(({ subtype }) => subtype !== 'channel_join').map(({ text }) => text);

describe('conversations.history', () => {
  it('gives the newest first, without answers in threads', async () => {
    const { messages } = await bot.conversations.history({ channel });
    expect(written(messages)).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it.each([
    ['after the first', { oldest: 0 }, ['e', 'd', 'c', 'b']],
    ['from the first on', { oldest: 0, inclusive: true }, ['e', 'd', 'c', 'b', 'a']],
    ['between two', { oldest: 0, latest: 3 }, ['c', 'b']],
    ['between two and with them', { oldest: 0, latest: 3, inclusive: true }, ['d', 'c', 'b', 'a']],
  ])(
    'gives what is %s',
    async (_, { oldest, latest, inclusive }: { oldest: number; latest?: number; inclusive?: boolean }, texts) => {
      const range = { oldest: sent[oldest] ?? '', ...(latest !== undefined && { latest: sent[latest] ?? '' }) };
      const answer = await bot.conversations.history({ channel, ...range, inclusive: inclusive ?? false });
      expect(written(answer.messages)).toEqual(texts);
      expect(answer, 'the range comes back').toMatchObject(range);
    },
  );

  it('pages by cursor until there is no more', async () => {
    const pages: (string | undefined)[][] = [];
    for await (const page of bot.paginate('conversations.history', { channel, limit: 2, oldest: sent[0] })) {
      pages.push(written((page as { messages?: { text: string }[] }).messages ?? []));
    }
    expect(pages).toEqual([
      ['e', 'd'],
      ['c', 'b'],
    ]);
    expect(await bot.conversations.history({ channel, limit: 2 })).toMatchObject({ has_more: true });
    expect(await refusal(bot.conversations.history({ channel, cursor: 'x' }))).toBe('invalid_cursor');
    const generous = await bot.conversations.history({ channel, limit: 5000 });
    expect(written(generous.messages)).toHaveLength(5);
  });

  it('goes on at the same place when messages come and go between two pages', async () => {
    const { id } = await slack.control.addChannel('Acme', { name: 'busy' });
    await slack.control.invite('Acme', id, { user: 'bot' });
    const posted: string[] = [];
    for (const text of ['a', 'b', 'c']) posted.push((await bot.chat.postMessage({ channel: id, text })).ts ?? '');
    const page = await bot.conversations.history({ channel: id, limit: 2 });
    await bot.chat.delete({ channel: id, ts: posted[1] ?? '' });
    await bot.chat.postMessage({ channel: id, text: 'd' });
    const cursor = page.response_metadata?.next_cursor ?? '';
    const rest = await bot.conversations.history({ channel: id, limit: 2, cursor });
    expect(written(page.messages)).toEqual(['c', 'b']);
    expect(written(rest.messages)).toEqual(['a']);
  });

  it.each([
    ['channel_not_found', { channel: 'C0NOWHERE0' }],
    ['invalid_ts_oldest', { oldest: 'yesterday' }],
    ['invalid_ts_latest', { latest: 'today' }],
  ])('refuses with %s', async (error, fields) => {
    expect(await refusal(bot.apiCall('conversations.history', { channel, ...fields }))).toBe(error);
  });

  it('is for members, and for people in public channels', async () => {
    const random = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'random')?.id ?? '';
    expect(await refusal(bot.conversations.history({ channel: random }))).toBe('not_in_channel');
    const people = await slack.control.addChannel('Acme', { name: 'elsewhere', members: ['bob'] });
    const ann = clientOf(slack, slack.acme.userToken);
    expect(await ann.conversations.history({ channel: people.id })).toMatchObject({ ok: true });
  });

  it('of a private channel needs the scope of private channels', async () => {
    const app = await slack.control.addApp({ name: 'Reader', kind: 'granular', botScopes: ['channels:history'] });
    const { botToken } = await slack.control.install({ team: 'Acme', app: app.id });
    const secret = await slack.control.addChannel('Acme', { name: 'secret', isPrivate: true });
    await slack.control.invite('Acme', secret.id, { user: 'bot', app: app.id });
    expect(await call(slack, 'conversations.history', botToken, { channel: secret.id })).toEqual({
      ok: false,
      error: 'missing_scope',
      needed: 'groups:history',
      provided: 'channels:history',
    });
  });
});

describe('conversations.replies', () => {
  it('gives the thread, oldest first, also when it is named by an answer', async () => {
    const { messages = [] } = await bot.conversations.replies({ channel, ts: root });
    expect(messages.map(({ text }) => text)).toEqual(['c', 'c1', 'c2', 'c3']);
    expect(messages[0]).toMatchObject({ reply_count: 3, reply_users_count: 1, latest_reply: messages[3]?.ts });
    expect(messages[1]).toMatchObject({ thread_ts: root, parent_user_id: expect.any(String) });
    const byAnswer = await bot.conversations.replies({ channel, ts: messages[2]?.ts ?? '' });
    expect(byAnswer.messages).toHaveLength(4);
    const later = await bot.conversations.replies({ channel, ts: root, oldest: messages[2]?.ts ?? '' });
    expect(later.messages?.map(({ text }) => text)).toEqual(['c', 'c3']);
  });

  it('pages, and gives one message where there is no thread', async () => {
    const page = await bot.conversations.replies({ channel, ts: root, limit: 3 });
    expect(page).toMatchObject({ has_more: true, response_metadata: { next_cursor: expect.stringMatching(/./) } });
    const cursor = page.response_metadata?.next_cursor ?? '';
    const rest = await bot.conversations.replies({ channel, ts: root, limit: 3, cursor });
    expect(rest.messages?.map(({ text }) => text)).toEqual(['c3']);
    const single = await bot.conversations.replies({ channel, ts: sent[0] ?? '' });
    expect(single.messages?.map(({ text }) => text)).toEqual(['a']);
    expect(await refusal(bot.conversations.replies({ channel, ts: '1.000000' }))).toBe('thread_not_found');
  });
});
