import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visit } from '../../test/support/oauth-form.ts';
import { access, allowedCode, appOf, decideV2, installV2, openPage, REDIRECT } from '../../test/support/oauth-v2.ts';
import { call } from '../../test/support/slack.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator.ts';

const granular = (app: SimulatorOptions['app'] = {}): SimulatorOptions => ({
  teams: 2,
  app: { kind: 'granular', ...app },
});

let slack: Simulator;
let acme = '';
beforeAll(async () => {
  slack = await startSimulator(granular());
  acme = (await slack.control.team('Acme')).id;
});
afterAll(() => slack.stop());

describe('the second authorize page', () => {
  it('leads back with a code and the state when the person allows', async () => {
    const { status, location } = await decideV2(slack, {
      query: { scope: 'chat:write', state: 'a&b "c"' },
      choice: { decision: 'allow', team: acme },
    });
    expect(status).toBe(302);
    expect(location?.searchParams.get('state')).toBe('a&b "c"');
    expect(location?.searchParams.get('code')).toMatch(/^sim\./);
  });

  it('leads back with access_denied when the person cancels', async () => {
    const { location } = await decideV2(slack, { query: { scope: 'chat:write', state: 's' }, choice: {} });
    expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({ error: 'access_denied', state: 's' });
  });

  it('leads nowhere by itself while an administrator must approve, and back without a code by its link', async () => {
    const page = await decideV2(slack, {
      query: { scope: 'chat:write', state: 'a&b' },
      choice: { decision: 'request', team: acme },
    });
    expect(page).toMatchObject({ status: 200, location: undefined });
    expect(page.html).toContain('Waiting for approval');
    expect(page.html).toContain('Simulator');
    expect(page.html).toContain(`href="${REDIRECT}?state=a%26b"`);
  });

  it('selects the asked workspace and escapes what it was sent', async () => {
    const { id } = await slack.control.team('Globex');
    const page = await openPage(slack, { query: { scope: 'chat:write', team: id, state: '"><script>alert(1)' } });
    expect(page.html).toContain(`<option value="${id}" selected>`);
    expect(page.html).toContain('Simulator');
    expect(page.html).not.toContain('<script>alert');
  });

  it.each([
    ['an unknown client', { client_id: '9.9', scope: 'chat:write' }, 'invalid_client_id'],
    ['no scope', { scope: '' }, 'invalid_scope'],
    ['a scope of classic apps', { scope: 'bot' }, 'invalid_scope'],
    ['a scope that is none', { scope: 'chat:write,<b>' }, 'invalid_scope'],
    ['a user scope that is none', { user_scope: 'nonsense' }, 'invalid_scope'],
    ['a foreign redirect URI', { scope: 'chat:write', redirect_uri: 'https://elsewhere.example/' }, 'bad_redirect_uri'],
    ['a challenge without PKCE', { scope: 'chat:write', code_challenge: 'x' }, 'pkce_not_allowed'],
  ])('shows why not for %s', async (_, query, problem) => {
    const page = await openPage(slack, { query });
    expect(page).toMatchObject({ status: 400, location: undefined });
    expect(page.html).toContain(problem);
  });

  it('refuses a scope that Slack did not approve', async () => {
    await using own = await startSimulator(granular({ approvedScopes: ['chat:write'] }));
    expect((await openPage(own, { query: { scope: 'chat:write' } })).status).toBe(200);
    expect((await openPage(own, { query: { scope: 'chat:write,files:read' } })).html).toContain('unapproved_scope');
  });

  it('keeps an app that is not distributed in its home workspace', async () => {
    await using own = await startSimulator(granular({ isDistributed: false }));
    const page = await openPage(own, { query: { scope: 'chat:write', team: 'Globex' } });
    expect(page.html).toContain('invalid_team_for_non_distributed_app');
    const sent = await decideV2(own, {
      query: { scope: 'chat:write' },
      choice: { decision: 'allow', team: (await own.control.team('Globex')).id },
    });
    expect(sent.html).toContain('invalid_team_for_non_distributed_app');
    expect(await installV2(own)).toMatchObject({ ok: true, team: { name: 'Acme' } });
  });

  it('sends each kind of app to its own page', async () => {
    await using classic = await startSimulator();
    expect((await openPage(classic, { query: { scope: 'chat:write' } })).html).toContain(
      'oauth_authorization_url_mismatch',
    );
    const { clientId } = await appOf(slack);
    const page = await visit(`${slack.authorizeUrl}?client_id=${clientId}&scope=bot`);
    expect(page.html).toContain('oauth_authorization_url_mismatch');
  });
});

describe('oauth.v2.access', () => {
  it('gives the token of the bot, and no token of the person when none was asked', async () => {
    const answer = await installV2(slack);
    expect(answer).toEqual({
      ok: true,
      app_id: 'A0SIMULATE',
      authed_user: { id: expect.stringMatching(/^U/) },
      scope: 'chat:write,commands',
      token_type: 'bot',
      access_token: expect.stringMatching(/^xoxb-sim-/),
      bot_user_id: expect.stringMatching(/^U/),
      team: { id: acme, name: 'Acme' },
      enterprise: null,
      is_enterprise_install: false,
    });
    expect(await call(slack, 'auth.test', String(answer.access_token))).toMatchObject({ ok: true, team_id: acme });
  });

  it('gives a person only their own token when only user scopes were asked', async () => {
    await using own = await startSimulator(granular());
    const answer = await installV2(own, { query: { scope: '', user_scope: 'search:read,users:read' } });
    expect(answer).toMatchObject({
      ok: true,
      authed_user: { scope: 'search:read,users:read', token_type: 'user', access_token: expect.any(String) },
    });
    expect(answer).not.toHaveProperty('access_token');
    expect(answer).not.toHaveProperty('bot_user_id');
  });

  it('answers /oauth/v2_user/authorize by oauth.v2.user.access', async () => {
    const code = await allowedCode(slack, { version: 'v2_user', query: { scope: 'users:read' } });
    const { clientId, clientSecret } = await appOf(slack);
    const client = { client_id: clientId, client_secret: clientSecret, redirect_uri: REDIRECT, code };
    expect(await call(slack, 'oauth.v2.access', undefined, client)).toMatchObject({
      error: 'oauth_authorization_url_mismatch',
    });
    expect(await call(slack, 'oauth.v2.user.access', undefined, client)).toMatchObject({
      ok: true,
      token_type: 'user',
      access_token: expect.stringMatching(/^xoxp-/),
      authed_user: { scope: 'users:read' },
      team: { id: acme },
    });
  });

  it('takes the client from HTTP Basic, too', async () => {
    const { clientId, clientSecret } = await appOf(slack);
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const body = new URLSearchParams({ code: await allowedCode(slack), redirect_uri: REDIRECT });
    const response = await fetch(`${slack.apiUrl}oauth.v2.access`, {
      method: 'POST',
      headers: { authorization },
      body,
    });
    expect(await response.json()).toMatchObject({ ok: true, team: { id: acme } });
  });

  it('takes a code once, and for ten minutes', async () => {
    await using own = await startSimulator({ ...granular(), clock: { mode: 'manual' } });
    const used = await allowedCode(own);
    await access(own, { code: used, redirect_uri: REDIRECT });
    expect(await access(own, { code: used, redirect_uri: REDIRECT })).toEqual({ ok: false, error: 'invalid_code' });
    const late = await allowedCode(own);
    await own.control.advance(10 * 60_000 + 1);
    expect(await access(own, { code: late, redirect_uri: REDIRECT })).toEqual({ ok: false, error: 'invalid_code' });
  });

  it.each([
    [{ client_id: '9.9' }, 'invalid_client_id'],
    [{ client_id: '9.9', code: '' }, 'invalid_code'],
    [{ client_secret: 'wrong' }, 'bad_client_secret'],
    [{ code: 'sim.never' }, 'invalid_code'],
    [{ redirect_uri: `${REDIRECT}/other` }, 'bad_redirect_uri'],
    [{ grant_type: 'password' }, 'invalid_grant_type'],
    [{ code_verifier: 'x' }, 'pkce_not_allowed'],
    [{ grant_type: 'refresh_token', refresh_token: 'xoxe-1-never' }, 'invalid_refresh_token'],
  ])('refuses %o with %s, and the code stays good', async (wrong, error) => {
    const code = await allowedCode(slack);
    expect(await access(slack, { code, redirect_uri: REDIRECT, ...wrong })).toEqual({ ok: false, error });
    expect(await access(slack, { code, redirect_uri: REDIRECT })).toMatchObject({ ok: true });
  });

  it('grants what is left of optional scopes', async () => {
    await using own = await startSimulator(granular({ optionalScopes: ['files:read', 'users:read'] }));
    const query = { scope: 'chat:write,files:read,users:read' };
    const page = await openPage(own, { query });
    expect(page.html).toContain('name="optional_bot" value="files:read" checked');
    const answer = await installV2(own, { query, choice: { optional_bot: 'files:read' } });
    expect(answer).toMatchObject({ scope: 'chat:write,files:read' });
    expect(await call(own, 'users.list', String(answer.access_token))).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read',
      provided: 'chat:write,files:read',
    });
    expect(await installV2(own, { query: { scope: 'files:read' } })).toEqual({ ok: false, error: 'no_scopes' });
  });

  it('gives a webhook into the chosen channel', async () => {
    const query = { scope: 'incoming-webhook' };
    const answer = await installV2(slack, { query, choice: { team: 'Acme', channel: 'random' } });
    const random = (await slack.control.team('Acme')).channels.find(({ name }) => name === 'random');
    expect(answer.incoming_webhook).toEqual({
      channel: '#random',
      channel_id: random?.id,
      configuration_url: expect.stringMatching(/^https:/),
      url: expect.stringContaining(`${slack.url}/services/${acme}/B`),
    });
  });

  it('adds the scopes of a re-install to the same bot token', async () => {
    await using own = await startSimulator(granular());
    const first = await installV2(own, { query: { scope: 'chat:write' } });
    const second = await installV2(own, { query: { scope: 'users:read' } });
    expect(second).toMatchObject({ access_token: first.access_token, scope: 'chat:write,users:read' });
    const response = await fetch(`${own.apiUrl}users.list`, {
      headers: { authorization: `Bearer ${String(first.access_token)}` },
    });
    expect(response.headers.get('x-oauth-scopes')).toBe('chat:write,users:read');
    expect(await response.json()).toMatchObject({ ok: true });
  });
});

describe('the end of an installation', () => {
  it('comes with apps.uninstall: bot tokens are inactive, user tokens revoked, and a re-install gives new ones', async () => {
    await using own = await startSimulator(granular());
    const asked = { query: { scope: 'chat:write', user_scope: 'users:read' } };
    const first = await installV2(own, asked);
    const userToken = String((first.authed_user as { access_token: string }).access_token);
    const { clientId, clientSecret } = await appOf(own);
    const uninstall = (fields: Record<string, string>) =>
      call(own, 'apps.uninstall', String(first.access_token), { client_id: clientId, ...fields });
    expect(await uninstall({ client_secret: 'wrong' })).toEqual({ ok: false, error: 'bad_client_secret' });
    expect(await uninstall({ client_secret: clientSecret })).toEqual({ ok: true });
    expect(await call(own, 'auth.test', String(first.access_token))).toMatchObject({ error: 'account_inactive' });
    expect(await call(own, 'auth.test', userToken)).toMatchObject({ error: 'token_revoked' });
    const second = await installV2(own, asked);
    expect(second.bot_user_id).toBe(first.bot_user_id);
    expect(second.access_token).not.toBe(first.access_token);
    expect(await call(own, 'auth.test', String(first.access_token))).toMatchObject({ ok: false });
  });

  it('comes with auth.revoke of a bot token that does not rotate; a dry run ends nothing', async () => {
    await using own = await startSimulator(granular());
    const token = String((await installV2(own)).access_token);
    expect(await call(own, 'auth.revoke', token, { test: '1' })).toEqual({ ok: true, revoked: false });
    expect(await call(own, 'auth.revoke', token)).toEqual({ ok: true, revoked: true });
    expect(await own.control.installs('Acme')).toMatchObject([{ status: 'removed' }]);
  });

  it('leaves the bot when a person revokes their own token', async () => {
    await using own = await startSimulator(granular());
    const answer = await installV2(own, { query: { scope: 'chat:write', user_scope: 'users:read' } });
    const userToken = String((answer.authed_user as { access_token: string }).access_token);
    expect(await call(own, 'auth.revoke', userToken)).toEqual({ ok: true, revoked: true });
    expect(await call(own, 'auth.test', userToken)).toEqual({ ok: false, error: 'token_revoked' });
    expect(await call(own, 'auth.test', String(answer.access_token))).toMatchObject({ ok: true });
  });
});

it('tells granular tokens that RTM is not for them', async () => {
  const { access_token: token } = await installV2(slack);
  expect(await call(slack, 'rtm.connect', String(token))).toEqual({ ok: false, error: 'not_allowed_token_type' });
});
