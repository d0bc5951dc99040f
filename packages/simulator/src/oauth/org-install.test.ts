import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppServer } from '../../test/support/app-server.ts';
import { access, appOf, decideV2, installV2, openPage, REDIRECT } from '../../test/support/oauth-v2.ts';
import { aModal } from '../../test/support/people.ts';
import { call, type Json } from '../../test/support/slack.ts';
import { type Simulator, startSimulator } from '../simulator.ts';

const start = () =>
  startSimulator({
    app: { kind: 'granular', isOrgWide: true, botScopes: ['chat:write', 'channels:read', 'users:read'] },
    teams: [
      { name: 'Acme East', enterprise: { id: 'E0ACME', name: 'Acme Org' } },
      { name: 'Acme West', enterprise: { id: 'E0ACME', name: 'Acme Org' } },
      { name: 'Globex East', enterprise: { id: 'E0GLOBEX', name: 'Globex Org' } },
      { name: 'Alone' },
    ],
  });
const asked = { query: { scope: 'chat:write,channels:read,users:read' }, choice: { team: 'E0ACME' } };

describe('an org-wide installation', () => {
  let slack: Simulator;
  let installed: Json;
  const token = () => String(installed.access_token);
  beforeAll(async () => {
    slack = await start();
    installed = await installV2(slack, asked);
  });
  afterAll(() => slack.stop());

  it('is offered on the page, and answers with the organization in place of a team', async () => {
    expect((await openPage(slack, asked)).html).toContain('Acme Org (whole organization)');
    expect(installed).toMatchObject({
      ok: true,
      team: null,
      enterprise: { id: 'E0ACME', name: 'Acme Org' },
      is_enterprise_install: true,
      access_token: expect.stringMatching(/^xoxb-/),
    });
    expect(await call(slack, 'auth.test', token())).toMatchObject({
      ok: true,
      team: 'Acme Org',
      team_id: 'E0ACME',
      enterprise_id: 'E0ACME',
      is_enterprise_install: true,
      url: 'https://acme-org.enterprise.slack.com/',
    });
  });

  it('works nowhere until a workspace was given access, and no longer than that', async () => {
    const posting = () => call(slack, 'chat.postMessage', token(), { channel: '#general', text: 'hi' });
    expect(await posting()).toEqual({ ok: false, error: 'team_access_not_granted' });
    await slack.control.setTeamAccess('Acme East', { isGranted: true });
    expect(await posting()).toMatchObject({ ok: true });
    expect(await call(slack, 'auth.teams.list', token())).toMatchObject({ teams: [{ name: 'Acme East' }] });
    await slack.control.setTeamAccess('Acme East', { isGranted: false });
    expect(await posting()).toEqual({ ok: false, error: 'team_access_not_granted' });
    expect(await call(slack, 'auth.teams.list', token())).toMatchObject({ teams: [] });
  });

  it('asks lists which workspace is meant, and finds the one of an id by itself', async () => {
    const east = await slack.control.team('Acme East');
    const west = await slack.control.team('Acme West');
    for (const { id } of [east, west]) await slack.control.setTeamAccess(id, { isGranted: true });
    const list = (fields: Record<string, string>) => call(slack, 'conversations.list', token(), fields);
    expect(await list({})).toMatchObject({ error: 'missing_argument' });
    expect(await list({ team_id: west.id })).toMatchObject({ ok: true });
    expect(await list({ team_id: (await slack.control.team('Globex East')).id })).toMatchObject({
      error: 'team_not_found',
    });
    const westGeneral = west.channels.find(({ name }) => name === 'general')?.id ?? '';
    await call(slack, 'chat.postMessage', token(), { channel: westGeneral, text: 'to the west' });
    expect(await slack.control.messages({ team: west.id, channel: 'general' })).toMatchObject([
      { text: 'to the west' },
    ]);
    const bots = [east, west].map(({ id }) => slack.control.installs(id));
    expect((await Promise.all(bots)).flat().map(({ botUserId }) => botUserId)).toEqual([
      installed.bot_user_id,
      installed.bot_user_id,
    ]);
  });

  it('pages through its workspaces, with icons on request', async () => {
    const first = await call(slack, 'auth.teams.list', token(), { limit: '1', include_icon: 'true' });
    expect(first).toMatchObject({ teams: [{ name: 'Acme East', icon: { image_default: true } }] });
    const { next_cursor: cursor } = first.response_metadata as { next_cursor: string };
    const second = await call(slack, 'auth.teams.list', token(), { limit: '1', cursor });
    expect(second).toMatchObject({ teams: [{ name: 'Acme West' }], response_metadata: { next_cursor: '' } });
    expect(await call(slack, 'auth.teams.list', token(), { cursor: 'x' })).toMatchObject({ error: 'invalid_cursor' });
  });

  it('keeps its workspaces from installing the app once more', async () => {
    const again = await installV2(slack, { ...asked, choice: { team: 'Acme East' } });
    expect(again).toEqual({ ok: false, error: 'cannot_install_an_org_installed_app' });
    expect(await installV2(slack, { ...asked, choice: { team: 'Alone' } })).toMatchObject({ ok: true });
  });

  it('ends everywhere with apps.uninstall', async () => {
    const { clientId, clientSecret } = await appOf(slack);
    const client = { client_id: clientId, client_secret: clientSecret };
    expect(await call(slack, 'apps.uninstall', token(), client)).toEqual({ ok: true });
    expect(await call(slack, 'auth.test', token())).toEqual({ ok: false, error: 'account_inactive' });
    expect(await slack.control.installs('Acme East')).toMatchObject([{ status: 'removed' }]);
    const again = await installV2(slack, asked);
    expect(again.access_token).not.toBe(token());
    expect(await call(slack, 'auth.teams.list', String(again.access_token))).toMatchObject({ teams: [] });
  });
});

it('does not let an organization grant what belongs to one workspace', async () => {
  await using slack = await start();
  const page = await decideV2(slack, {
    query: { scope: 'incoming-webhook' },
    choice: { decision: 'allow', team: 'E0ACME' },
  });
  expect(page.html).toContain('scope_not_allowed_on_enterprise');
});

it('keeps the organizations apart', async () => {
  await using slack = await start();
  const acme = await slack.control.installInOrg({ enterprise: 'Acme Org', teams: ['Acme West'] });
  const globex = await slack.control.installInOrg({ enterprise: 'E0GLOBEX', teams: ['Globex East'] });
  expect(acme.botToken).not.toBe(globex.botToken);
  expect(await call(slack, 'auth.teams.list', globex.botToken)).toMatchObject({ teams: [{ name: 'Globex East' }] });
  await expect(slack.control.installInOrg({ enterprise: 'E0ACME', teams: ['Alone'] })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

it('shows the renewed token of an organization in its workspaces', async () => {
  await using slack = await startSimulator({
    app: { kind: 'granular', isOrgWide: true, isTokenRotationOn: true },
    teams: [{ name: 'Acme East', enterprise: { id: 'E0ACME', name: 'Acme Org' } }],
  });
  const installed = await installV2(slack, asked);
  await slack.control.setTeamAccess('Acme East', { isGranted: true });
  const renewed = await access(slack, {
    grant_type: 'refresh_token',
    refresh_token: String(installed.refresh_token),
    redirect_uri: REDIRECT,
  });
  expect(renewed).toMatchObject({ team: null, is_enterprise_install: true });
  expect(await slack.control.installs('Acme East')).toMatchObject([{ botToken: renewed.access_token }]);
});

it('takes only that workspace out when its administrator switches the app off', async () => {
  await using slack = await start();
  const { botToken } = await slack.control.installInOrg({ enterprise: 'E0ACME', teams: ['Acme East', 'Acme West'] });
  const teams = () => call(slack, 'auth.teams.list', botToken);
  await slack.control.fault({ kind: 'disable_integration', team: 'Acme East' });
  expect(await teams()).toMatchObject({ ok: true, teams: [{ name: 'Acme West' }] });
  await slack.control.fault({ kind: 'enable', team: 'Acme East' });
  expect(await teams()).toMatchObject({ teams: [{ name: 'Acme West' }, { name: 'Acme East' }] });
});

it.each([
  [{ kind: 'disable_integration' }, 'account_inactive', 'disabled'],
  [{ kind: 'remove_app' }, 'invalid_auth', 'removed'],
  [{ kind: 'revoke_token' }, 'token_revoked', 'removed'],
  [{ kind: 'revoke_token', whose: 'bot' }, 'token_revoked', 'active'],
] as const)('ends in all its workspaces, and in no other, by the fault %j', async (fault, error, status) => {
  await using slack = await start();
  const { botToken } = await slack.control.installInOrg({ enterprise: 'E0ACME', teams: ['Acme East', 'Acme West'] });
  const globex = await slack.control.installInOrg({ enterprise: 'E0GLOBEX', teams: ['Globex East'] });
  await slack.control.fault({ ...fault, enterprise: 'Acme Org' });
  expect(await call(slack, 'auth.test', botToken)).toEqual({ ok: false, error });
  for (const team of ['Acme East', 'Acme West'])
    expect(await slack.control.installs(team), team).toMatchObject([{ status }]);
  expect(await call(slack, 'auth.test', globex.botToken)).toMatchObject({ ok: true });
  expect(await slack.control.installs('Globex East')).toMatchObject([{ status: 'active' }]);
});

it('works again in the workspaces that it had, once an organization that was disabled is enabled', async () => {
  await using slack = await start();
  const { botToken } = await slack.control.installInOrg({ enterprise: 'E0ACME', teams: ['Acme East', 'Acme West'] });
  await slack.control.fault({ kind: 'disable_integration', enterprise: 'E0ACME' });
  await slack.control.fault({ kind: 'enable', enterprise: 'E0ACME' });
  expect(await call(slack, 'auth.teams.list', botToken)).toMatchObject({
    teams: [{ name: 'Acme East' }, { name: 'Acme West' }],
  });
  const both = { kind: 'disable_integration', team: 'Acme East', enterprise: 'E0ACME' } as const;
  await expect(slack.control.fault(both)).rejects.toMatchObject({ code: 'invalid_input' });
  const unknown = { kind: 'disable_integration', enterprise: 'E0NONE' } as const;
  await expect(slack.control.fault(unknown)).rejects.toMatchObject({ code: 'not_found' });
});

it('ends the own installation of a workspace that joins the one of its organization', async () => {
  await using slack = await start();
  const own = await slack.control.install({ team: 'Acme East' });
  const { botToken } = await slack.control.installInOrg({ enterprise: 'E0ACME', teams: ['Acme East'] });
  expect(await call(slack, 'auth.test', own.botToken)).toEqual({ ok: false, error: 'account_inactive' });
  expect(await slack.control.installs('Acme East')).toMatchObject([{ status: 'active', botToken }]);
});

it('lets a workspace that was taken out install by itself, with a bot of its own', async () => {
  await using slack = await start();
  const org = await slack.control.installInOrg({ enterprise: 'E0ACME', teams: ['Acme East', 'Acme West'] });
  await slack.control.setTeamAccess('Acme East', { isGranted: false });
  const own = await installV2(slack, { ...asked, choice: { team: 'Acme East' } });
  const east = await slack.control.team('Acme East');
  expect(own).toMatchObject({ ok: true, team: { id: east.id }, is_enterprise_install: false });
  expect(own.bot_user_id).not.toBe(org.botUserId);
  const auth = await call(slack, 'auth.test', String(own.access_token));
  expect(auth).toMatchObject({ ok: true, team_id: east.id, enterprise_id: 'E0ACME', is_enterprise_install: false });
  expect(await call(slack, 'auth.teams.list', org.botToken)).toMatchObject({ teams: [{ name: 'Acme West' }] });
  const message = { channel: '#general', text: 'by myself' };
  expect(await call(slack, 'chat.postMessage', String(own.access_token), message)).toMatchObject({ ok: true });
});

it('tells the app what happened to its installations', async () => {
  await using app = await AppServer.start();
  const eventSubscriptions = ['app_uninstalled', 'tokens_revoked', 'team_access_granted', 'team_access_revoked'];
  await using slack = await startSimulator({
    app: { kind: 'granular', isOrgWide: true, requestUrl: app.url, eventSubscriptions },
    teams: [{ name: 'Acme', enterprise: { id: 'E0ACME', name: 'Acme Org' } }, { name: 'Alone' }],
  });
  const acme = await slack.control.team('Acme');
  await slack.control.installInOrg({ enterprise: 'E0ACME' });
  await slack.control.setTeamAccess('Acme', { isGranted: true });
  const granted = await app.request(({ body }) => (body.event as Json).type === 'team_access_granted');
  expect(granted.body).toMatchObject({
    event: { team_ids: [acme.id] },
    authorizations: [{ enterprise_id: 'E0ACME', is_enterprise_install: true }],
  });
  await slack.control.setTeamAccess('Acme', { isGranted: false });
  expect(await app.event(({ type }) => type === 'team_access_revoked')).toMatchObject({ team_ids: [acme.id] });

  const query = { scope: 'chat:write', user_scope: 'users:read' };
  const alone = await installV2(slack, { query, choice: { team: 'Alone' } });
  const person = alone.authed_user as { id: string; access_token: string };
  await call(slack, 'auth.revoke', person.access_token);
  expect(await app.event(({ type }) => type === 'tokens_revoked')).toMatchObject({
    tokens: { oauth: [person.id], bot: [] },
  });
  await call(slack, 'auth.revoke', String(alone.access_token));
  await app.event(({ type }) => type === 'app_uninstalled');
  const botsOf = (event: Json) => (event.tokens as { bot: string[] } | undefined)?.bot ?? [];
  expect(await app.event((event) => botsOf(event).includes(String(alone.bot_user_id)))).toMatchObject({
    type: 'tokens_revoked',
  });
});

it('opens modals with the token of an organization in the workspace where somebody asked', async () => {
  await using app = await AppServer.start();
  await using slack = await startSimulator({
    app: { kind: 'granular', isOrgWide: true, requestUrl: app.url },
    teams: ['East', 'West'].map((name) => ({ name, enterprise: { id: 'E0ACME', name: 'Acme Org' } })),
  });
  const { botToken } = await slack.control.installInOrg({ enterprise: 'E0ACME', teams: ['East', 'West'] });
  const { triggerId = '' } = await slack.control.act({ kind: 'shortcut', team: 'West', callbackId: 'new' });
  const { body } = await app.request(() => true);
  expect(JSON.parse(String(body.payload))).toMatchObject({ is_enterprise_install: true, enterprise: { id: 'E0ACME' } });
  const fields = { trigger_id: triggerId, view: JSON.stringify(aModal({ blocks: [] })) };
  const west = await slack.control.team('West');
  expect(await call(slack, 'views.open', botToken, fields)).toMatchObject({ ok: true, view: { team_id: west.id } });
  await slack.control.act({ kind: 'view_submit', team: 'West' });
  const submitted = await app.request((one) => String(one.body.payload).includes('view_submission'));
  expect(JSON.parse(String(submitted.body.payload))).toMatchObject({ type: 'view_submission', team: null });
});
