/** What a foreign app needs to be set up: an address of its own, webhooks, and to see everything that it posted. */
import { WebClient } from '@slack/web-api';
import { expect, it } from 'vitest';
import { startSimulator } from '../src/index.ts';
import { AppServer } from './support/app-server.ts';

it('gives out its public URL wherever a client is led back: commands, sockets, files, webhooks, pages', async () => {
  await using app = await AppServer.start();
  const publicUrl = 'https://slack.example:8443';
  await using slack = await startSimulator({ publicUrl, app: { kind: 'granular', requestUrl: app.url } });
  const { control } = slack;
  expect([slack.url, slack.apiUrl, (await control.status()).apiUrl]).toEqual([
    publicUrl,
    `${publicUrl}/api/`,
    `${publicUrl}/api/`,
  ]);
  const { botToken } = await control.install({ team: 'Acme', scopes: ['files:write', 'commands', 'chat:write'] });
  const { responseUrl } = await control.act({ kind: 'slash', team: 'Acme', channel: 'general', command: '/x' });
  expect(responseUrl).toMatch(/^https:\/\/slack\.example:8443\/commands\//);
  const api = `${control.url}/api/`;
  const client = new WebClient(botToken, { slackApiUrl: api });
  const { upload_url: uploadUrl } = await client.files.getUploadURLExternal({ filename: 'a.txt', length: 1 });
  expect(uploadUrl).toMatch(/^https:\/\/slack\.example:8443\/upload\//);
  const appToken = (await control.apps())[0]?.appLevelToken ?? '';
  const { app: on } = await control.updateApp('A0SIMULATE', { isSocketModeOn: true });
  expect(on.isSocketModeOn).toBe(true);
  const { url } = await new WebClient(appToken, { slackApiUrl: api }).apps.connections.open({});
  expect(url).toMatch(/^wss:\/\/slack\.example:8443\/link\//);
  expect((await control.addWebhook({ team: 'Acme', channel: 'general' })).url).toMatch(`${publicUrl}/services/T`);
  const named = await fetch(`${control.url}/_sim`, { headers: { host: 'slack.example:8443' } });
  expect(named.status).toBe(200);
});

it('listens on every address and names one that can be called', async () => {
  await using app = await AppServer.start();
  await using slack = await startSimulator({ host: '0.0.0.0', allowRemote: true, app: { requestUrl: app.url } });
  await slack.control.install({ team: 'Acme' });
  const { responseUrl = '' } = await slack.control.act({
    kind: 'slash',
    team: 'Acme',
    channel: 'general',
    command: '/x',
  });
  expect(responseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/commands\//);
  expect((await fetch(responseUrl, { method: 'POST', body: JSON.stringify({ text: 'hi' }) })).status).toBe(200);
});

it.each(['slack:4400', 'ftp://slack', 'http://slack/path', 'http://slack?x=1', ''])(
  'refuses %j as a public URL',
  async (publicUrl) => {
    await expect(startSimulator({ publicUrl })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('for example http://slack:4400'),
    });
  },
);

it('has the incoming webhooks of its seed, by the secrets that it says', async () => {
  const seed = {
    teams: [{ id: 'T0ACME', name: 'Acme', channels: ['alerts'] }],
    installs: [{ team: 'Acme' }],
    webhooks: [{ team: 'Acme', channel: 'alerts', secret: 'xxxxtestsecret' }],
  };
  await using slack = await startSimulator({ seed });
  const [webhook] = await slack.control.webhooks();
  expect(webhook?.url).toMatch(/\/services\/T0ACME\/B[0-9A-Z]+\/xxxxtestsecret$/);
  const posted = await fetch(webhook?.url ?? '', { method: 'POST', body: '{"text":"on fire"}' });
  expect([posted.status, await posted.text()]).toEqual([200, 'ok']);
  expect(await slack.control.messages({ team: 'Acme', channel: 'alerts' })).toMatchObject([
    { text: 'on fire', isBot: true },
  ]);
  const nowhere = startSimulator({ seed: { ...seed, installs: [] } });
  await expect(nowhere).rejects.toMatchObject({
    code: 'invalid_seed',
    message: expect.stringContaining('webhooks[0]'),
  });
});

it('shows blocks, attachments, files, reactions and the subtype of messages, and those of ephemerals', async () => {
  await using slack = await startSimulator({ app: { kind: 'granular' } });
  const { botToken } = await slack.control.install({ team: 'Acme', scopes: ['chat:write'] });
  const client = new WebClient(botToken, { slackApiUrl: slack.apiUrl });
  const place = { team: 'Acme', channel: 'general' };
  const [bob] = (await slack.control.team('Acme')).users.filter(({ name }) => name === 'bob');
  const divider = { type: 'divider', block_id: 'line' } as const;
  const content = { channel: '#general', text: 'look', blocks: [divider], attachments: [{ text: 'old' }] };
  const { ts = '' } = await client.chat.postMessage(content);
  await slack.control.act({ ...place, user: 'bob', kind: 'react', ts, emoji: 'eyes' });
  await slack.control.act({ ...place, kind: 'share_file', name: 'a.txt', content: { text: 'x' } });
  await slack.control.act({ ...place, kind: 'set_topic', topic: 'new' });
  const shown = await slack.control.messages(place);
  expect(shown.find((one) => one.ts === ts)).toMatchObject({
    blocks: [divider],
    attachments: [{ text: 'old' }],
    reactions: [{ name: 'eyes', users: [bob?.id] }],
  });
  expect(shown.flatMap(({ files = [] }) => files)).toMatchObject([{ name: 'a.txt', mimetype: 'text/plain' }]);
  expect(shown.map(({ subtype }) => subtype)).toContain('channel_topic');
  await client.chat.postEphemeral({ ...content, user: bob?.id ?? '' });
  expect(await slack.control.ephemerals({ ...place, user: 'bob' })).toMatchObject([
    { text: 'look', blocks: [divider] },
  ]);
});
