import { describe, expect, it } from 'vitest';
import { access, allowedCode, appOf, installV2, openPage, REDIRECT } from '../../test/support/oauth-v2.ts';
import { call } from '../../test/support/slack.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const rotating = (options: SimulatorOptions['app'] = {}) =>
  startSimulator({
    clock: { mode: 'manual' },
    app: { kind: 'granular', isTokenRotationOn: true, ...options },
  });
const refresh = (slack: Simulator, refreshToken: unknown) =>
  access(slack, { grant_type: 'refresh_token', refresh_token: String(refreshToken) });
const test = (slack: Simulator, token: unknown) => call(slack, 'auth.test', String(token));

describe('a rotating token', () => {
  it('comes with a refresh token and lives for twelve hours of the simulator clock', async () => {
    await using slack = await rotating();
    const answer = await installV2(slack);
    expect(answer).toMatchObject({
      access_token: expect.stringMatching(/^xoxe\.xoxb-1-/),
      refresh_token: expect.stringMatching(/^xoxe-1-/),
      expires_in: 43_200,
    });
    await slack.control.advance(2 * HOUR_MS);
    expect(await test(slack, answer.access_token)).toMatchObject({ ok: true, expires_in: 36_000 });
    await slack.control.advance(10 * HOUR_MS);
    expect(await test(slack, answer.access_token)).toEqual({ ok: false, error: 'token_expired' });
    expect(await refresh(slack, answer.refresh_token)).toMatchObject({ ok: true });
  });

  it('is renewed with the same keys, and the old one lives on beside it', async () => {
    await using slack = await rotating();
    const first = await installV2(slack);
    const second = await refresh(slack, first.refresh_token);
    expect(second).toEqual({
      ok: true,
      app_id: 'A0SIMULATE',
      scope: 'chat:write,commands',
      token_type: 'bot',
      access_token: expect.stringMatching(/^xoxe\.xoxb-1-/),
      expires_in: 43_200,
      refresh_token: expect.stringMatching(/^xoxe-1-/),
      bot_user_id: first.bot_user_id,
      team: first.team,
      enterprise: null,
      is_enterprise_install: false,
    });
    expect(await test(slack, first.access_token)).toMatchObject({ ok: true });
    expect(await test(slack, second.access_token)).toMatchObject({ ok: true });
  });

  it('is one of two at most: the third ends the first', async () => {
    await using slack = await rotating();
    const first = await installV2(slack);
    const second = await refresh(slack, first.refresh_token);
    const third = await refresh(slack, second.refresh_token);
    expect(await test(slack, first.access_token)).toEqual({ ok: false, error: 'token_revoked' });
    expect(await test(slack, second.access_token)).toMatchObject({ ok: true });
    expect(await test(slack, third.access_token)).toMatchObject({ ok: true });
  });

  it('is renewed by a refresh token once, and again within a minute', async () => {
    await using slack = await rotating();
    const { refresh_token: used } = await installV2(slack);
    expect(await refresh(slack, used)).toMatchObject({ ok: true });
    await slack.control.advance(MINUTE_MS);
    expect(await refresh(slack, used)).toMatchObject({ ok: true });
    await slack.control.advance(1);
    expect(await refresh(slack, used)).toEqual({ ok: false, error: 'invalid_refresh_token' });
  });

  it('of a person is renewed at the top level of the answer', async () => {
    await using slack = await rotating();
    const answer = await installV2(slack, { query: { scope: 'chat:write', user_scope: 'users:read' } });
    const person = answer.authed_user as { id: string; refresh_token: string; access_token: string };
    expect(person).toMatchObject({ access_token: expect.stringMatching(/^xoxe\.xoxp-1-/), expires_in: 43_200 });
    expect(await refresh(slack, person.refresh_token)).toMatchObject({
      token_type: 'user',
      scope: 'users:read',
      user_id: person.id,
      access_token: expect.stringMatching(/^xoxe\.xoxp-1-/),
    });
    expect(await test(slack, answer.access_token)).toMatchObject({ ok: true });
  });

  it('is revoked alone: the installation and its refresh token stay', async () => {
    await using slack = await rotating();
    const answer = await installV2(slack);
    await call(slack, 'auth.revoke', String(answer.access_token));
    expect(await test(slack, answer.access_token)).toEqual({ ok: false, error: 'token_revoked' });
    expect(await slack.control.installs('Acme')).toMatchObject([{ status: 'active' }]);
    const renewed = await refresh(slack, answer.refresh_token);
    expect(await test(slack, renewed.access_token)).toMatchObject({ ok: true });
  });

  it('ends with the installation, and so does its refresh token', async () => {
    await using slack = await rotating();
    const first = await installV2(slack);
    const second = await refresh(slack, first.refresh_token);
    const { clientId, clientSecret } = await appOf(slack);
    const client = { client_id: clientId, client_secret: clientSecret };
    expect(await call(slack, 'apps.uninstall', String(second.access_token), client)).toEqual({ ok: true });
    expect(await test(slack, first.access_token)).toEqual({ ok: false, error: 'account_inactive' });
    expect(await test(slack, second.access_token)).toEqual({ ok: false, error: 'account_inactive' });
    expect(await refresh(slack, second.refresh_token)).toEqual({ ok: false, error: 'invalid_refresh_token' });
  });

  it('is new at each re-install', async () => {
    await using slack = await rotating();
    const first = await installV2(slack);
    const second = await installV2(slack);
    expect(second.access_token).not.toBe(first.access_token);
    expect(await test(slack, first.access_token)).toMatchObject({ ok: true });
  });
});

describe('PKCE', () => {
  // RFC 7636 and Slack's page agree on the form; the pair is "secretpassword".
  const verifier = 'secretpassword';
  const challenge = 'ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU';
  const query = { scope: 'chat:write', code_challenge: challenge, code_challenge_method: 'S256' };
  const exchange = async (slack: Simulator, code: string, fields: Record<string, string>) =>
    call(slack, 'oauth.v2.access', undefined, {
      client_id: (await appOf(slack)).clientId,
      redirect_uri: REDIRECT,
      code,
      ...fields,
    });

  it('takes the verifier in place of the secret', async () => {
    await using slack = await rotating({ isPkceOn: true });
    const code = await allowedCode(slack, { query });
    expect(await exchange(slack, code, {})).toEqual({ ok: false, error: 'invalid_code_verifier' });
    expect(await exchange(slack, code, { code_verifier: 'wrong' })).toEqual({
      ok: false,
      error: 'invalid_code_verifier',
    });
    expect(await exchange(slack, code, { code_verifier: verifier })).toMatchObject({ ok: true, token_type: 'bot' });
  });

  it('makes the code of a person a wrong one when the verifier is', async () => {
    await using slack = await rotating({ isPkceOn: true });
    const asked = { version: 'v2_user', query: { ...query, scope: 'users:read' } } as const;
    const client = { client_id: (await appOf(slack)).clientId, redirect_uri: REDIRECT };
    const code = await allowedCode(slack, asked);
    const send = (fields: Record<string, string>) =>
      call(slack, 'oauth.v2.user.access', undefined, { ...client, code, ...fields });
    expect(await send({ code_verifier: 'wrong' })).toEqual({ ok: false, error: 'invalid_code' });
    expect(await send({ code_verifier: verifier })).toMatchObject({ ok: true, token_type: 'user', expires_in: 43_200 });
  });

  it('needs the secret when no challenge was sent', async () => {
    await using slack = await rotating({ isPkceOn: true });
    const code = await allowedCode(slack);
    expect(await exchange(slack, code, {})).toEqual({ ok: false, error: 'bad_client_secret' });
    expect(await access(slack, { code, redirect_uri: REDIRECT })).toMatchObject({ ok: true });
  });

  it.each([
    ['plain', challenge],
    ['S256', 'short'],
  ])('refuses the method %s with the challenge %s', async (method, sent) => {
    await using slack = await rotating({ isPkceOn: true });
    const page = await openPage(slack, {
      query: { scope: 'chat:write', code_challenge: sent, code_challenge_method: method },
    });
    expect(page.status).toBe(400);
  });

  it('ends refresh tokens after thirty days', async () => {
    await using slack = await rotating({ isPkceOn: true });
    const code = await allowedCode(slack, { query });
    const { refresh_token: token } = await exchange(slack, code, { code_verifier: verifier });
    await slack.control.advance(30 * 24 * HOUR_MS + 1);
    expect(await refresh(slack, token)).toEqual({ ok: false, error: 'invalid_refresh_token' });
  });
});

describe('oauth.v2.exchange', () => {
  const exchange = async (slack: Simulator, token: unknown, fields: Record<string, string> = {}) => {
    const { clientId, clientSecret } = await appOf(slack);
    const client = { client_id: clientId, client_secret: clientSecret, ...fields };
    return call(slack, 'oauth.v2.exchange', String(token), client);
  };

  it('turns a long-lived token into a rotating one, once', async () => {
    await using slack = await rotating({ isTokenRotationOn: false });
    const { access_token: old, bot_user_id: botUserId } = await installV2(slack);
    expect(await exchange(slack, old)).toEqual({ ok: false, error: 'token_rotation_not_enabled' });
    await slack.control.updateApp('A0SIMULATE', { isTokenRotationOn: true });
    const answer = await exchange(slack, old);
    expect(answer).toMatchObject({
      ok: true,
      token_type: 'bot',
      bot_user_id: botUserId,
      access_token: expect.stringMatching(/^xoxe\.xoxb-1-/),
      refresh_token: expect.stringMatching(/^xoxe-1-/),
      expires_in: 43_200,
      team: { name: 'Acme' },
    });
    expect(await exchange(slack, old)).toEqual({ ok: false, error: 'token_already_exchanged' });
    expect(await exchange(slack, answer.access_token)).toEqual({ ok: false, error: 'token_already_exchanged' });
    expect(await refresh(slack, answer.refresh_token)).toMatchObject({ ok: true });
    expect(await test(slack, old)).toEqual({ ok: false, error: 'token_revoked' });
  });

  it('needs the right client', async () => {
    await using slack = await rotating();
    const { access_token: token } = await installV2(slack);
    expect(await exchange(slack, token, { client_secret: 'wrong' })).toEqual({ ok: false, error: 'bad_client_secret' });
    const { clientId, clientSecret } = await slack.control.addApp({ kind: 'granular' });
    expect(await exchange(slack, token, { client_id: clientId, client_secret: clientSecret })).toEqual({
      ok: false,
      error: 'invalid_token',
    });
    expect(await exchange(slack, 'xoxb-never')).toEqual({ ok: false, error: 'invalid_auth' });
  });
});
