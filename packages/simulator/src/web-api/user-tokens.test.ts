/** Tokens of people: they have the scopes that were asked of people, and each method looks at those. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installV2 } from '../../test/support/oauth-v2.ts';
import { call, installedSimulator } from '../../test/support/slack.ts';
import { type Simulator, startSimulator } from '../index.ts';

const app = {
  kind: 'granular',
  botScopes: ['chat:write', 'channels:manage'],
  userScopes: ['search:read', 'channels:write'],
} as const;

let slack: Awaited<ReturnType<typeof installedSimulator>>;
beforeAll(async () => {
  slack = await installedSimulator({ app });
});
afterAll(() => slack.stop());

it('have the user scopes of the app, and none of the bot', async () => {
  const response = await fetch(`${slack.apiUrl}auth.test`, {
    headers: { authorization: `Bearer ${slack.acme.userToken}` },
  });
  expect(response.headers.get('x-oauth-scopes')).toBe('search:read,channels:write');
  const posted = await call(slack, 'chat.postMessage', slack.acme.userToken, { channel: '#general', text: 'x' });
  expect(posted).toMatchObject({
    ok: false,
    error: 'missing_scope',
    needed: 'chat:write',
    provided: 'search:read,channels:write',
  });
});

// The pages of the scopes: channels:manage is of bots, channels:write of people. (https://docs.slack.dev/reference/scopes)
it('need the scope of their kind where bots and people have different ones', async () => {
  expect(await call(slack, 'conversations.create', slack.acme.userToken, { name: 'by-ann' })).toMatchObject({
    ok: true,
  });
  expect(await call(slack, 'conversations.create', slack.acme.botToken, { name: 'by-bot' })).toMatchObject({
    ok: true,
  });
  const narrow = await slack.control.addApp({
    kind: 'granular',
    botScopes: ['channels:write'],
    userScopes: ['channels:manage'],
  });
  const { botToken, userToken } = await slack.control.install({ team: 'Acme', app: narrow.id });
  expect(await call(slack, 'conversations.create', botToken, { name: 'x' })).toMatchObject({
    error: 'missing_scope',
    needed: 'channels:manage',
  });
  expect(await call(slack, 'conversations.create', userToken, { name: 'x' })).toMatchObject({
    error: 'missing_scope',
    needed: 'channels:write',
  });
});

it('are not given out when an app asks for no user scopes', async () => {
  const botOnly = await slack.control.addApp({ kind: 'granular' });
  const installed = await slack.control.install({ team: 'Acme', app: botOnly.id });
  expect(installed).toMatchObject({ userToken: '', userTokens: {} });
  const asked = await slack.control.install({ team: 'Acme', app: botOnly.id, userScopes: ['users:read'] });
  expect(await call(slack, 'users.list', asked.userToken)).toMatchObject({ ok: true });
});

it('have what a seed says of them', async () => {
  await using seeded = await startSimulator({
    seed: {
      apps: [{ name: 'Seeded', kind: 'granular', botScopes: ['chat:write'], userScopes: ['search:read'] }],
      installs: [{ team: 'Acme', userScopes: ['users:read'] }],
    },
  });
  const [acme] = (await seeded.control.team('Acme')).installations;
  expect(await call(seeded, 'users.list', acme?.userToken)).toMatchObject({ ok: true });
  expect(await call(seeded, 'chat.postMessage', acme?.userToken, { channel: '#general', text: 'x' })).toMatchObject({
    error: 'missing_scope',
    provided: 'users:read',
  });
});

it('have what the authorize page was asked for, which refuses scopes of the other kind', async () => {
  await using own: Simulator = await startSimulator({ app: { kind: 'granular' } });
  const granted = await installV2(own, { query: { user_scope: 'search:read' } });
  expect(granted.authed_user).toMatchObject({ scope: 'search:read', token_type: 'user' });
  const { clientId } = (await own.control.apps())[0] ?? { clientId: '' };
  const page = await fetch(`${own.url}/oauth/v2/authorize?client_id=${clientId}&scope=search:read`);
  expect(await page.text()).toContain('invalid_scope');
});
