import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide, visit } from '../../test/support/oauth-form.ts';
import { call } from '../../test/support/slack.ts';
import { type Simulator, startSimulator } from '../simulator.ts';

const REDIRECT = 'http://localhost:3000/slack/oauth_redirect';
const asked = { client_id: '1000.2000', scope: 'bot', redirect_uri: REDIRECT, state: 'a&b "c"' };

let slack: Simulator;
let secret = '';
let acme = '';
beforeAll(async () => {
  slack = await startSimulator({ teams: 2 });
  secret = (await slack.control.apps())[0]?.clientSecret ?? '';
  acme = (await slack.control.team('Acme')).id;
});
afterAll(() => slack.stop());

const allow = async (simulator = slack) => {
  const { id } = await simulator.control.team('Acme');
  const { location } = await decide(simulator, asked, { decision: 'allow', team: id });
  return location?.searchParams.get('code') ?? '';
};
const exchange = (code: string, fields: Record<string, string> = {}, simulator = slack) =>
  call(simulator, 'oauth.access', undefined, {
    client_id: '1000.2000',
    client_secret: secret,
    code,
    redirect_uri: REDIRECT,
    ...fields,
  });

describe('the authorize page', () => {
  it('leads back with a code and the state when the person allows', async () => {
    const { status, location } = await decide(slack, asked, { decision: 'allow', team: acme });
    expect(status).toBe(302);
    expect(location?.href.startsWith(`${REDIRECT}?`)).toBe(true);
    expect(location?.searchParams.get('state')).toBe(asked.state);
    expect(location?.searchParams.get('code')).toMatch(/^sim\./);
  });

  it('leads back with access_denied and the state when the person cancels', async () => {
    const { location } = await decide(slack, asked, { decision: 'cancel' });
    expect(Object.fromEntries(location?.searchParams ?? [])).toEqual({ error: 'access_denied', state: asked.state });
  });

  it('says that it is the simulator, selects the asked workspace, and escapes what it was sent', async () => {
    const globex = (await slack.control.team('Globex')).id;
    const query = new URLSearchParams({ ...asked, team: globex, state: '"><script>alert(1)</script>' });
    const page = await visit(`${slack.authorizeUrl}?${query.toString()}`);
    expect(page.html).toContain('Simulator');
    expect(page.html).toContain(`<option value="${globex}" selected>`);
    expect(page.html).not.toContain('<script>alert');
  });

  it.each([
    ['an unknown client id', { client_id: '9.9' }, 'invalid_client_id'],
    ['a foreign redirect URI', { redirect_uri: 'https://elsewhere.example/' }, 'bad_redirect_uri'],
    ['a redirect URI that is none', { redirect_uri: 'javascript:alert(1)' }, 'bad_redirect_uri'],
    ['a redirect URI with a fragment', { redirect_uri: `${REDIRECT}#x` }, 'bad_redirect_uri'],
    ['no scope', { scope: '' }, 'invalid_scope'],
  ])('shows a page and does not redirect for %s', async (_, wrong, code) => {
    const query = new URLSearchParams({ ...asked, ...wrong });
    const page = await visit(`${slack.authorizeUrl}?${query.toString()}`);
    expect(page).toMatchObject({ status: 400, location: undefined });
    expect(page.html).toContain(code);
    expect(page.html).toContain('Simulator');
  });

  it('accepts registered redirect URLs and what is below them, and takes the first when none is sent', async () => {
    await using own = await startSimulator({
      app: { redirectUrls: ['https://bot.example/slack', 'https://b.example'] },
    });
    const open = (redirect: Record<string, string>) => {
      const query = new URLSearchParams({ client_id: '1000.2000', scope: 'bot', ...redirect });
      return visit(`${own.authorizeUrl}?${query.toString()}`);
    };
    expect((await open({ redirect_uri: 'https://bot.example/slack/oauth' })).status).toBe(200);
    expect((await open({ redirect_uri: 'https://bot.example/slackers' })).status).toBe(400);
    expect((await open({ redirect_uri: REDIRECT })).status).toBe(400);
    expect((await open({})).html).toContain('https://bot.example');
  });
});

describe('oauth.access', () => {
  it('gives the tokens of the bot and of the person', async () => {
    const answer = await exchange(await allow());
    expect(answer).toEqual({
      ok: true,
      access_token: expect.stringMatching(/^xoxp-sim-/),
      scope: 'identify,bot',
      user_id: expect.stringMatching(/^U/),
      team_name: 'Acme',
      team_id: acme,
      enterprise_id: null,
      bot: { bot_user_id: expect.stringMatching(/^U/), bot_access_token: expect.stringMatching(/^xoxb-sim-/) },
    });
    const bot = answer.bot as { bot_access_token: string };
    expect(await call(slack, 'auth.test', bot.bot_access_token)).toMatchObject({ ok: true, team_id: acme });
  });

  it('takes the client from HTTP Basic, too', async () => {
    const body = new URLSearchParams({ code: await allow(), redirect_uri: REDIRECT });
    const authorization = `Basic ${Buffer.from(`1000.2000:${secret}`).toString('base64')}`;
    const response = await fetch(`${slack.apiUrl}oauth.access`, { method: 'POST', headers: { authorization }, body });
    expect(await response.json()).toMatchObject({ ok: true, team_id: acme });
  });

  it('takes a code once', async () => {
    const code = await allow();
    await exchange(code);
    expect(await exchange(code)).toEqual({ ok: false, error: 'code_already_used' });
  });

  it('takes a code for ten minutes', async () => {
    await using own = await startSimulator({ clock: { mode: 'manual' } });
    const code = await allow(own);
    await own.control.advance(10 * 60_000 + 1);
    expect(await exchange(code, {}, own)).toEqual({ ok: false, error: 'invalid_code' });
  });

  it.each([
    [{ client_id: '9.9' }, 'invalid_client_id'],
    [{ client_id: '9.9', code: '' }, 'invalid_code'],
    [{ client_secret: 'wrong' }, 'bad_client_secret'],
    [{ code: 'sim.never' }, 'invalid_code'],
    [{ redirect_uri: `${REDIRECT}/other` }, 'bad_redirect_uri'],
  ])('refuses %o with %s, and the code stays good', async (wrong, error) => {
    const code = await allow();
    expect(await exchange(code, wrong)).toEqual({ ok: false, error });
    expect(await exchange(code)).toMatchObject({ ok: true });
  });
});

describe('installing again', () => {
  const tokenOf = async (simulator: Simulator) => {
    const { bot } = await exchange(await allow(simulator), {}, simulator);
    return (bot as { bot_access_token: string }).bot_access_token;
  };

  it('gives the same bot token, also after the integration was disabled', async () => {
    await using own = await startSimulator();
    const first = await tokenOf(own);
    expect(await tokenOf(own)).toBe(first);
    await own.control.fault({ kind: 'disable_integration', team: 'Acme' });
    expect(await call(own, 'auth.test', first)).toEqual({ ok: false, error: 'account_inactive' });
    expect(await tokenOf(own)).toBe(first);
    expect(await call(own, 'auth.test', first)).toMatchObject({ ok: true });
  });

  it.each(['revoke_token', 'remove_app'] as const)('gives a new bot token after %s', async (kind) => {
    await using own = await startSimulator();
    const first = await tokenOf(own);
    await own.control.fault({ kind, team: 'Acme' });
    const second = await tokenOf(own);
    expect(second).not.toBe(first);
    expect(await call(own, 'auth.test', first)).toMatchObject({ ok: false });
    expect(await call(own, 'auth.test', second)).toMatchObject({ ok: true });
  });

  it('gives a new bot token where the fault new_token says so, and revokes the old one', async () => {
    await using own = await startSimulator();
    const first = await tokenOf(own);
    await own.control.fault({ kind: 'new_token', team: 'Acme', count: 1 });
    const second = await tokenOf(own);
    expect(second).not.toBe(first);
    expect(await call(own, 'auth.test', first)).toEqual({ ok: false, error: 'token_revoked' });
    expect(await tokenOf(own)).toBe(second);
  });
});
