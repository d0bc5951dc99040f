import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formFields, visit } from '../../../test/support/oauth-form.ts';
import { allowedCode, appOf, REDIRECT } from '../../../test/support/oauth-v2.ts';
import { call, type Json } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

const START = 1_800_000_000;

let slack: Simulator;
let team: string;
let annId: string;
beforeAll(async () => {
  slack = await startSimulator({ app: { kind: 'granular' }, clock: { mode: 'manual', startMs: START * 1000 } });
  const acme = await slack.control.team('Acme');
  team = acme.id;
  annId = acme.users.find(({ name }) => name === 'ann')?.id ?? '';
});
afterAll(() => slack.stop());

const page = (clientId: string, query: Record<string, string>) => {
  const asked = { client_id: clientId, redirect_uri: REDIRECT, response_type: 'code', ...query };
  return `${slack.url}/openid/connect/authorize?${new URLSearchParams(asked).toString()}`;
};

/** Ann allows on that page. */
async function signInCode(link: string): Promise<string> {
  const fields = formFields((await visit(link)).html);
  fields.set('team', 'Acme');
  fields.set('decision', 'allow');
  const { location } = await visit(link.split('?')[0] ?? '', { method: 'POST', body: fields });
  return location?.searchParams.get('code') ?? '';
}

/** Signs Ann in, and gives what the app gets for the code. */
async function signIn(
  query: Record<string, string> = {},
  more: Record<string, string> = {},
  appId?: string,
): Promise<Json> {
  const apps = await slack.control.apps();
  const app = apps.find(({ id }) => id === appId) ?? (await appOf(slack));
  const link = page(app.clientId, { scope: 'openid profile email', ...query });
  const code = await signInCode(link);
  const client = { client_id: app.clientId, client_secret: app.clientSecret };
  return call(slack, 'openid.connect.token', undefined, { ...client, code, redirect_uri: REDIRECT, ...more });
}

const decoded = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;

describe('openid.connect.token', () => {
  it('gives a signed id token and an access token, and brings no bot', async () => {
    const before = await slack.control.team('Acme');
    const answer = await signIn({ nonce: 'abc' });
    expect(answer).toMatchObject({ ok: true, token_type: 'Bearer', access_token: expect.stringMatching(/^xoxp-/) });
    const [head = '', body = '', signature = ''] = String(answer.id_token).split('.');
    const { clientId } = await appOf(slack);
    // (https://docs.slack.dev/authentication/sign-in-with-slack, "Response")
    expect(decoded(body)).toMatchObject({
      iss: 'https://slack.com',
      sub: annId,
      aud: clientId,
      iat: START,
      exp: START + 300,
      auth_time: START,
      nonce: 'abc',
      at_hash: createHash('sha256').update(String(answer.access_token)).digest().subarray(0, 16).toString('base64url'),
      'https://slack.com/team_id': team,
      'https://slack.com/user_id': annId,
      email: 'ann@acme.example',
      email_verified: true,
      name: 'Ann',
      given_name: 'Ann',
    });
    const found = (await (await fetch(`${slack.url}/.well-known/openid-configuration`)).json()) as Json;
    expect(found).toMatchObject({ issuer: 'https://slack.com', token_endpoint: `${slack.apiUrl}openid.connect.token` });
    const { keys } = (await (await fetch(String(found.jwks_uri))).json()) as { keys: (JsonWebKey & { kid: string })[] };
    const key = keys.find(({ kid }) => kid === decoded(head).kid);
    if (!key) throw new Error('no key');
    const isSigned = (text: string) =>
      verify('sha256', Buffer.from(text), createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'));
    expect([isSigned(`${head}.${body}`), isSigned(`${head}.${body}x`)]).toEqual([true, false]);
    const after = await slack.control.team('Acme');
    expect(after.channels.map(({ members }) => members)).toEqual(before.channels.map(({ members }) => members));
    const { members } = (await call(slack, 'users.list', (await slack.control.install({ team: 'Acme' })).botToken)) as {
      members: { is_bot: boolean; deleted: boolean }[];
    };
    expect(members.filter(({ is_bot: isBot, deleted }) => isBot && !deleted)).toHaveLength(1);
  });

  it('brings nothing back of an app that was uninstalled, and leaves one alone that is switched off', async () => {
    const { id } = await slack.control.addApp({ kind: 'granular' });
    const here = { team: 'Acme', app: id };
    const { botToken: first } = await slack.control.install(here);
    const { clientId, clientSecret } = (await slack.control.apps()).find((app) => app.id === id) ?? {};
    await call(slack, 'apps.uninstall', first, { client_id: clientId ?? '', client_secret: clientSecret ?? '' });
    expect(await signIn({}, {}, id)).toMatchObject({ ok: true });
    expect(await call(slack, 'auth.test', first)).toMatchObject({ error: 'account_inactive' });
    const { botToken: second } = await slack.control.install(here);
    expect(second).not.toBe(first);
    await slack.control.fault({ kind: 'disable_integration', ...here });
    expect(await signIn({}, {}, id)).toMatchObject({ ok: true });
    expect(await call(slack, 'auth.test', second)).toMatchObject({ error: 'account_inactive' });
    await slack.control.fault({ kind: 'enable', ...here });
    expect(await call(slack, 'auth.test', second)).toMatchObject({ ok: true });
  });

  it('rotates tokens for an app that does', async () => {
    const app = await slack.control.addApp({ kind: 'granular', isTokenRotationOn: true });
    const first = await signIn({}, {}, app.id);
    expect(first).toMatchObject({ expires_in: 43_200, refresh_token: expect.stringMatching(/^xoxe-/) });
    const client = { client_id: app.clientId, client_secret: app.clientSecret, grant_type: 'refresh_token' };
    const refresh = (refresh_token: unknown) =>
      call(slack, 'openid.connect.token', undefined, { ...client, refresh_token: String(refresh_token) });
    const second = await refresh(first.refresh_token);
    expect(second).toMatchObject({ ok: true, id_token: expect.any(String) });
    expect(second.access_token).not.toBe(first.access_token);
    expect(await refresh('xoxe-1-nothing')).toMatchObject({ error: 'invalid_refresh_token' });
  });

  it.each([
    ['invalid_code', { code: 'sim.nothing' }],
    ['bad_redirect_uri', { redirect_uri: 'http://localhost:3000/other' }],
    ['bad_client_secret', { client_secret: 'wrong' }],
    ['invalid_client_id', { client_id: '9.9' }],
    ['invalid_grant_type', { grant_type: 'password' }],
    ['invalid_grant', { code_verifier: 'x'.repeat(43) }],
  ])('refuses with %s: %j', async (error, more) => {
    expect(await signIn({}, more)).toMatchObject({ ok: false, error });
  });

  it('takes codes of its own page only, once', async () => {
    const { clientId, clientSecret } = await appOf(slack);
    const exchange = (method: string, code: string) => {
      const client = { client_id: clientId, client_secret: clientSecret };
      return call(slack, method, undefined, { ...client, code, redirect_uri: REDIRECT });
    };
    const mismatch = { error: 'oauth_authorization_url_mismatch' };
    expect(await exchange('openid.connect.token', await allowedCode(slack))).toMatchObject(mismatch);
    const code = await signInCode(page(clientId, { scope: 'openid' }));
    expect(await exchange('oauth.v2.access', code)).toMatchObject(mismatch);
    expect(await exchange('openid.connect.token', code)).toMatchObject({ ok: true });
    expect(await exchange('openid.connect.token', code)).toMatchObject({ error: 'invalid_code' });
  });
});

describe('/openid/connect/authorize', () => {
  it.each([
    ['invalid_scope', { scope: 'profile email' }],
    ['invalid_scope', { scope: 'openid chat:write' }],
    ['unsupported_response_type', { scope: 'openid', response_type: 'token' }],
  ])('shows %s: %j', async (problem, query) => {
    const { clientId } = await appOf(slack);
    const { status, html } = await visit(page(clientId, query));
    expect(status).toBe(400);
    expect(html).toContain(problem);
  });

  it('leads back with access_denied when the person cancels', async () => {
    const { clientId } = await appOf(slack);
    const link = page(clientId, { scope: 'openid', state: 's' });
    const fields = formFields((await visit(link)).html);
    const { location } = await visit(link.split('?')[0] ?? '', { method: 'POST', body: fields });
    expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({ error: 'access_denied', state: 's' });
  });
});

describe('openid.connect.userInfo', () => {
  it('says of a person what they granted', async () => {
    const app = await slack.control.addApp({ kind: 'granular' });
    const infoBy = async (scope: string) => {
      const { access_token: token } = await signIn({ scope }, {}, app.id);
      return { ...(await clientOf(slack, String(token)).openid.connect.userInfo()) } as Json;
    };
    const little = await infoBy('openid');
    expect(little).toMatchObject({ sub: annId, 'https://slack.com/team_id': team, 'https://slack.com/user_id': annId });
    expect(Object.keys(little)).not.toEqual(expect.arrayContaining(['email']));
    expect(Object.keys(little)).not.toEqual(expect.arrayContaining(['name']));
    expect(await infoBy('openid email')).toMatchObject({ email: 'ann@acme.example', email_verified: true });
    // The keys are those of @slack/web-api, OpenIDConnectUserInfoResponse.
    expect(await infoBy('openid profile')).toMatchObject({
      name: 'Ann',
      given_name: 'Ann',
      family_name: '',
      locale: 'en-US',
      picture: expect.any(String),
      'https://slack.com/team_name': 'Acme',
      'https://slack.com/team_domain': 'acme',
      'https://slack.com/user_image_512': expect.any(String),
      'https://slack.com/team_image_230': expect.any(String),
    });
  });

  it('is for people who signed in', async () => {
    const { botToken, userToken } = await slack.control.install({ team: 'Acme', userScopes: ['users:read'] });
    expect(await refusal(clientOf(slack, botToken).openid.connect.userInfo())).toBe('not_allowed_token_type');
    const { id } = await slack.control.addApp({ kind: 'granular', userScopes: ['users:read'] });
    const other = await slack.control.install({ team: 'Acme', app: id });
    expect(await refusal(clientOf(slack, other.userToken).openid.connect.userInfo())).toBe('missing_scope');
    expect(userToken).not.toBe('');
  });
});
