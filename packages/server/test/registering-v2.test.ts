/** The Slack button of a granular app from end to end: OAuth v2, with scopes of the bot and of people. Events are posted. */
import type { AppSeed, LogRecord } from 'slack-simulator';
import { expect, it } from 'vitest';
import { openStorage } from '../src/wiring/create-storage.ts';
import { listTeams } from './cli.test-kit.ts';
import { messageOf, pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import {
  answerHi,
  isPostIn,
  isRefused,
  isRequest,
  Scene,
  type SceneOptions,
  type StartOptions,
} from './scene.test-kit.ts';
import { type Decision, decide, headlineOf, openBrowser, register, visit } from './slack-button.test-kit.ts';

const BOT_SCOPES = ['chat:write', 'im:history', 'users:read'];

interface Options extends StartOptions {
  app?: AppSeed;
  teams?: SceneOptions['teams'];
}

/** Slack with a granular app, and a server that takes posted events. */
async function withSlack({ app, teams = [{ name: 'Acme' }], ...options }: Options = {}) {
  const seed: AppSeed = { kind: 'granular', signingSecret: SIGNING_SECRET, eventSubscriptions: ['message.im'], ...app };
  const scene = await Scene.open({ teams, app: seed });
  const start = async () => {
    await scene.start({
      slackTransport: 'http',
      slackSigningSecret: SIGNING_SECRET,
      slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
      slackScopes: BOT_SCOPES,
      ...options,
    });
    await pointAppAt(scene);
  };
  await start();
  const { id } = await scene.slack.team('Acme');
  const press = (answer: Partial<Decision> = {}) => scene.during(register(scene.url, { team: id, ...answer }));
  return { scene, id, press, start };
}

/** Whoever writes hears by which token the listener could act for them; the token itself stays in here. */
function tellTokens(seen: Map<string, string | undefined>): NonNullable<StartOptions['setUp']> {
  return ({ bot }) => {
    bot.message('who', async ({ context, say }) => {
      seen.set(context.userId ?? '', context.userToken);
      await say(`seen ${context.userId}`);
    });
  };
}

async function write(scene: Scene, team: string, user: string): Promise<void> {
  const after = await scene.slack.lastSeq();
  await scene.slack.say({ team, user, to: 'bot', text: 'who' });
  await scene.until(isPostIn(team), { after, what: `an answer to ${user}` });
}

/** A call of the bot's author, by which the server learns that the token is dead. */
async function askWho(scene: Scene, team: string): Promise<void> {
  const client = await scene.server.client(team);
  await scene.during(
    client.auth.test().then(
      () => expect.unreachable('the token works'),
      () => {},
    ),
  );
}

const isExchange = ({ method }: LogRecord) => method === 'oauth.v2.access';

it('a workspace that registers has an active row with names and bot ids, and its events are answered', async () => {
  const { scene, id, press } = await withSlack();
  const page = await press();
  expect([page.status, headlineOf(page)]).toEqual([200, 'Demo Bot is now in Acme']);
  const [bot] = await scene.slack.installs(id);
  const { botUserId, botId } = bot ?? {};
  expect(await listTeams(scene)).toEqual([
    expect.objectContaining({ teamId: id, name: 'Acme', status: 'active', botUserId, botId, installs: 1 }),
  ]);
  expect(bot?.scopes).toEqual(BOT_SCOPES);
  await scene.greet('Acme');
  expect(await scene.callsOf('oauth.access')).toEqual([]);
});

it('a workspace that registers again keeps its row and its data', async () => {
  const { scene, id, press, start } = await withSlack();
  await press();
  await scene.server.data(id).set('score', 7);
  await scene.stop();
  await start();
  // What Slack called the app at the install.
  expect(await (await fetch(scene.url)).text()).toContain('<h1>Demo Bot</h1>');
  const page = await press();
  expect(headlineOf(page)).toBe('Demo Bot stays in Acme');
  expect(await scene.server.data(id).get('score')).toMatchObject({ value: 7 });
  expect(await listTeams(scene)).toMatchObject([{ teamId: id, status: 'active', installs: 2 }]);
  await scene.greet('Acme');
});

it('a deactivated workspace that registers again comes back, and its events are answered', async () => {
  const { scene, id, press } = await withSlack();
  await press();
  await scene.greet('Acme');
  await scene.slack.fault({ kind: 'remove_app', team: id });
  await askWho(scene, id);
  await scene.pass(40_000, 5_000);
  expect(scene.server.status()).toMatchObject({ active: 0, inactive: 1 });
  expect(headlineOf(await press())).toBe('Demo Bot is back in Acme');
  await scene.greet('Acme');
});

it('user scopes give listeners the token of the person whose event it is, also after another one registered', async () => {
  const seen = new Map<string, string | undefined>();
  const { scene, id, press } = await withSlack({
    teams: [{ name: 'Acme', users: ['ann', 'bob', 'eve'] }],
    slackUserScopes: ['users:read'],
    setUp: tellTokens(seen),
  });
  const { users } = await scene.slack.team('Acme');
  const [ann, bob, eve] = users.filter(({ isBot }) => !isBot);
  const person = (one = ann) => one?.id ?? expect.fail('three people');
  const tokens: string[] = [];
  for (const user of [person(ann), person(bob)]) {
    await press({ user });
    tokens.push((await scene.slack.installs(id))[0]?.userToken ?? '');
  }
  for (const user of [person(ann), person(bob), person(eve)]) await write(scene, id, user);
  expect(seen).toEqual(
    new Map([
      [person(ann), tokens[0]],
      [person(bob), tokens[1]],
      [person(eve), undefined],
    ]),
  );
  expect(new Set(tokens).size).toBe(2);
});

it('people’s tokens of before a deactivation are not handed out after it', async () => {
  const seen = new Map<string, string | undefined>();
  const { scene, id, press } = await withSlack({ slackUserScopes: ['users:read'], setUp: tellTokens(seen) });
  const [ann, bob] = (await scene.slack.team('Acme')).users.filter(({ isBot }) => !isBot);
  await press({ user: ann?.id ?? '' });
  await scene.slack.fault({ kind: 'disable_integration', team: id });
  await askWho(scene, id);
  await scene.pass(2_000);
  expect(scene.server.status()).toMatchObject({ active: 0, inactive: 1 });
  await press({ user: bob?.id ?? '' });
  for (const user of [ann, bob]) await write(scene, id, user?.id ?? '');
  expect(seen.get(ann?.id ?? '')).toBeUndefined();
  expect(seen.get(bob?.id ?? '')).toMatch(/^xoxp-/);
});

it('optional scopes that a person refuses are not among those that the hook is told', async () => {
  const asked: unknown[] = [];
  const { press } = await withSlack({
    app: { optionalScopes: ['users:read'] },
    setUp: ({ server }) => server.on('installing', ({ scopes }) => void asked.push([...scopes])),
  });
  expect((await press()).status).toBe(200);
  expect(asked).toEqual([['chat:write', 'im:history']]);
});

it('tokens that rotate are stored with their ends and refresh tokens, and no secret is logged', async () => {
  const { scene, id, press } = await withSlack({ app: { isTokenRotationOn: true }, slackUserScopes: ['users:read'] });
  expect((await press()).status).toBe(200);
  const [installed] = await scene.slack.installs(id);
  await scene.greet('Acme');
  const storage = await openStorage({ databaseUrl: scene.databasePath }, { clock: scene.clock });
  const rows = await storage.store.all('select kind, expires_at_ms, refresh_token from credential order by kind');
  await storage.close();
  expect(rows.map(({ kind }) => kind)).toEqual(['bot', 'user']);
  for (const { expires_at_ms, refresh_token } of rows) {
    expect(Number(expires_at_ms) - scene.clock.now()).toBeGreaterThan(43_000_000);
    expect(refresh_token).toBeInstanceOf(Uint8Array);
  }
  const log = scene.logLines.join('\n');
  const [app] = await scene.slack.apps();
  for (const secret of [installed?.botToken, installed?.userToken, app?.clientSecret]) {
    expect(secret?.length).toBeGreaterThan(8);
    expect(log).not.toContain(secret);
  }
  expect(log).not.toMatch(/xox[a-z][.-]/);
});

it('by a double click on Allow is registered once, and both clicks see the same page', async () => {
  const { scene, id } = await withSlack();
  const browser = openBrowser();
  const back = await decide(browser, scene.url, { team: id });
  const [first, second] = await scene.during(Promise.all([visit(browser, back), visit(browser, back)]));
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(headlineOf(second)).toBe(headlineOf(first));
  expect((await scene.slack.log({ kind: 'request' })).filter(isExchange)).toHaveLength(1);
});

it('after Cancel nothing is installed', async () => {
  const { scene, press } = await withSlack();
  const page = await press({ decision: 'cancel' });
  expect([page.status, headlineOf(page)]).toEqual([200, 'Slack bot was not installed']);
  expect(await scene.rows()).toEqual([]);
});

it('a forged state spends no code', async () => {
  const { scene, id } = await withSlack();
  const browser = openBrowser();
  const back = new URL(await decide(browser, scene.url, { team: id }));
  back.searchParams.set('state', `${back.searchParams.get('state')?.slice(0, -4)}AAAA`);
  expect((await visit(browser, back.href)).status).toBe(403);
  expect((await scene.slack.log({ kind: 'request' })).filter(isExchange)).toEqual([]);
});

it('a used code says so and changes nothing', async () => {
  const { scene, id } = await withSlack();
  const browser = openBrowser();
  const first = new URL(await decide(browser, scene.url, { team: id }));
  await scene.during(visit(browser, first.href));
  const second = new URL(await decide(browser, scene.url, { team: id }));
  second.searchParams.set('code', first.searchParams.get('code') ?? '');
  const page = await scene.during(visit(browser, second.href));
  expect(page.status).toBe(400);
  expect(page.html).toContain('invalid_code');
  expect(await scene.rows()).toMatchObject([{ installation: { version: { install: 1 } } }]);
});

it('a classic app that asks by v2 gets a page for its operator', async () => {
  const scene = await Scene.open({ teams: [{ name: 'Acme' }] });
  await scene.start({ slackOauth: 'v2', slackScopes: ['bot'] });
  const { id } = await scene.slack.team('Acme');
  const page = await scene.during(register(scene.url, { team: id }));
  expect(page.status).toBe(502);
  expect(headlineOf(page)).toBe('This bot asks Slack in the wrong version of OAuth');
  expect(page.html).toContain('oauth_authorization_url_mismatch');
  expect(await scene.rows()).toEqual([]);
});

it('an imported team with nothing but its token gets its ids, one auth.test, and never answers itself', async () => {
  const { scene, id, start } = await withSlack({
    setUp({ bot }) {
      bot.message(async ({ say }) => {
        await say('I answer everything');
      });
    },
  });
  const { bot_token, bot_user_id: botUserId, bot_id: botId } = await scene.lineOf('Acme');
  const imported = await scene.importTeams([{ team_id: id, bot_token } as Parameters<Scene['importTeams']>[0][0]]);
  expect(imported).toEqual([{ line: 1, teamId: id, outcome: 'installed' }]);
  await scene.until(isRequest('auth.test'), { withinMs: 1_500 });
  await scene.pass(1_000);
  expect(await scene.rows()).toMatchObject([{ teams: [{ name: 'Acme', botUserId, botId }] }]);
  await scene.slack.say({ team: id, to: 'bot', text: 'hello' });
  await messageOf(scene, { team: id, to: 'bot' }, 'I answer everything');
  await scene.pass(5_000);
  expect(await scene.callsOf('chat.postMessage')).toHaveLength(1);
  await scene.stop();
  await start();
  await scene.pass(5_000);
  expect(await scene.callsOf('auth.test')).toHaveLength(1);
});

it('an imported team whose token is dead is deactivated by the question who it is', async () => {
  const { scene, id } = await withSlack({ setUp: answerHi });
  const { bot_token, name } = await scene.lineOf('Acme');
  await scene.slack.fault({ kind: 'disable_integration', team: id });
  await scene.importTeams([{ team_id: id, name, bot_token }]);
  await scene.until(isRefused('auth.test', 'account_inactive'), { withinMs: 1_500 });
  await scene.pass(1_000);
  expect(await scene.rows()).toMatchObject([
    { installation: { state: { kind: 'inactive', reason: 'account_inactive' } } },
  ]);
});

it('an imported team is asked again when Slack does not answer', async () => {
  const { scene, id } = await withSlack();
  const { bot_token, name, bot_id: botId } = await scene.lineOf('Acme');
  await scene.slack.fault({ kind: 'server_error', method: 'auth.test', count: 2 });
  await scene.importTeams([{ team_id: id, name, bot_token }]);
  await scene.until((record) => record.method === 'auth.test' && record.ok === true, { withinMs: 20_000 });
  await scene.pass(1_000);
  expect(await scene.rows()).toMatchObject([{ teams: [{ botId }] }]);
});
