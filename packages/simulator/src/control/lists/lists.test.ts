/** Lists across conversations: what is for somebody, what they find, what apps scheduled, the files that they see. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { installedSimulator } from '../../../test/support/slack.ts';
import type { Notification, ScheduledInfo, SearchAnswer } from './list-schema.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let bot: WebClient;
beforeAll(async () => {
  slack = await installedSimulator();
  bot = new WebClient(slack.acme.botToken, { slackApiUrl: slack.apiUrl });
});
afterAll(() => slack.stop());

const get = async <Answer>(path: string): Promise<Answer> => {
  const response = await fetch(`${slack.url}/_sim/teams/Acme${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};
const idOf = async (name: string) =>
  (await slack.control.team('Acme')).users.find((one) => one.name === name)?.id ?? '';
const say = (user: string, channel: string, text: string, threadTs?: string) =>
  slack.control.say({ team: 'Acme', channel, user, text, ...(threadTs && { threadTs }) });

describe('notifications', () => {
  it('are mentions, direct messages, and answers in threads that one is in; newest first', async () => {
    const ann = await idOf('ann');
    await say('bob', 'random', 'not for her');
    await say('bob', 'random', `look <@${ann}>`);
    await say('bob', 'random', '<!here> everybody');
    const { ts } = await say('ann', 'random', 'a question');
    await say('bob', 'random', 'an answer', ts);
    await slack.control.act({ kind: 'open_dm', team: 'Acme', user: 'bob', users: ['ann'] });
    const { channel = '' } = await slack.control.act({ kind: 'open_dm', team: 'Acme', user: 'ann', users: ['bob'] });
    await say('bob', channel, 'psst');
    const { notifications } = await get<{ notifications: Notification[] }>('/notifications?user=ann');
    expect(notifications.map(({ reason, message }) => [reason, message.text])).toEqual([
      ['direct', 'psst'],
      ['thread', 'an answer'],
      ['everybody', '<!here> everybody'],
      ['mention', `look <@${ann}>`],
    ]);
    expect(notifications.every(({ isUnread }) => isUnread)).toBe(true);
    const own = await get<{ notifications: Notification[] }>('/notifications?user=bob');
    expect(own.notifications.map(({ message }) => message.text)).toEqual([]);
  });
});

describe('the search', () => {
  it('takes words and modifiers, and finds what somebody may read', async () => {
    await say('ann', 'general', 'the red balloon');
    await say('bob', 'general', 'a blue balloon');
    await slack.control.addChannel('Acme', { name: 'secret', isPrivate: true, members: ['bob'] });
    await say('bob', 'secret', 'a hidden balloon');
    const texts = async (query: string, user = 'ann') =>
      (await get<SearchAnswer>(`/search?${new URLSearchParams({ query, user })}`)).matches.map(
        ({ message }) => message.text,
      );
    expect(await texts('balloon')).toEqual(['a blue balloon', 'the red balloon']);
    expect(await texts('balloon', 'bob')).toEqual(['a hidden balloon', 'a blue balloon', 'the red balloon']);
    expect(await texts('balloon from:@ann')).toEqual(['the red balloon']);
    expect(await texts('from:me balloon', 'bob')).toEqual(['a hidden balloon', 'a blue balloon']);
    expect(await texts('balloon -red in:#general')).toEqual(['a blue balloon']);
    expect(await texts('balloon in:#secret')).toEqual([]);
    expect(await texts('"blue ball"')).toEqual(['a blue balloon']);
  });
});

describe('scheduled messages', () => {
  it('are listed by their time, and can be cancelled', async () => {
    const channel = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'general')?.id ?? '';
    const now = Math.floor((await slack.control.clock()).nowMs / 1_000);
    await bot.chat.scheduleMessage({ channel, post_at: now + 900, text: 'second' });
    await bot.chat.scheduleMessage({ channel, post_at: now + 600, text: 'first' });
    const list = async () => (await get<{ scheduled: ScheduledInfo[] }>('/scheduled?user=ann')).scheduled;
    const before = await list();
    expect(before).toMatchObject([
      { text: 'first', channel, app: 'A0SIMULATE', postAtMs: (now + 600) * 1_000 },
      { text: 'second' },
    ]);
    const cancel = () => fetch(`${slack.url}/_sim/teams/Acme/scheduled/${before[0]?.id}`, { method: 'DELETE' });
    expect((await cancel()).status).toBe(200);
    expect((await cancel()).status).toBe(404);
    expect((await list()).map(({ text }) => text)).toEqual(['second']);
    expect((await bot.chat.scheduledMessages.list({ channel })).scheduled_messages).toHaveLength(1);
  });
});

describe('files', () => {
  const share = async (name: string, text: string) =>
    (
      await slack.control.act({
        kind: 'share_file',
        team: 'Acme',
        channel: 'general',
        user: 'ann',
        name,
        content: { text },
      })
    ).file;
  const read = async (file: string | undefined, user: string) =>
    await fetch(`${slack.url}/_sim/teams/Acme/files/${file}/content?user=${user}`);

  it('are given to who may see them, and never as a page of the simulator', async () => {
    const page = await read(await share('a.html', '<script>alert(1)</script>'), 'bob');
    expect(page.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain('sandbox');
    expect(page.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(await page.text()).toBe('<script>alert(1)</script>');
    const { file } = await slack.control.act({
      kind: 'upload_file',
      team: 'Acme',
      user: 'ann',
      name: 'own.txt',
      content: { text: 'mine' },
    });
    expect((await read(file, 'ann')).status).toBe(200);
    expect((await read(file, 'bob')).status).toBe(404);
    expect((await read('F0NOTHING', 'ann')).status).toBe(404);
  });
});

describe('pictures from elsewhere', () => {
  it('are fetched when asked for, if they are pictures of a bounded size', async () => {
    const elsewhere = createServer((request, response) => {
      if (request.url === '/a.png') return response.writeHead(200, { 'content-type': 'image/png' }).end('png');
      if (request.url === '/big.png')
        return response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(11 << 20));
      return response.writeHead(200, { 'content-type': 'text/html' }).end('<script>');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void elsewhere.close());
    const { port } = elsewhere.address() as AddressInfo;
    const ask = async (url: string, headers = {}) =>
      await fetch(`${slack.url}/_sim/pictures`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ url }),
      });
    const picture = await ask(`http://127.0.0.1:${port}/a.png`);
    expect([picture.status, picture.headers.get('content-type'), await picture.text()]).toEqual([
      200,
      'image/png',
      'png',
    ]);
    expect(await (await ask(`http://127.0.0.1:${port}/a.html`)).json()).toMatchObject({
      error: { message: `No picture from 127.0.0.1:${port}: it is text/html, not a picture` },
    });
    expect((await ask(`http://127.0.0.1:${port}/big.png`)).status).toBe(400);
    expect((await ask('file:///etc/passwd')).status).toBe(400);
    expect((await ask(`http://127.0.0.1:${port}/a.png`, { origin: 'http://evil.example' })).status).toBe(403);
  });
});
