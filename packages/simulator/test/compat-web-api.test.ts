/** @slack/web-api as its users have it; only the base URL is changed. */
import { ErrorCode, WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedSimulator } from './support/slack.ts';

let slack: Awaited<ReturnType<typeof installedSimulator>>;
let client: WebClient;
beforeAll(async () => {
  slack = await installedSimulator();
  client = new WebClient(slack.acme.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
});
afterAll(() => slack.stop());

describe('@slack/web-api', () => {
  it('knows who it is, and reads the scopes from the headers', async () => {
    const who = await client.auth.test();
    expect(who).toMatchObject({ ok: true, team: 'Acme', user_id: slack.acme.botUserId, bot_id: slack.acme.botId });
    expect(who.response_metadata?.scopes).toEqual(['identify', 'bot:basic']);
  });

  it('posts text, blocks and answers in threads, and reads them back', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*hello*' } }];
    const root = await client.chat.postMessage({ channel: '#general', text: 'hello', blocks });
    await client.chat.postMessage({ channel: root.channel ?? '', text: 'below', thread_ts: root.ts ?? '' });
    const { messages } = await client.conversations.history({ channel: root.channel ?? '' });
    expect(messages).toMatchObject([{ text: 'hello', reply_count: 1, blocks: [{ type: 'section' }] }]);
  });

  it('pages through everything by itself', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await slack.control.addChannel('Acme', { name });
    const names: string[] = [];
    for await (const page of client.paginate('conversations.list', { limit: 2 })) {
      for (const { name } of (page as { channels?: { name: string }[] }).channels ?? []) names.push(name);
    }
    expect(names).toEqual(['general', 'random', 'a', 'b', 'c', 'd', 'e']);
  });

  it('opens a direct message and writes to a person', async () => {
    const { members } = await client.users.list({});
    const ann = members?.find(({ name }) => name === 'ann')?.id ?? '';
    const { channel } = await client.conversations.open({ users: ann });
    await client.chat.postMessage({ channel: channel?.id ?? '', text: 'psst' });
    expect(await slack.control.messages({ team: 'Acme', to: 'bot' })).toMatchObject([{ text: 'psst' }]);
  });

  it('throws Slack’s codes, waits after 429, and survives HTML', async () => {
    const error = { code: ErrorCode.PlatformError, data: expect.objectContaining({ error: 'user_not_found' }) };
    await expect(client.users.info({ user: 'U0NOBODY00' })).rejects.toMatchObject(error);
    const patient = new WebClient(slack.acme.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 1 } });
    await slack.control.fault({ kind: 'rate_limit', method: 'team.info', retryAfterSeconds: 0, count: 1 });
    expect((await patient.team.info()).team?.name).toBe('Acme');
    await slack.control.fault({ kind: 'server_error', method: 'team.info', count: 1 });
    await expect(client.team.info()).rejects.toThrow();
  });
});
