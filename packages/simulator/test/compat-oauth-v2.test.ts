/** @slack/oauth and @slack/web-api in the second version of OAuth, as their users have them; only addresses are changed. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type InstallationQuery, InstallProvider, type OrgInstallationQuery } from '@slack/oauth';
import { WebClient } from '@slack/web-api';
import { expect, it } from 'vitest';
import { type SimulatorOptions, startSimulator } from '../src/index.ts';
import { formFields, visit } from './support/oauth-form.ts';
import { allowedCode, appOf, REDIRECT } from './support/oauth-v2.ts';
import { call } from './support/slack.ts';

/** A simulator, an InstallProvider, and the pages of a bot that lead through an install. */
async function startInstaller(options: SimulatorOptions) {
  const slack = await startSimulator(options);
  const { clientId, clientSecret } = await appOf(slack);
  const installer = new InstallProvider({
    clientId,
    clientSecret,
    authorizationUrl: `${slack.url}/oauth/v2/authorize`,
    stateSecret: 'not much of a secret',
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  const asked = { scopes: ['chat:write', 'users:read'], userScopes: ['users:read'], redirectUri: '' };
  const bot = createServer((request, response) => {
    const isStart = request.url?.startsWith('/install') === true;
    void (isStart
      ? installer.handleInstallPath(request, response, {}, asked)
      : installer.handleCallback(request, response));
  });
  await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve));
  const home = `http://127.0.0.1:${(bot.address() as AddressInfo).port}`;
  asked.redirectUri = `${home}/callback`;
  return {
    slack,
    installer,
    /** Goes through the pages as a browser does, and chooses that workspace or organization. */
    async install(place: string): Promise<number> {
      const start = await fetch(`${home}/install`);
      const url = /<a href="([^"]+)"/.exec(await start.text())?.[1]?.replaceAll('&amp;', '&') ?? '';
      const fields = formFields((await visit(url)).html);
      fields.set('team', place);
      fields.set('decision', 'allow');
      const { location } = await visit(`${slack.url}/oauth/v2/authorize`, { method: 'POST', body: fields });
      const cookie = start.headers.get('set-cookie')?.split(';')[0] ?? '';
      return (await visit(String(location), { headers: { cookie } })).status;
    },
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => bot.close(resolve));
      await slack.stop();
    },
  };
}

const inTeam = (teamId: string): InstallationQuery<false> => ({
  teamId,
  enterpriseId: undefined,
  isEnterpriseInstall: false,
});
const inOrg: OrgInstallationQuery = { teamId: undefined, enterpriseId: 'E0ACME', isEnterpriseInstall: true };

it('@slack/oauth installs a granular app through the pages', async () => {
  await using test = await startInstaller({ teams: 2, app: { kind: 'granular' } });
  const { id } = await test.slack.control.team('Globex');
  expect(await test.install(id)).toBe(200);
  const [installed] = await test.slack.control.installs('Globex');
  const installation = await test.installer.installationStore.fetchInstallation(inTeam(id));
  expect(installation).toMatchObject({
    authVersion: 'v2',
    team: { id, name: 'Globex' },
    isEnterpriseInstall: false,
    appId: 'A0SIMULATE',
    tokenType: 'bot',
    bot: {
      token: installed?.botToken,
      userId: installed?.botUserId,
      id: installed?.botId,
      scopes: ['chat:write', 'users:read'],
    },
    user: { token: installed?.userToken, scopes: ['users:read'] },
  });
});

it('@slack/oauth renews the tokens of a bot and of a person when they are about to end', async () => {
  await using test = await startInstaller({
    clock: { mode: 'manual' },
    app: { kind: 'granular', isTokenRotationOn: true },
  });
  const { id } = await test.slack.control.team('Acme');
  await test.install(id);
  const store = test.installer.installationStore;
  const installation = await store.fetchInstallation(inTeam(id));
  const old = { bot: installation.bot?.token, user: installation.user.token };
  if (installation.bot) installation.bot.expiresAt = 1;
  installation.user.expiresAt = 1;
  await store.storeInstallation(installation);
  const renewed = await test.installer.authorize(inTeam(id));
  expect(renewed.botToken).not.toBe(old.bot);
  expect(renewed.userToken).not.toBe(old.user);
  expect(await call(test.slack, 'auth.test', renewed.botToken)).toMatchObject({ ok: true, expires_in: 43_200 });
  expect(await call(test.slack, 'auth.test', renewed.userToken)).toMatchObject({ ok: true });
  expect(await store.fetchInstallation(inTeam(id))).toMatchObject({
    bot: { token: renewed.botToken, refreshToken: renewed.botRefreshToken },
    user: { token: renewed.userToken, refreshToken: renewed.userRefreshToken },
  });
});

it('@slack/oauth installs an app in a whole organization', async () => {
  await using test = await startInstaller({
    app: { kind: 'granular', isOrgWide: true },
    teams: [{ name: 'Acme', enterprise: { id: 'E0ACME', name: 'Acme Org' } }],
  });
  expect(await test.install('E0ACME')).toBe(200);
  const installation = await test.installer.installationStore.fetchInstallation(inOrg);
  expect(installation).toMatchObject({
    team: undefined,
    enterprise: { id: 'E0ACME', name: 'Acme Org' },
    isEnterpriseInstall: true,
    enterpriseUrl: 'https://acme-org.enterprise.slack.com/',
  });
  await test.slack.control.setTeamAccess('Acme', { isGranted: true });
  const client = new WebClient(installation.bot?.token, { slackApiUrl: test.slack.apiUrl });
  expect(await client.auth.teams.list()).toMatchObject({ teams: [{ name: 'Acme' }] });
});

it('@slack/web-api exchanges a code and refresh tokens, and uninstalls the app', async () => {
  await using slack = await startSimulator({ app: { kind: 'granular', isTokenRotationOn: true } });
  const { clientId: client_id, clientSecret: client_secret } = await appOf(slack);
  const open = new WebClient(undefined, { slackApiUrl: slack.apiUrl });
  const code = await allowedCode(slack);
  const first = await open.oauth.v2.access({ client_id, client_secret, code, redirect_uri: REDIRECT });
  const second = await open.oauth.v2.access({
    client_id,
    client_secret,
    grant_type: 'refresh_token',
    refresh_token: first.refresh_token ?? '',
  });
  expect(second.access_token).not.toBe(first.access_token);
  const client = new WebClient(second.access_token, { slackApiUrl: slack.apiUrl });
  expect((await client.auth.test()).response_metadata?.scopes).toEqual(['chat:write', 'commands']);
  await expect(client.users.list({})).rejects.toMatchObject({
    data: { error: 'missing_scope', needed: 'users:read', provided: 'chat:write,commands' },
  });
  await client.apps.uninstall({ client_id, client_secret });
  await expect(client.auth.test()).rejects.toMatchObject({ data: { error: 'account_inactive' } });
});
