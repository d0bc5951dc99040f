/** What happens to an org-wide installation and its workspaces: lost events, refusals, moves, migrations, rotation, purge. */
import { describe, expect, it } from 'vitest';
import { environmentOf, listTeams, runCli } from './cli.test-kit.ts';
import { accessOf, greetIn, isList, ORG, openOrgScene, saidIn, setAccess } from './org-scene.test-kit.ts';
import { isPostIn, Scene } from './scene.test-kit.ts';
import { headlineOf, register } from './slack-button.test-kit.ts';

const DAY_MS = 86_400_000;

async function withEast(options: Parameters<typeof openOrgScene>[0] = {}) {
  const world = await openOrgScene(options);
  await world.press();
  await setAccess(world.scene, 'East', true);
  await world.scene.pass(40_000);
  world.told.length = 0;
  return world;
}

/** A call of the bot's author; gives Slack's error code, or undefined. */
async function post(scene: Scene, teamId: string, channel: string): Promise<string | undefined> {
  const client = await scene.server.client(teamId);
  return await scene.during(
    client.chat.postMessage({ channel, text: 'hello' }).then(
      () => undefined,
      (error: { data?: { error?: string } }) => error.data?.error ?? 'no answer of Slack',
    ),
  );
}

describe('access to workspaces', () => {
  it('that changed without a word, because the server was away or the event was lost, is found at a start and each day', async () => {
    const { scene, start, east, west } = await withEast();
    await scene.stop();
    await scene.slack.setTeamAccess('East', { isGranted: false });
    await scene.slack.setTeamAccess('West', { isGranted: true });
    const after = await scene.slack.lastSeq();
    await start();
    await scene.until(isList, { after, what: 'the question at the start' });
    await scene.pass(1_000);
    expect(await accessOf(scene)).toMatchObject({ [east.id]: 'revoked', [west.id]: 'granted' });
    await scene.slack.fault({ kind: 'delivery_drop', event: 'team_access_granted' });
    await scene.strideThrough(600_000, 10_000);
    await scene.slack.setTeamAccess('East', { isGranted: true });
    await scene.strideThrough(DAY_MS);
    expect(await accessOf(scene)).toMatchObject({ [east.id]: 'granted' });
  });

  it('is lost by that workspace alone when a call is refused by team_access_not_granted, and found again', async () => {
    const { scene, told, east, west } = await withEast();
    await setAccess(scene, 'West', true);
    await scene.pass(100_000, 5_000);
    told.length = 0;
    await scene.slack.fault({ kind: 'delivery_drop', event: 'team_access_revoked' });
    await scene.slack.setTeamAccess('East', { isGranted: false });
    expect(await post(scene, east.id, '#general')).toBe('team_access_not_granted');
    await scene.pass(2_000);
    expect(told).toEqual([['suspended', east.id, ORG, 'team_access_revoked']]);
    expect(await scene.rows()).toMatchObject([
      { installation: { state: { kind: 'active', doubt: { kind: 'none' } } } },
    ]);
    await greetIn(scene, west);
    // Nobody was asked whether the installation is gone: it is not about that.
    expect((await scene.callsOf('auth.test')).filter(({ atMs }) => atMs > scene.clock.now() - 60_000)).toEqual([]);
    await setAccess(scene, 'East', true);
    await greetIn(scene, east);
    expect(told.at(-1)).toEqual(['reactivated', east.id, ORG, undefined]);
  });

  it('is lost for a refused call also while Slack does not say where the app is, and events are kept', async () => {
    const { scene, told, east } = await withEast();
    await scene.slack.fault({ kind: 'server_error', method: 'auth.teams.list' });
    const refuse = { kind: 'refuse', method: 'chat.postMessage', error: 'team_access_not_granted', count: 1 } as const;
    await scene.slack.fault(refuse);
    expect(await post(scene, east.id, '#general')).toBe('team_access_not_granted');
    await scene.pass(10_000);
    expect(told).toEqual([['suspended', east.id, ORG, 'team_access_revoked']]);
    await scene.slack.say({ team: east.id, channel: 'general', text: 'hi' });
    await scene.pass(10_000);
    expect(await saidIn(scene, east)).toEqual([]);
    const after = await scene.slack.lastSeq();
    await scene.slack.removeFaults();
    await scene.until(isPostIn(east.id), {
      after,
      withinMs: 400_000,
      stepMs: 5_000,
      what: 'the answer to what was kept',
    });
    expect(await saidIn(scene, east)).toEqual([`hello ${east.id} ${ORG} true`]);
  });

  it('is told to the bot’s listeners by team_access_granted and team_access_revoked, also of a workspace that is out', async () => {
    const heard: unknown[] = [];
    const { scene, east } = await withEast({
      setUp({ bot }) {
        for (const name of ['team_access_granted', 'team_access_revoked'] as const) {
          bot.event(name, async ({ event, context }) => {
            heard.push([event.type, event.team_ids, context.teamId, context.enterpriseId]);
          });
        }
      },
    });
    await setAccess(scene, 'East', false);
    await setAccess(scene, 'East', true);
    expect(heard).toEqual([
      ['team_access_granted', [east.id], undefined, ORG],
      ['team_access_revoked', [east.id], undefined, ORG],
      ['team_access_granted', [east.id], undefined, ORG],
    ]);
  });
});

describe('a workspace that moves', () => {
  it('from its own installation into the organization’s is answered on, with its data, and its own one ends', async () => {
    const { scene, press, told, east } = await openOrgScene();
    await press(east.id);
    await scene.pass(1_000);
    await scene.server.data(east.id).set('score', 7);
    expect(await greetIn(scene, east)).toBe(`hello ${east.id} ${ORG} false`);
    await press();
    told.length = 0;
    // Slack ends the own tokens of the workspace here.
    await setAccess(scene, 'East', true);
    await scene.pass(40_000);
    expect(await greetIn(scene, east)).toBe(`hello ${east.id} ${ORG} true`);
    expect(await scene.server.data(east.id).get('score')).toMatchObject({ value: 7 });
    expect(told).toEqual([
      ['deactivated', east.id, ORG, 'account_inactive'],
      ['reinstalled', east.id, ORG, undefined],
      ['reactivated', east.id, ORG, undefined],
    ]);
    const rows = await scene.rows();
    expect(rows.map(({ installation: { key, state }, teams }) => [key, state.kind, teams.length])).toEqual(
      expect.arrayContaining([
        [ORG, 'active', 2],
        [east.id, 'inactive', 0],
      ]),
    );
  });

  it('out of the organization’s into its own is answered by that, and the organization’s goes on without it', async () => {
    const { scene, press, told, east, west } = await withEast();
    await setAccess(scene, 'West', true);
    await scene.server.data(east.id).set('score', 7);
    await setAccess(scene, 'East', false);
    told.length = 0;
    expect(headlineOf(await press(east.id))).toBe('Demo Bot is now in East');
    await scene.pass(1_000);
    expect(await greetIn(scene, east)).toBe(`hello ${east.id} ${ORG} false`);
    expect(await greetIn(scene, west)).toBe(`hello ${west.id} ${ORG} true`);
    expect(await scene.server.data(east.id).get('score')).toMatchObject({ value: 7 });
    expect(told).toEqual([
      ['reinstalled', east.id, ORG, undefined],
      ['reactivated', east.id, ORG, undefined],
    ]);
    expect(await accessOf(scene)).toEqual({ [ORG]: 'granted', [west.id]: 'granted' });
  });
});

describe('an organization', () => {
  it('is paused by a migration, and goes on when it is over', async () => {
    const { scene, told, east } = await withEast();
    const stage = (name: 'started' | 'finished') =>
      scene.slack.changeTeam('East', { kind: 'grid_migration', stage: name, enterpriseId: ORG });
    await stage('started');
    await scene.pass(2_000);
    const paused = [
      ['suspended', ORG, ORG, 'grid_migration_started'],
      ['suspended', east.id, ORG, 'grid_migration_started'],
    ];
    expect(told).toEqual(paused);
    await expect(scene.server.client(east.id)).rejects.toMatchObject({ code: 'installation_not_active' });
    await scene.slack.say({ team: east.id, channel: 'general', text: 'hi' });
    await scene.pass(5_000);
    expect(await saidIn(scene, east)).toEqual([]);
    const after = await scene.slack.lastSeq();
    await stage('finished');
    await scene.until(isPostIn(east.id), { after, what: 'the answer to what was kept' });
    expect(told.slice(2)).toEqual([
      ['reactivated', ORG, ORG, undefined],
      ['reactivated', east.id, ORG, undefined],
    ]);
  });

  it('is not paused for good by a migration whose end is never told, nor freed while Slack still refuses it', async () => {
    const { scene, told } = await withEast();
    await scene.slack.fault({ kind: 'refuse', method: 'auth.test', error: 'org_login_required', count: 3 });
    await scene.slack.changeTeam('East', { kind: 'grid_migration', stage: 'started', enterpriseId: ORG });
    await scene.pass(2_000);
    told.length = 0;
    await scene.slack.changeTeam('East', { kind: 'grid_migration', stage: 'finished', enterpriseId: ORG });
    await scene.strideThrough(600_000, 5_000);
    expect(told).toEqual([]);
    await scene.strideThrough(600_000, 5_000);
    expect(told.map(([name]) => name)).toEqual(['reactivated', 'reactivated']);
  });

  it('takes installations of its workspaces along into a migration, and leaves others alone', async () => {
    const { scene, press, told, west, alone } = await withEast();
    await press(west.id);
    await press(alone.id);
    await scene.pass(1_000);
    told.length = 0;
    await scene.slack.changeTeam('East', { kind: 'grid_migration', stage: 'started', enterpriseId: ORG });
    await scene.pass(2_000);
    expect(told.map(([name, teamId]) => [name, teamId])).toContainEqual(['suspended', west.id]);
    expect(scene.server.status()).toMatchObject({ active: 1, suspended: 2 });
    await greetIn(scene, alone);
  });

  it('goes on by tokens that rotate, in all its workspaces', async () => {
    const { scene, east } = await withEast({ app: { isTokenRotationOn: true } });
    const [before] = await scene.slack.installs(east.id);
    await scene.strideThrough(DAY_MS);
    const [after] = await scene.slack.installs(east.id);
    expect(after?.botToken).not.toBe(before?.botToken);
    await greetIn(scene, east);
    const posts = await scene.callsOf('chat.postMessage');
    expect(posts.at(-1)?.tokenId).toBe(after?.botTokenId);
    expect(await accessOf(scene)).toEqual({ [ORG]: 'granted', [east.id]: 'granted' });
  });

  it('gets runs of jobs for each workspace that has access, and none for itself', async () => {
    const ran: unknown[] = [];
    const { scene, east, west } = await withEast({
      setUp({ server }) {
        server.everyTeam('hour', async ({ teamId, client, data }) => {
          ran.push(teamId);
          await data.set('ran', 1);
          await client.chat.postMessage({ channel: '#general', text: 'on the hour' });
        });
      },
    });
    await setAccess(scene, 'West', true);
    await scene.pass(40_000);
    await setAccess(scene, 'West', false);
    ran.length = 0;
    await scene.strideThrough(2 * 3_600_000, 60_000);
    expect(ran).toEqual([east.id, east.id]);
    expect(await saidIn(scene, east)).toContain('on the hour');
    expect(await scene.server.data(east.id).get('ran')).toMatchObject({ value: 1 });
    expect(await saidIn(scene, west)).toEqual([]);
  });

  it('has a client of its own, whose calls name no workspace', async () => {
    const { scene, east } = await withEast({ slackScopes: ['chat:write', 'channels:read'] });
    await setAccess(scene, 'West', true);
    const client = await scene.server.client(ORG);
    const answer = await scene.during(client.auth.teams.list());
    expect(answer.teams?.map(({ name }) => name)).toEqual(['East', 'West']);
    await expect(scene.during(client.conversations.list())).rejects.toMatchObject({
      data: { error: 'missing_argument' },
    });
    const ofEast = await scene.during(client.conversations.list({ team_id: east.id }));
    expect(ofEast.channels?.map(({ id }) => id)).toContain(east.channels[0]?.id);
    // A client of a workspace names it by itself.
    expect(await scene.during((await scene.server.client(east.id)).conversations.list())).toMatchObject({ ok: true });
  });

  it('is purged with its workspaces after a long time, and is new when it registers again', async () => {
    const { scene, press, told, east } = await withEast({ purgeAfterDays: 3 });
    await scene.server.data(east.id).set('score', 7);
    const { code } = await runCli(['teams', 'deactivate', ORG], await environmentOf(scene));
    expect(code).toBe(0);
    await scene.pass(2_000);
    await scene.strideThrough(4 * DAY_MS);
    expect(await scene.rows()).toEqual([]);
    expect(told.filter(([name]) => name === 'purged').map(([, teamId]) => teamId)).toEqual([ORG, east.id]);
    expect(await scene.server.data(east.id).get('score')).toBeUndefined();
    const after = await scene.slack.lastSeq();
    expect(headlineOf(await press())).toBe('Demo Bot is now in Acme Org');
    await scene.until(isList, { after, what: 'the question' });
    await scene.pass(1_000);
    await greetIn(scene, east);
  });

  it('is shown by the command line with its workspaces, and is meant by its own name alone', async () => {
    const { scene, east, west } = await withEast();
    await setAccess(scene, 'West', true);
    await setAccess(scene, 'West', false);
    const env = await environmentOf(scene);
    expect(await listTeams(scene)).toMatchObject([
      { teamId: ORG, name: 'Acme Org', status: 'active', installation: ORG },
      ...[
        { teamId: east.id, name: 'East', status: 'active', access: 'granted', installation: ORG },
        { teamId: west.id, name: 'West', status: 'no access', access: 'revoked', installation: ORG },
      ].toSorted((a, b) => (a.teamId < b.teamId ? -1 : 1)),
    ]);
    const shown = await runCli(['teams', 'show', ORG], env);
    expect(shown.stdout).toMatch(new RegExp(`${west.id} +West +no access`));
    expect(shown.stdout).toContain('access_revoked');
    const table = await runCli(['teams', 'list', 'west'], env);
    expect(table.stdout).toMatch(/INSTALLATION/);
    for (const command of ['deactivate', 'purge']) {
      const { code, stderr } = await runCli(['teams', command, east.id], env);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`name ${ORG}`)]);
    }
    await greetIn(scene, east);
  });
});

it('a whole organization is told that RTM cannot serve it, and nothing is stored', async () => {
  const enterprise = { id: ORG, name: 'Acme Org' };
  const scene = await Scene.open({
    teams: [{ name: 'East', enterprise }],
    app: { kind: 'granular', isOrgWide: true },
  });
  await scene.start({
    slackTransport: 'rtm',
    slackOauth: 'v2',
    slackScopes: ['chat:write'],
    slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
  });
  const page = await scene.during(register(scene.url, { team: ORG }));
  expect([page.status, headlineOf(page)]).toEqual([400, 'Slack bot cannot be installed in a whole organization']);
  expect(page.html).toContain('classic app');
  expect(await scene.rows()).toEqual([]);
});
