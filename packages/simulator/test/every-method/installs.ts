/** oauth.*, auth.revoke and apps.uninstall: tokens that come and go. On simulators of their own, except for the last. */
import { startSimulator } from '../../src/index.ts';
import { decide } from '../support/oauth-form.ts';
import { access, allowedCode, appOf, REDIRECT } from '../support/oauth-v2.ts';
import { call } from '../support/slack.ts';
import type { Journey } from './journey.ts';

const query = { scope: 'chat:write,commands,incoming-webhook', user_scope: 'chat:write' };

export async function installs(journey: Journey): Promise<void> {
  await granular(journey);
  await classic(journey);
  await leave(journey);
}

async function granular({ note }: Journey): Promise<void> {
  await using slack = await startSimulator({ app: { kind: 'granular', botScopes: query.scope.split(',') } });
  note('oauth.v2.access', await access(slack, { code: await allowedCode(slack, { query }), redirect_uri: REDIRECT }));
  const { clientId, clientSecret, id } = await appOf(slack);
  const { botToken } = await slack.control.install({ team: 'Acme' });
  await slack.control.updateApp(id, { isTokenRotationOn: true });
  const credentials = { client_id: clientId, client_secret: clientSecret };
  note('oauth.v2.exchange', await call(slack, 'oauth.v2.exchange', botToken, credentials));
  const rotating = await access(slack, { code: await allowedCode(slack, { query }), redirect_uri: REDIRECT });
  note('oauth.v2.access', rotating);
  note('auth.test', await call(slack, 'auth.test', String(rotating.access_token)));
  const code = await allowedCode(slack, { query: { scope: 'users:read' }, version: 'v2_user' });
  note(
    'oauth.v2.user.access',
    await call(slack, 'oauth.v2.user.access', undefined, { ...credentials, code, redirect_uri: REDIRECT }),
  );
}

async function classic({ note }: Journey): Promise<void> {
  await using slack = await startSimulator();
  const { clientId, clientSecret } = await appOf(slack);
  const asked = { client_id: clientId, scope: 'bot,incoming-webhook', redirect_uri: REDIRECT };
  const { id: team } = await slack.control.team('Acme');
  const { location } = await decide(slack, asked, { decision: 'allow', team });
  const code = location?.searchParams.get('code') ?? '';
  const fields = { client_id: clientId, client_secret: clientSecret, code, redirect_uri: REDIRECT };
  note('oauth.access', await call(slack, 'oauth.access', undefined, fields));
}

/** Two other apps of the workspace go, and hear of it. */
async function leave({ ask, slack, ears }: Journey): Promise<void> {
  const installed = async (name: string, event: string) => {
    const app = await slack.control.addApp({
      name,
      kind: 'granular',
      botScopes: ['chat:write'],
      isSocketModeOn: true,
      eventSubscriptions: [event],
    });
    const { url } = await call(slack, 'apps.connections.open', app.appLevelToken);
    await ears.listen(String(url));
    return { app, as: { token: (await slack.control.install({ team: 'Acme', app: app.id })).botToken } };
  };
  const { as: revoked } = await installed('Revoked', 'tokens_revoked');
  await ask('auth.revoke', {}, { as: revoked, tells: ['tokens_revoked'] });
  const { app, as } = await installed('Uninstalled', 'app_uninstalled');
  const credentials = { client_id: app.clientId, client_secret: app.clientSecret };
  await ask('apps.uninstall', credentials, { as, tells: ['app_uninstalled'] });
}
