import type { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppServer } from '../../../test/support/app-server.ts';
import { formFields, visit } from '../../../test/support/oauth-form.ts';
import { REDIRECT } from '../../../test/support/oauth-v2.ts';
import { call, RawSocket } from '../../../test/support/slack.ts';
import { clientOf, refusal } from '../../../test/support/web-client.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

const START_MS = 1_800_000_000_000;

let slack: Simulator;
let dev: WebClient;
beforeAll(async () => {
  slack = await startSimulator({ teams: 2, clock: { mode: 'manual', startMs: START_MS } });
  dev = clientOf(slack, (await slack.control.addConfigToken({ team: 'Acme', user: 'ann' })).token);
});
afterAll(() => slack.stop());

const named = (name: string) => ({ display_information: { name } });
const manifestOf = async (app: string) => (await dev.apps.manifest.export({ app_id: app })).manifest;

/** Allows the app on the page behind that link, and exchanges the code. */
async function installed(link: string, credentials: { client_id?: string; client_secret?: string }) {
  const page = new URL(link);
  const fields = formFields((await visit(link)).html);
  fields.set('team', 'Acme');
  fields.set('decision', 'allow');
  const { location } = await visit(page.origin + page.pathname, { method: 'POST', body: fields });
  const { client_id = '', client_secret = '' } = credentials;
  const code = location?.searchParams.get('code') ?? '';
  return call(slack, 'oauth.v2.access', undefined, { client_id, client_secret, code });
}

describe('apps.manifest.*', () => {
  it('make an app that is installed and used, change it and delete it', async () => {
    await using app = await AppServer.start();
    const manifest = {
      ...named('Weather'),
      features: { bot_user: { display_name: 'weather' } },
      oauth_config: {
        redirect_urls: ['http://127.0.0.1:3000/back'],
        scopes: { bot: ['app_mentions:read' as const, 'chat:write' as const] },
      },
      settings: { event_subscriptions: { request_url: app.url, bot_events: ['app_mention' as const] } },
    };
    const created = await dev.apps.manifest.create({ manifest });
    expect(created).toMatchObject({
      app_id: expect.stringMatching(/^A/),
      team_domain: 'acme',
      credentials: { client_id: expect.any(String), verification_token: expect.any(String) },
    });
    const { app_id: id = '', credentials = {}, oauth_authorize_url: link = '' } = created;
    const { access_token: botToken } = await installed(link, credentials);
    const bot = clientOf(slack, String(botToken));
    const { user_id: botUserId } = await bot.auth.test();
    await slack.control.say({ team: 'Acme', channel: 'general', text: `<@${botUserId}> hello` });
    await app.event(({ type }) => type === 'app_mention');

    expect(await manifestOf(id)).toMatchObject(manifest);
    const wider = {
      ...manifest,
      oauth_config: { scopes: { bot: ['app_mentions:read' as const, 'chat:write' as const, 'users:read' as const] } },
    };
    expect(await dev.apps.manifest.update({ app_id: id, manifest: wider })).toMatchObject({
      app_id: id,
      permissions_updated: true,
    });
    const renamed = { ...wider, ...named('Climate') };
    expect(await dev.apps.manifest.update({ app_id: id, manifest: renamed })).toMatchObject({
      permissions_updated: false,
    });
    expect(await manifestOf(id)).toMatchObject({ display_information: { name: 'Climate' } });
    expect(await manifestOf(id)).not.toHaveProperty('oauth_config.redirect_urls');

    await dev.apps.manifest.delete({ app_id: id });
    expect(await refusal(dev.apps.manifest.export({ app_id: id }))).toBe('app_not_found');
    expect(await refusal(bot.auth.test())).toBe('invalid_auth');
    expect((await slack.control.apps()).map((one) => one.id)).not.toContain(id);
    expect((await visit(link)).status).toBe(400);
  });

  it('say what is wrong with a manifest, and where', async () => {
    const wrong = { ...named('x'), settings: { event_subscriptions: { bot_events: ['app_mention' as const] } } };
    // The first of the errors on the page of apps.manifest.validate.
    const problem = {
      message: 'Event Subscription requires either Request URL or Socket Mode Enabled',
      pointer: '/settings/event_subscriptions',
    };
    const refused = { data: { error: 'invalid_manifest', errors: [problem] } };
    await expect(dev.apps.manifest.validate({ manifest: wrong })).rejects.toMatchObject(refused);
    await expect(dev.apps.manifest.create({ manifest: wrong })).rejects.toMatchObject(refused);
    await expect(dev.apiCall('apps.manifest.validate', { manifest: '{' })).rejects.toMatchObject({
      data: { error: 'invalid_manifest', errors: [{ pointer: '/' }] },
    });
    expect(await dev.apps.manifest.validate({ manifest: named('x') })).toMatchObject({ ok: true, errors: [] });
    expect(await refusal(dev.apiCall('apps.manifest.validate', {}))).toBe('invalid_arguments');
  });

  it('close the sockets of an app that loses Socket Mode, and of one that is deleted', async () => {
    const socketMode = { ...named('Live'), settings: { socket_mode_enabled: true } };
    const { app_id: id = '' } = await dev.apps.manifest.create({ manifest: socketMode });
    const open = async () => {
      const live = (await slack.control.apps()).find((one) => one.id === id);
      const { url } = await call(slack, 'apps.connections.open', live?.appLevelToken);
      const socket = new RawSocket(String(url));
      await socket.frame(({ type }) => type === 'hello');
      return socket;
    };
    const isDisabled = ({ type, reason }: { type?: unknown; reason?: unknown }) =>
      type === 'disconnect' && reason === 'link_disabled';
    using first = await open();
    await dev.apps.manifest.update({ app_id: id, manifest: named('Live') });
    await first.frame(isDisabled);
    await dev.apps.manifest.update({ app_id: id, manifest: socketMode });
    using second = await open();
    await dev.apps.manifest.delete({ app_id: id });
    await second.frame(isDisabled);
  });

  it('keep an app in the workspace where it was made', async () => {
    const { app_id: id = '', credentials } = await dev.apps.manifest.create({ manifest: named('Homely') });
    expect(await slack.control.apps()).toContainEqual(expect.objectContaining({ id, isDistributed: false }));
    const { id: globex } = await slack.control.team('Globex');
    const query = {
      client_id: credentials?.client_id ?? '',
      scope: 'chat:write',
      team: globex,
      redirect_uri: REDIRECT,
    };
    const page = `${slack.url}/oauth/v2/authorize?${new URLSearchParams(query).toString()}`;
    expect((await visit(page)).html).toContain('invalid_team_for_non_distributed_app');
    const stranger = clientOf(slack, (await slack.control.addConfigToken({ team: 'Globex' })).token);
    for (const method of ['export', 'delete'] as const) {
      expect(await refusal(stranger.apps.manifest[method]({ app_id: id }))).toBe('no_permission');
    }
    expect(await refusal(stranger.apps.manifest.update({ app_id: id, manifest: named('Mine') }))).toBe('no_permission');
    const createIn = (team_id: string) => dev.apiCall('apps.manifest.create', { manifest: named('x'), team_id });
    expect(await refusal(createIn(globex))).toBe('not_in_team');
    expect(await refusal(createIn('T0NOWHERE'))).toBe('invalid_team_id');
  });

  it('make an app where another one was deleted before', async () => {
    const make = async (name: string) => (await dev.apps.manifest.create({ manifest: named(name) })).app_id ?? '';
    const [first, second] = [await make('First'), await make('Second')];
    await dev.apps.manifest.delete({ app_id: first });
    const third = await make('Third');
    const clientIds = (await slack.control.apps()).map((app) => app.clientId);
    expect(new Set(clientIds).size).toBe(clientIds.length);
    for (const id of [second, third]) await dev.apps.manifest.delete({ app_id: id });
  });

  it('make the default app anew when it was deleted', async () => {
    const scopes = { oauth_config: { scopes: { bot: ['chat:write' as const] } } };
    await using own = await startSimulator({ app: { manifest: { ...named('Old'), ...scopes } } });
    const owner = clientOf(own, (await own.control.addConfigToken({ team: 'Acme' })).token);
    const [old] = await own.control.apps();
    const before = await own.control.install({ team: 'Acme' });
    await owner.apps.manifest.delete({ app_id: old?.id ?? '' });
    const { app_id: id } = await owner.apps.manifest.create({ manifest: { ...named('New'), ...scopes } });
    expect(id).toBe(old?.id);
    const after = await own.control.install({ team: 'Acme' });
    expect(after.botUserId).not.toBe(before.botUserId);
    expect(await clientOf(own, after.botToken).auth.test()).toMatchObject({ app_name: 'New' });
    expect(await refusal(clientOf(own, before.botToken).auth.test())).toBe('invalid_auth');
  });

  it('refuse what is no app of theirs, and other tokens', async () => {
    expect(await refusal(dev.apps.manifest.export({ app_id: 'nonsense' }))).toBe('invalid_app_id');
    expect(await refusal(dev.apps.manifest.export({ app_id: 'A0NOWHERE0' }))).toBe('app_not_found');
    const [classic] = await slack.control.apps();
    expect(await refusal(dev.apps.manifest.export({ app_id: classic?.id ?? '' }))).toBe('app_not_eligible');
    const { botToken } = await slack.control.install({ team: 'Acme' });
    const validate = (token: string | undefined) =>
      call(slack, 'apps.manifest.validate', token, { manifest: JSON.stringify(named('x')) });
    // slackapi/node-slack-sdk#1412
    expect(await validate(botToken)).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await validate('xoxe.xoxp-1-nobody')).toMatchObject({ error: 'invalid_auth' });
    expect(await validate(undefined)).toMatchObject({ error: 'not_authed' });
    expect(await refusal(dev.users.list({}))).toBe('not_allowed_token_type');
  });
});

describe('configuration tokens', () => {
  it('are exchanged for new ones before they expire', async () => {
    const issued = await slack.control.addConfigToken({ team: 'Acme', user: 'bob' });
    expect(issued.token).toMatch(/^xoxe\.xoxp-/);
    const nobody = clientOf(slack, '');
    const nowSeconds = (await slack.control.clock()).nowMs / 1000;
    const rotated = await nobody.tooling.tokens.rotate({ refresh_token: issued.refreshToken });
    expect(rotated).toMatchObject({
      team_id: issued.team,
      user_id: issued.user,
      iat: nowSeconds,
      exp: nowSeconds + 12 * 3600,
      token: expect.stringMatching(/^xoxe\.xoxp-/),
      refresh_token: expect.stringMatching(/^xoxe-/),
    });
    expect(await refusal(nobody.tooling.tokens.rotate({ refresh_token: issued.refreshToken }))).toBe(
      'invalid_refresh_token',
    );
    const validate = (token = '') =>
      clientOf(slack, token)
        .apps.manifest.validate({ manifest: named('x') })
        .then(({ ok }) => ok);
    expect([await validate(issued.token), await validate(rotated.token)]).toEqual([true, true]);
    await slack.control.advance(12 * 3_600_000);
    expect(await refusal(validate(rotated.token))).toBe('token_expired');
    const again = await nobody.tooling.tokens.rotate({ refresh_token: rotated.refresh_token ?? '' });
    expect(await validate(again.token)).toBe(true);
    expect(slack.secrets()).toEqual(expect.arrayContaining([issued.token, issued.refreshToken, again.token]));
  });
});
