/** `slack-bot-server teams exchange`: an app moves to token rotation while its server runs. Real processes, real HTTP. */
import type { AppSeed } from 'slack-simulator';
import { expect, it } from 'vitest';
import { CliProcess, environmentOf, listTeams, runCli } from './cli.test-kit.ts';
import { pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { isPostIn, isRequest, Scene, type SceneOptions, type StartOptions } from './scene.test-kit.ts';
import { register } from './slack-button.test-kit.ts';

const HOUR_MS = 3_600_000;
const TEAMS = ['Acme', 'Globex'] as const;

interface Options extends StartOptions {
  app?: AppSeed;
  scene?: SceneOptions;
}

/** Two workspaces with a bot's and a person's token each that live for ever; then rotation is switched on for the app. */
async function withLongLived({ app, scene: sceneOptions, ...options }: Options = {}) {
  const scene = await Scene.open({
    teams: TEAMS.map((name) => ({ name })),
    app: { kind: 'granular', signingSecret: SIGNING_SECRET, eventSubscriptions: ['message.im'], ...app },
    ...sceneOptions,
  });
  const start = async () => {
    await scene.start({
      slackTransport: 'http',
      slackSigningSecret: SIGNING_SECRET,
      slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
      slackScopes: ['chat:write', 'im:history', 'users:read'],
      slackUserScopes: ['users:read'],
      ...options,
    });
    await pointAppAt(scene);
  };
  await start();
  const ids: string[] = [];
  for (const name of TEAMS) {
    const { id } = await scene.slack.team(name);
    await scene.during(register(scene.url, { team: id }));
    ids.push(id);
  }
  const [appId = ''] = (await scene.slack.apps()).map(({ id }) => id);
  await scene.slack.updateApp(appId, { isTokenRotationOn: true });
  const env = async (more = {}) =>
    environmentOf(scene, {
      SLACK_TRANSPORT: 'socket',
      SLACK_APP_TOKEN: 'xapp-test',
      SLACK_SCOPES: 'chat:write',
      ...more,
    });
  const exchange = async (...words: string[]) =>
    runCli(['teams', 'exchange', '--per-minute', '6000', ...words], await env());
  return { scene, ids, start, env, exchange };
}

async function passHours(scene: Scene, hours: number): Promise<void> {
  for (let left = hours; left > 0; left -= 0.5) {
    await scene.strideThrough(HOUR_MS / 2);
    await scene.pass(2_000, 500);
  }
}

/** The tokens with which the bot posted, by the simulator's ids of them. */
async function postedWith(scene: Scene, team: string): Promise<(string | undefined)[]> {
  return (await scene.callsOf('chat.postMessage', { team })).map(({ tokenId }) => tokenId);
}

it.each(['sqlite', 'postgres'] as const)(
  'beside a running server every token becomes a pair, is used at once, and is refreshed from then on (%s)',
  async (database) => {
    const { scene, ids, exchange } = await withLongLived({ scene: { database } });
    const [acme = ''] = ids;
    await scene.greet('Acme');
    const kept = await scene.server.client(acme);
    const done = await exchange('--all');
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toContain('4 of 4');
    expect(done.stdout).toContain('4 exchanged, 0 failed, 0 left that do not rotate');
    expect(done.stdout).toContain('the running server uses the new tokens within a second');
    expect(done.stdout).not.toMatch(/xox|secret/);
    await scene.pass(2_000);

    await scene.greet('Acme');
    await scene.greet('Globex');
    const [before, after] = await postedWith(scene, acme);
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
    expect(after).toBe((await scene.installed('Acme')).botTokenId);
    // A client that somebody holds goes on with the old token until Slack ends it.
    expect(await scene.during(kept.auth.test())).toMatchObject({ ok: true });

    await passHours(scene, 30);
    const refreshes = await scene.callsOf('oauth.v2.access', { team: acme });
    // One install, then the bot's and the person's refreshes.
    expect(refreshes.length).toBeGreaterThanOrEqual(1 + 2 * 2);
    expect(refreshes.map(({ ok }) => ok)).not.toContain(false);
    await scene.greet('Acme');
    expect((await postedWith(scene, acme)).at(-1)).not.toBe(after);
    const seq = await scene.slack.lastSeq();
    await expect(scene.during(kept.auth.test())).rejects.toThrow('earlier installation');
    expect(await scene.callsOf('auth.test', { after: seq })).toEqual([]);
    expect(await scene.callsOf('oauth.v2.exchange')).toHaveLength(4);
    expect(await listTeams(scene)).toMatchObject([
      { status: 'active', installs: 1 },
      { status: 'active', installs: 1 },
    ]);
    expect(scene.logLines.join('\n')).not.toMatch(/xox[a-z][.-]/);
  },
  90_000,
);

it('one team alone, without a server, and the next server goes on with what was stored', async () => {
  const { scene, ids, start, exchange } = await withLongLived();
  const [acme = '', globex = ''] = ids;
  await scene.stop();
  const done = await exchange(acme, '--json');
  expect(done.code).toBe(0);
  const { tokens, left } = JSON.parse(done.stdout);
  expect(left).toBe(0);
  expect(tokens).toMatchObject([
    { installation: acme, token: 'bot', userId: null, outcome: 'exchanged', slackError: null },
    { installation: acme, token: 'user', outcome: 'exchanged' },
  ]);
  expect(await scene.callsOf('oauth.v2.exchange', { team: globex })).toEqual([]);
  expect((await exchange(acme)).stdout).toContain('0 exchanged, 0 failed, 0 left');
  await start();
  await scene.greet('Acme');
  expect((await postedWith(scene, acme)).at(-1)).toBe((await scene.installed('Acme')).botTokenId);
  const shown = await runCli(['teams', 'show', acme], await environmentOf(scene));
  expect(shown.stdout).toContain('token_exchanged');
});

it('a kill between Slack’s answer and the write is found out by the next run, and costs nobody the bot', async () => {
  const { scene, ids, env, exchange } = await withLongLived();
  const [acme = ''] = ids;
  const after = await scene.slack.lastSeq();
  await scene.slack.fault({ kind: 'hang', method: 'oauth.v2.exchange', count: 1 });
  const run = new CliProcess(['teams', 'exchange', acme, '--per-minute', '6000'], await env());
  await scene.slack.waitForLog(isRequest('oauth.v2.exchange', 'request_held'), { after, timeoutMs: 20_000 });
  await run.end('SIGKILL');
  // As if the answer had been on its way: the token is exchanged at Slack, and nobody has the pair.
  await lose(scene, 'Acme');
  const second = await exchange('--all');
  expect(second.code).toBe(1);
  expect(second.stdout).toContain(`${acme} bot: not exchanged: token_already_exchanged`);
  expect(second.stdout).toContain('install the app there again');
  expect(second.stdout).toContain('3 exchanged, 1 failed, 1 left');
  await scene.pass(2_000);
  await scene.greet('Acme');
  await scene.during(register(scene.url, { team: acme }));
  expect((await exchange('--all')).stdout).toContain('0 exchanged, 0 failed, 0 left');
  await passHours(scene, 13);
  await scene.greet('Acme');
}, 180_000);

/** Exchanges a bot's token as somebody whose answer got lost. */
async function lose(scene: Scene, team: string): Promise<void> {
  const [app] = await scene.slack.apps();
  const [install] = await scene.slack.installs(team);
  const body = new URLSearchParams({ client_id: app?.clientId ?? '', client_secret: app?.clientSecret ?? '' });
  const headers = { authorization: `Bearer ${install?.botToken}` };
  const answer = await fetch(`${scene.simulator.apiUrl}oauth.v2.exchange`, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ ok: true });
}

it('a SIGTERM lets the token that is under way be stored, and the next run does the rest', async () => {
  const { scene, env, exchange } = await withLongLived();
  const after = await scene.slack.lastSeq();
  const held = await scene.slack.fault({ kind: 'hold', method: 'oauth.v2.exchange', count: 1 });
  const run = new CliProcess(['teams', 'exchange', '--all', '--per-minute', '6000'], await env());
  await scene.slack.waitForLog(isRequest('oauth.v2.exchange', 'request_held'), { after, timeoutMs: 20_000 });
  const ending = run.end('SIGTERM');
  await scene.slack.removeFaults(held.id);
  const { code, stdout, stderr } = await ending;
  expect(code).toBe(130);
  expect(stderr).toContain('error: Stopped after 1 exchanged\n  fix: Run it again for the rest.\n');
  expect(stdout).toContain('1 exchanged, 0 failed, 3 left');
  expect((await exchange('--all')).stdout).toContain('3 exchanged, 0 failed, 0 left');
  expect((await scene.callsOf('oauth.v2.exchange')).map(({ ok }) => ok)).toEqual([true, true, true, true]);
});

it('Slack’s Retry-After is waited for', async () => {
  const { scene, ids, exchange } = await withLongLived();
  await scene.slack.fault({ kind: 'rate_limit', method: 'oauth.v2.exchange', retryAfterSeconds: 1, count: 1 });
  const done = await exchange(ids[0] ?? '');
  expect(done.stdout).toContain('Slack asks to wait (1 s)');
  expect(done.stdout).toContain('2 exchanged, 0 failed, 0 left');
});

it.each([
  ['token_rotation_not_enabled', 'switch on token rotation in the settings of the app'],
  ['bad_client_secret', 'SLACK_CLIENT_SECRET'],
  ['invalid_client_id', 'SLACK_CLIENT_ID'],
])('%s ends the run at the first token, with what to do', async (error, fix) => {
  const { scene, exchange } = await withLongLived();
  await scene.slack.fault({ kind: 'refuse', method: 'oauth.v2.exchange', error });
  const { code, stderr } = await exchange('--all');
  expect(code).toBe(2);
  expect(stderr).toContain(`Slack exchanges no token of this app: ${error}`);
  expect(stderr).toContain(fix);
  expect(await scene.callsOf('oauth.v2.exchange')).toHaveLength(1);
});

it.each([
  ['authorization_not_found', 'The installation is gone at Slack'],
  ['invalid_token', 'this very app'],
  ['invalid_auth', 'Slack does not accept the token, or the workspace does not allow the IP address'],
  ['account_inactive', 'Slack does not accept the token. Install the app there again.'],
  ['token_revoked', 'Slack does not accept the token. Install the app there again.'],
  ['org_login_required', 'when an admin of it has let the app in again'],
  ['no_permission', 'Another run gets the same answer. Install the app there again.'],
])('%s concerns that token alone, and deactivates nobody', async (error, words) => {
  const { scene, ids, exchange } = await withLongLived();
  await scene.slack.fault({ kind: 'refuse', method: 'oauth.v2.exchange', error, count: 1 });
  const { code, stdout } = await exchange('--all');
  expect(code).toBe(1);
  expect(stdout).toContain(`${[...ids].sort()[0]} bot: not exchanged: ${error}. `);
  expect(stdout).toContain(words);
  expect(stdout).toContain('3 exchanged, 1 failed, 1 left');
  await scene.pass(2_000);
  for (const team of TEAMS) await scene.greet(team);
});

it('a command that cannot work says why, and asks Slack for nothing', async () => {
  const { scene, ids, env } = await withLongLived();
  const run = async (words: string[], more = {}) => runCli(['teams', 'exchange', ...words], await env(more));
  const refusals: [string[], Record<string, string>, number, string][] = [
    [[], {}, 2, 'Name a team, or pass --all\n'],
    [[ids[0] ?? '', '--all'], {}, 2, 'Name a team or pass --all, not both'],
    [['--all', '--per-minute', '0'], {}, 2, 'from 1 to 6000'],
    [['T0NOBODY'], {}, 1, 'No installation for team T0NOBODY'],
    [['--all'], { SLACK_OAUTH: 'v1' }, 2, 'Tokens of classic apps do not rotate'],
    [
      ['--all'],
      { SLACK_CLIENT_ID: '', SLACK_CLIENT_SECRET: '' },
      2,
      'SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are missing',
    ],
  ];
  for (const [words, more, code, message] of refusals) {
    const done = await run(words, more);
    expect([done.code, done.stderr]).toEqual([code, expect.stringContaining(message)]);
  }
  expect(await scene.callsOf('oauth.v2.exchange')).toEqual([]);
});

it('events go on while tokens are exchanged', async () => {
  const { scene, ids, exchange } = await withLongLived();
  const [acme = ''] = ids;
  const running = exchange('--all');
  const after = await scene.slack.lastSeq();
  for (let n = 0; n < 5; n++) await scene.slack.say({ team: acme, to: 'bot', text: 'hi' });
  await running;
  await scene.pass(3_000);
  await scene.until(isPostIn(acme), { after });
  await scene.pass(3_000);
  const posts = await scene.callsOf('chat.postMessage', { after, team: acme });
  expect(posts.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
});
