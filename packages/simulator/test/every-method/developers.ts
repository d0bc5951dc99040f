/** What developers use: manifests with configuration tokens, steps of workflows, Sign in with Slack. */
import { startSimulator } from '../../src/index.ts';
import { formFields, visit } from '../support/oauth-form.ts';
import { appOf, REDIRECT } from '../support/oauth-v2.ts';
import { call } from '../support/slack.ts';
import { type Journey, read } from './journey.ts';

export async function developers(journey: Journey): Promise<void> {
  await manifests(journey);
  await functions(journey);
  await signIn(journey);
}

async function manifests({ ask, slack }: Journey): Promise<void> {
  const { token, refreshToken } = await slack.control.addConfigToken({ team: 'Acme', user: 'ann' });
  const as = { token };
  const manifest = {
    display_information: { name: 'Weather' },
    features: { bot_user: { display_name: 'weather' } },
    oauth_config: { scopes: { bot: ['chat:write'] } },
  };
  await ask('apps.manifest.validate', { manifest }, { as });
  const id = read(await ask('apps.manifest.create', { manifest }, { as }), 'app_id');
  const changed = { ...manifest, display_information: { name: 'Climate' } };
  await ask('apps.manifest.update', { app_id: id, manifest: changed }, { as });
  await ask('apps.manifest.export', { app_id: id }, { as });
  await ask('apps.manifest.delete', { app_id: id }, { as });
  await ask('tooling.tokens.rotate', { refresh_token: refreshToken }, { as: 'nobody' });
}

async function functions({ ask, slack }: Journey): Promise<void> {
  const manifest = {
    display_information: { name: 'Steps' },
    oauth_config: { scopes: { bot: ['chat:write'] } },
    settings: { socket_mode_enabled: true },
    functions: { greet: { title: 'Greet', description: 'Greets', input_parameters: {}, output_parameters: {} } },
  };
  const app = await slack.control.addApp({ manifest });
  const { botToken } = await slack.control.install({ team: 'Acme', app: app.id });
  const as = { token: botToken };
  const run = async () =>
    (await slack.control.runFunction({ team: 'Acme', app: app.id, callbackId: 'greet', inputs: {} })).id;
  await ask('functions.completeSuccess', { function_execution_id: await run(), outputs: {} }, { as });
  await ask('functions.completeError', { function_execution_id: await run(), error: 'no' }, { as });
}

async function signIn({ note }: Journey): Promise<void> {
  await using slack = await startSimulator({ app: { kind: 'granular' } });
  const { clientId, clientSecret } = await appOf(slack);
  const asked = { client_id: clientId, redirect_uri: REDIRECT, response_type: 'code', scope: 'openid profile email' };
  const page = `${slack.url}/openid/connect/authorize`;
  const fields = formFields((await visit(`${page}?${new URLSearchParams(asked).toString()}`)).html);
  fields.set('team', 'Acme');
  fields.set('decision', 'allow');
  const { location } = await visit(page, { method: 'POST', body: fields });
  const code = location?.searchParams.get('code') ?? '';
  const client = { client_id: clientId, client_secret: clientSecret, code, redirect_uri: REDIRECT };
  const token = await call(slack, 'openid.connect.token', undefined, client);
  note('openid.connect.token', token);
  note('openid.connect.userInfo', await call(slack, 'openid.connect.userInfo', String(token.access_token)));
}
