/** The events of private channels and of direct messages of several, which have names of their own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppServer } from '../../test/support/app-server.ts';
import { call, installedSimulator, type Json } from '../../test/support/slack.ts';

const SUBSCRIPTIONS = [
  'group_archive',
  'group_unarchive',
  'group_deleted',
  'group_left',
  'group_open',
  'group_close',
  'file_change',
];

let app: AppServer;
let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  app = await AppServer.start();
  slack = await installedSimulator({
    app: { kind: 'classic', requestUrl: app.url, eventSubscriptions: SUBSCRIPTIONS },
  });
});
afterAll(async () => {
  await slack.stop();
  await app[Symbol.asyncDispose]();
});

const bot = (method: string, fields: Record<string, string>) => call(slack, method, slack.acme.botToken, fields);
const ofType = (type: string) => app.event((event: Json) => event.type === type);

describe('a private channel of the bot', () => {
  it('says group_archive, group_unarchive and group_deleted to its members', async () => {
    const { id } = await slack.control.addChannel('Acme', { name: 'secret', isPrivate: true });
    await slack.control.invite('Acme', id, { user: 'bot' });
    const there = { team: 'Acme', channel: id };
    await slack.control.act({ ...there, kind: 'archive' });
    expect(await ofType('group_archive')).toMatchObject({ channel: id });
    await slack.control.act({ ...there, kind: 'unarchive' });
    expect(await ofType('group_unarchive')).toMatchObject({ channel: id, actor_id: expect.stringMatching(/^U/) });
    await slack.control.changeTeam('Acme', { kind: 'delete_channel', channel: id });
    expect(await ofType('group_deleted')).toMatchObject({ channel: id });
  });

  it('says group_left to who goes', async () => {
    const { id } = await slack.control.addChannel('Acme', { name: 'hidden', isPrivate: true });
    await slack.control.invite('Acme', id, { user: 'bot' });
    await bot('conversations.leave', { channel: id });
    expect(await ofType('group_left')).toMatchObject({ channel: id });
  });
});

describe('a direct message of several', () => {
  it('says group_close and group_open', async () => {
    const { users } = await slack.control.team('Acme');
    const people = users.filter(({ isBot }) => !isBot).map(({ id }) => id);
    const { channel } = await bot('conversations.open', { users: people.join(',') });
    const { id } = channel as { id: string };
    await bot('conversations.close', { channel: id });
    expect(await ofType('group_close')).toMatchObject({ channel: id });
    await bot('conversations.open', { channel: id });
    expect(await ofType('group_open')).toMatchObject({ channel: id });
  });
});

describe('a file', () => {
  it('says file_change when its public link is taken back', async () => {
    const { userToken } = slack.acme;
    const { file = '' } = await slack.control.act({
      team: 'Acme',
      channel: 'general',
      kind: 'share_file',
      name: 'a.txt',
      content: { text: 'a' },
    });
    await call(slack, 'files.sharedPublicURL', userToken, { file });
    await call(slack, 'files.revokePublicURL', userToken, { file });
    expect(await ofType('file_change')).toMatchObject({ file_id: file });
  });
});
