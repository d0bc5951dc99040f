/** Apps whose tokens rotate, from end to end: the bot keeps answering for days, whatever happens to a refresh. */
import type { WebClient } from '@slack/web-api';
import type { AppSeed, FaultRequest, LogRecord } from 'slack-simulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listTeams } from './cli.test-kit.ts';
import { act, pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { isPostIn, isRequest, Scene, type StartOptions } from './scene.test-kit.ts';
import { register } from './slack-button.test-kit.ts';

const HOUR_MS = 3_600_000;

interface Options extends StartOptions {
  app?: AppSeed;
}

/** Acme registered by the button with an app whose tokens rotate. */
async function withRotation({ app, ...options }: Options = {}) {
  const problems: string[] = [];
  const scene = await Scene.open({
    teams: [{ name: 'Acme' }],
    app: {
      kind: 'granular',
      signingSecret: SIGNING_SECRET,
      eventSubscriptions: ['message.im'],
      isTokenRotationOn: true,
      ...app,
    },
  });
  onTestFinished(() => expect(scene.logLines.join('\n')).not.toMatch(/xox[a-z][.-]/));
  const start = async () => {
    await scene.start({
      slackTransport: 'http',
      slackSigningSecret: SIGNING_SECRET,
      slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
      slackScopes: ['chat:write', 'im:history', 'users:read'],
      ...options,
      setUp: async (context) => {
        const { bot, server } = context;
        server.on('error', ({ error }) => void problems.push(String(error.facts.slackError ?? error.code)));
        bot.message('hi', async ({ say }) => void (await say('hello')));
        await options.setUp?.(context);
      },
    });
    await pointAppAt(scene);
  };
  await start();
  const { id } = await scene.slack.team('Acme');
  await scene.during(register(scene.url, { team: id }));
  return { scene, id, start, problems };
}

/** Hours go by in strides; after each there is a moment for what fell due. */
async function passHours(scene: Scene, hours: number): Promise<void> {
  for (let left = hours; left > 0; left -= 0.5) {
    await scene.strideThrough(HOUR_MS / 2);
    await scene.pass(2_000, 500);
  }
}

async function refreshesOf(scene: Scene, after = 0): Promise<LogRecord[]> {
  const exchanges = await scene.callsOf('oauth.v2.access', { after });
  // The first one is the install.
  return after === 0 ? exchanges.slice(1) : exchanges;
}

const fault = (scene: Scene, request: FaultRequest) => scene.slack.fault(request);

it('the bot answers for three days, with one refresh in ten hours, and no token is logged', async () => {
  const { scene, id } = await withRotation();
  for (let hours = 0; hours < 72; hours += 6) {
    await scene.greet('Acme');
    await passHours(scene, 6);
  }
  await scene.greet('Acme');
  const refreshes = await refreshesOf(scene);
  expect(refreshes.map(({ ok }) => ok)).toEqual(Array.from({ length: 7 }, () => true));
  const moments = refreshes.map(({ atMs }) => atMs);
  for (let n = 1; n < moments.length; n++) {
    const hours = ((moments[n] ?? 0) - (moments[n - 1] ?? 0)) / HOUR_MS;
    expect(hours).toBeGreaterThan(9);
    expect(hours).toBeLessThan(11);
  }
  expect(await listTeams(scene)).toMatchObject([{ teamId: id, status: 'active', installs: 1 }]);
  expect(scene.logLines.join('\n')).toContain('token refreshed');
}, 180_000);

it('a listener that keeps a client across two refreshes is refused in the end, and hurts nobody', async () => {
  const { scene, id } = await withRotation();
  const kept = await scene.server.client(id);
  await passHours(scene, 11);
  expect(await refreshesOf(scene)).toHaveLength(1);
  expect(await scene.during(kept.auth.test())).toMatchObject({ ok: true });
  await passHours(scene, 10);
  expect(await refreshesOf(scene)).toHaveLength(2);
  const after = await scene.slack.lastSeq();
  await expect(scene.during(kept.auth.test())).rejects.toThrow('earlier installation');
  expect(await scene.callsOf('auth.test', { after })).toEqual([]);
  await scene.greet('Acme');
  expect(await listTeams(scene)).toMatchObject([{ status: 'active' }]);
}, 180_000);

it('a listener that keeps its client across two refreshes and a re-install hurts nobody', async () => {
  const kept: WebClient[] = [];
  const { scene, id } = await withRotation({
    setUp: ({ bot }) => {
      bot.message('keep', async ({ client, say }) => {
        kept.push(client);
        await say('kept');
      });
    },
  });
  const tokenIds: string[] = [];
  const keepOne = async () => {
    const after = await scene.slack.lastSeq();
    await scene.slack.say({ team: id, to: 'bot', text: 'keep' });
    tokenIds.push((await scene.until(isPostIn(id), { after, what: 'an answer' })).tokenId ?? '');
  };
  await keepOne();
  for (let refreshes = 1; refreshes <= 2; refreshes++) {
    await passHours(scene, 10.5);
    expect(await refreshesOf(scene)).toHaveLength(refreshes);
    await keepOne();
  }
  await scene.during(register(scene.url, { team: id }));
  const after = await scene.slack.lastSeq();
  for (const client of kept) {
    await expect(scene.during(client.chat.postMessage({ channel: '#general', text: 'old' }))).rejects.toThrow(
      'earlier installation',
    );
  }
  await scene.greet('Acme');
  await passHours(scene, 2);
  expect(new Set(tokenIds).size).toBe(3);
  for (const tokenId of tokenIds) expect(await scene.usesOf(tokenId, after)).toEqual([]);
  expect(await scene.callsOf('auth.test', { after })).toEqual([]);
  expect((await scene.slack.log({ after, limit: 10_000 })).filter(({ ok, kind }) => kind === 'request' && !ok)).toEqual(
    [],
  );
  expect(await listTeams(scene)).toMatchObject([{ status: 'active', installs: 2 }]);
}, 180_000);

it('a refused refresh token is told to the operator, and the bot answers until its token ends', async () => {
  const { scene, problems } = await withRotation();
  await fault(scene, { kind: 'refuse', method: 'oauth.v2.access', error: 'invalid_refresh_token' });
  await passHours(scene, 11.5);
  await scene.greet('Acme');
  expect(problems).toEqual(['invalid_refresh_token']);
  await passHours(scene, 1);
  expect(await listTeams(scene)).toMatchObject([{ status: 'inactive', reason: 'token_expired' }]);
}, 180_000);

it('a refresh token that is taken again at the end of the token keeps the bot', async () => {
  const { scene } = await withRotation();
  await fault(scene, { kind: 'refuse', method: 'oauth.v2.access', error: 'invalid_refresh_token', count: 1 });
  await passHours(scene, 13);
  expect((await refreshesOf(scene)).map(({ ok }) => ok)).toEqual([false, true]);
  await scene.greet('Acme');
}, 180_000);

it.each([
  ['disable_integration', 'account_inactive'],
  ['remove_app', 'invalid_auth'],
] as const)(
  'an app that is gone (%s) is found out by its refresh, and is deactivated',
  async (kind, reason) => {
    const { scene, id } = await withRotation({ periodicCheck: { everyMs: Infinity, silentMs: Infinity } });
    await fault(scene, { kind, team: id });
    await passHours(scene, 12.5);
    expect(await listTeams(scene)).toMatchObject([{ status: 'inactive', reason }]);
    const after = await scene.slack.lastSeq();
    await passHours(scene, 12);
    expect(await refreshesOf(scene, after)).toEqual([]);
  },
  60_000,
);

it.each(['org_login_required', 'team_access_not_granted'])(
  'a team whose refresh is answered %s is suspended when its probe says the same, and comes back with a new token',
  async (error) => {
    const { scene, id, problems } = await withRotation({ periodicCheck: { everyMs: Infinity, silentMs: Infinity } });
    const after = await scene.slack.lastSeq();
    await fault(scene, { kind: 'refuse', method: 'oauth.v2.access', error });
    await fault(scene, { kind: 'refuse', team: id, error });
    await passHours(scene, 10.5);
    expect(await listTeams(scene)).toMatchObject([{ teamId: id, status: 'suspended', reason: error }]);
    expect((await refreshesOf(scene, after)).map((call) => call.error)).toEqual([error]);
    // By one refresh it is known: from then on it is asked by auth.test alone.
    const calls = await scene.slack.log({ after, kind: 'request', limit: 10_000 });
    expect(new Set(calls.slice(1).map(({ method }) => method))).toEqual(new Set(['auth.test']));
    await scene.slack.say({ team: id, to: 'bot', text: 'hi' });
    await scene.slack.removeFaults();
    const freed = await scene.slack.lastSeq();
    await scene.until(isPostIn(id), { after: freed, what: 'the answer', withinMs: 600_000, stepMs: 5_000 });
    await scene.pass(60_000, 1_000);
    expect((await refreshesOf(scene, freed)).map(({ ok }) => ok)).toEqual([true]);
    expect(await listTeams(scene)).toMatchObject([{ status: 'active', installs: 1 }]);
    expect(problems).toEqual([]);
  },
  60_000,
);

it('a team whose refresh alone is answered as if it was suspended stays active, and is refreshed later', async () => {
  const { scene, id } = await withRotation({ periodicCheck: { everyMs: Infinity, silentMs: Infinity } });
  const after = await scene.slack.lastSeq();
  await fault(scene, { kind: 'refuse', method: 'oauth.v2.access', error: 'org_login_required', count: 3 });
  await passHours(scene, 11);
  expect((await refreshesOf(scene, after)).map(({ ok }) => ok)).toEqual([false, false, false, true]);
  expect((await scene.callsOf('auth.test', { after })).map(({ ok }) => ok)).toEqual([true, true, true]);
  await scene.greet('Acme');
  expect(await listTeams(scene)).toMatchObject([{ teamId: id, status: 'active', installs: 1 }]);
}, 180_000);

it('events wait while an outage keeps the next token away, and are answered after it, once each', async () => {
  const { scene, id } = await withRotation();
  await passHours(scene, 9);
  await fault(scene, { kind: 'server_error', method: 'oauth.v2.access' });
  await passHours(scene, 4);
  const after = await scene.slack.lastSeq();
  await scene.slack.say({ team: id, to: 'bot', text: 'hi' });
  await scene.pass(20_000, 1_000);
  expect(await scene.callsOf('chat.postMessage', { after })).toEqual([]);
  await scene.slack.removeFaults();
  await scene.until(isPostIn(id), { after, what: 'the answer', withinMs: 600_000, stepMs: 5_000 });
  await scene.pass(10_000, 1_000);
  expect((await scene.callsOf('chat.postMessage', { after })).map(({ ok }) => ok)).toEqual([true]);
  expect(await listTeams(scene)).toMatchObject([{ status: 'active', installs: 1 }]);
}, 180_000);

it('a server that was away while its token ended refreshes it before it answers', async () => {
  const { scene, id, start } = await withRotation();
  await passHours(scene, 1);
  await scene.stop();
  await scene.strideThrough(20 * HOUR_MS);
  const after = await scene.slack.lastSeq();
  await start();
  await scene.greet('Acme');
  expect((await refreshesOf(scene, after)).map(({ ok }) => ok)).toEqual([true]);
  expect((await scene.callsOf('chat.postMessage', { after, team: id })).map(({ ok }) => ok)).toEqual([true]);
}, 180_000);

describe('a server that was away for longer than a token lives', () => {
  /** Away for twenty hours, while its token ended; back while Slack keeps the next one to itself. */
  async function withAwaited(options: Options = {}) {
    const { start, ...rotation } = await withRotation(options);
    const { scene } = rotation;
    await passHours(scene, 1);
    await scene.stop();
    await scene.strideThrough(20 * HOUR_MS);
    const after = await scene.slack.lastSeq();
    const { id: held } = await fault(scene, { kind: 'hold', method: 'oauth.v2.access' });
    await start();
    await scene.until(isRequest('oauth.v2.access', 'request_held'), { after });
    const expired = async () => (await scene.slack.log({ after, limit: 10_000 })).filter(isExpired);
    return { ...rotation, after, letGo: () => scene.slack.removeFaults(held), expired };
  }

  const isExpired = ({ error }: LogRecord) => error === 'token_expired';
  const command = { kind: 'slash', channel: 'general', command: '/who', text: '' } as const;
  const whoApp: AppSeed = { commands: [{ command: '/who' }] };
  const slackScopes = ['chat:write', 'commands', 'im:history', 'users:read'];
  const answerWho: NonNullable<Options['setUp']> = ({ bot }) => {
    bot.command('/who', async ({ ack, client }) => {
      const { user } = await client.auth.test();
      await ack(`I am ${user}`);
    });
  };
  const isLogged = (scene: Scene, words: string) =>
    expect.poll(() => scene.logLines.some((line) => line.includes(words)), { interval: 2 }).toBe(true);

  it('lets a command wait for the next token, and answers it in time', async () => {
    const { scene, id, letGo, expired } = await withAwaited({ app: whoApp, slackScopes, setUp: answerWho });
    const answer = act(scene, { ...command, team: id });
    await isLogged(scene, 'interaction waits for the start of its team');
    await letGo();
    expect(await answer).toMatchObject({ acked: true, message: { text: expect.stringContaining('I am ') } });
    expect(await expired()).toEqual([]);
  });

  it('tells whoever gives a command to try again when the next token takes long', async () => {
    const { scene, id, letGo, expired } = await withAwaited({ app: whoApp, slackScopes, setUp: answerWho });
    const notice = { isEphemeral: true, message: { text: expect.stringContaining('just starting') } };
    expect(await act(scene, { ...command, team: id })).toMatchObject(notice);
    await letGo();
    await scene.pass(5_000, 500);
    expect(await act(scene, { ...command, team: id })).toMatchObject({
      message: { text: expect.stringContaining('I am ') },
    });
    expect(await expired()).toEqual([]);
  });

  it('lets a client wait, and says so when the next token takes long', async () => {
    const { scene, id, letGo, expired } = await withAwaited();
    const early = scene.server.client(id);
    await letGo();
    expect(await scene.during(early.then((client) => client.auth.test()))).toMatchObject({ ok: true });
    await scene.stop();
    await scene.strideThrough(20 * HOUR_MS);
    await fault(scene, { kind: 'server_error', method: 'oauth.v2.access' });
    await scene.start({ slackTransport: 'http', slackSigningSecret: SIGNING_SECRET, slackScopes });
    await expect(scene.during(scene.server.client(id))).rejects.toMatchObject({ code: 'token_expired' });
    expect(await expired()).toEqual([]);
  });

  it('lets jobs wait for the next token', async () => {
    const runs: string[] = [];
    const { scene, letGo, expired, after } = await withAwaited({
      setUp: ({ server }) => {
        server.everyTeam('hour', async ({ teamId, client }) => {
          runs.push(teamId);
          await client.users.list({});
        });
      },
    });
    await scene.pass(3_000, 500);
    expect(await scene.callsOf('users.list', { after })).toEqual([]);
    await letGo();
    await scene.pass(20_000, 1_000);
    expect((await scene.callsOf('users.list', { after })).map(({ ok }) => ok)).toEqual([true]);
    expect(await expired()).toEqual([]);
  });
});

it('a client that outlives its token while the next one is awaited sends nothing', async () => {
  const { scene, id } = await withRotation();
  const kept = await scene.server.client(id);
  await passHours(scene, 9);
  await fault(scene, { kind: 'server_error', method: 'oauth.v2.access' });
  await passHours(scene, 4);
  const after = await scene.slack.lastSeq();
  await expect(scene.during(kept.users.list({}))).rejects.toThrow('has expired, and the next one is awaited');
  expect(await scene.callsOf('users.list', { after })).toEqual([]);
  await scene.slack.removeFaults();
  await scene.pass(600_000, 5_000);
  await scene.greet('Acme');
  expect((await scene.slack.log({ limit: 10_000 })).filter(({ error }) => error === 'token_expired')).toEqual([]);
}, 180_000);

it('an answer that a stop cut off is asked for again with the stored refresh token', async () => {
  const { scene, start } = await withRotation();
  await passHours(scene, 9.5);
  await scene.strideThrough(0.3 * HOUR_MS);
  const after = await scene.slack.lastSeq();
  const held = await fault(scene, { kind: 'hold', method: 'oauth.v2.access', count: 1 });
  const isHeld = isRequest('oauth.v2.access', 'request_held');
  await scene.until(isHeld, { after, what: 'the refresh', withinMs: HOUR_MS, stepMs: 5_000 });
  await scene.stop();
  await scene.slack.removeFaults(held.id);
  await start();
  await scene.pass(5_000, 500);
  expect((await refreshesOf(scene, after)).map(({ ok }) => ok)).toEqual([true, true]);
  await passHours(scene, 5);
  await scene.greet('Acme');
  expect(await listTeams(scene)).toMatchObject([{ status: 'active', installs: 1 }]);
}, 180_000);

it('a wrong client secret is told once, and costs no team', async () => {
  const { scene, id, problems } = await withRotation();
  await fault(scene, { kind: 'refuse', method: 'oauth.v2.access', error: 'bad_client_secret' });
  await passHours(scene, 14);
  expect(problems).toEqual(['bad_client_secret']);
  expect(await listTeams(scene)).toMatchObject([{ status: 'active', installs: 1 }]);
  await scene.slack.removeFaults();
  const after = await scene.slack.lastSeq();
  await scene.slack.say({ team: id, to: 'bot', text: 'hi' });
  await scene.until(isPostIn(id), { after, what: 'the answer', withinMs: 600_000, stepMs: 5_000 });
}, 180_000);

it('token_expired leads to one refresh, and not to the end of the team', async () => {
  const { scene, id } = await withRotation();
  await scene.greet('Acme');
  const after = await scene.slack.lastSeq();
  const client = await scene.server.client(id);
  await fault(scene, { kind: 'refuse', method: 'users.list', error: 'token_expired', count: 3 });
  const calls = [1, 2, 3].map(() => client.users.list({}).catch(() => {}));
  await scene.during(Promise.all(calls));
  await scene.pass(3_000);
  expect((await refreshesOf(scene, after)).map(({ ok }) => ok)).toEqual([true]);
  await scene.greet('Acme');
  expect(await listTeams(scene)).toMatchObject([{ status: 'active', installs: 1 }]);
});

it('a person’s token is refreshed as well, and listeners get the new one', async () => {
  const seen: (string | undefined)[] = [];
  const { scene, id } = await withRotation({
    slackUserScopes: ['users:read'],
    setUp: ({ bot }) => {
      bot.message('who', async ({ context, say }) => {
        seen.push(context.userToken);
        await say('seen');
      });
    },
  });
  for (let turn = 0; turn < 2; turn++) {
    const after = await scene.slack.lastSeq();
    await scene.slack.say({ team: id, to: 'bot', text: 'who' });
    await scene.until(isPostIn(id), { after, what: 'an answer' });
    if (turn === 0) await passHours(scene, 13);
  }
  expect((await refreshesOf(scene)).map(({ ok }) => ok)).toEqual([true, true]);
  expect(seen.map((token) => token?.slice(0, 12))).toEqual(['xoxe.xoxp-1-', 'xoxe.xoxp-1-']);
  expect(new Set(seen).size).toBe(2);
  await scene.greet('Acme');
}, 180_000);

it('a client that was kept for ten days sends nothing, wherever it came from', async () => {
  const kept = new Map<string, WebClient>();
  const keep = (from: string, client: WebClient) => void (kept.has(from) || kept.set(from, client));
  const { scene, id } = await withRotation({
    setUp: ({ bot, server }) => {
      bot.message('hi', async ({ client }) => keep('listener', client));
      server.everyTeam('hour', ({ client }) => keep('job', client));
    },
  });
  keep('server.client', await scene.server.client(id));
  await scene.greet('Acme');
  await passHours(scene, 2);
  expect([...kept.keys()].toSorted()).toEqual(['job', 'listener', 'server.client']);
  await scene.strideThrough(240 * HOUR_MS, 2 * HOUR_MS);
  await scene.pass(2_000, 500);
  const after = await scene.slack.lastSeq();
  for (const client of kept.values()) {
    await expect(client.auth.test()).rejects.toMatchObject({ original: { code: 'credential_superseded' } });
  }
  expect(await scene.callsOf('auth.test', { after })).toEqual([]);
  await scene.greet('Acme');
});
