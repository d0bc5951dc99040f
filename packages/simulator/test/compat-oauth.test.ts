/** @slack/oauth in its first version, as its users have it; only the addresses are changed. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InstallProvider } from '@slack/oauth';
import { expect, it } from 'vitest';
import { startSimulator } from '../src/index.ts';
import { formFields, visit } from './support/oauth-form.ts';
import { call } from './support/slack.ts';

it('@slack/oauth installs a classic app through the pages', async () => {
  await using slack = await startSimulator({ teams: 2 });
  const [app] = await slack.control.apps();
  const installer = new InstallProvider({
    clientId: app?.clientId ?? '',
    clientSecret: app?.clientSecret ?? '',
    authVersion: 'v1',
    authorizationUrl: slack.authorizeUrl,
    stateSecret: 'not much of a secret',
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  const bot = createServer((request, response) => {
    const isStart = request.url?.startsWith('/install') === true;
    void (isStart
      ? installer.handleInstallPath(request, response, {}, options)
      : installer.handleCallback(request, response));
  });
  await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve));
  const home = `http://127.0.0.1:${(bot.address() as AddressInfo).port}`;
  const options = { scopes: ['bot'], redirectUri: `${home}/callback` };

  const start = await fetch(`${home}/install`);
  const authorizeUrl = /<a href="([^"]+)"/.exec(await start.text())?.[1]?.replaceAll('&amp;', '&') ?? '';
  const page = await visit(authorizeUrl);
  const fields = formFields(page.html);
  fields.set('team', (await slack.control.team('Globex')).id);
  fields.set('decision', 'allow');
  const { location } = await visit(slack.authorizeUrl, { method: 'POST', body: fields });
  const done = await visit(String(location), {
    headers: { cookie: start.headers.get('set-cookie')?.split(';')[0] ?? '' },
  });
  expect(done.status).toBe(200);

  const { id: teamId } = await slack.control.team('Globex');
  const installation = await installer.installationStore.fetchInstallation({
    teamId,
    enterpriseId: undefined,
    isEnterpriseInstall: false,
  });
  expect(installation).toMatchObject({ team: { id: teamId, name: 'Globex' }, authVersion: 'v1' });
  expect(await call(slack, 'rtm.connect', installation.bot?.token)).toMatchObject({ ok: true });
  await new Promise((resolve) => bot.close(resolve));
});
