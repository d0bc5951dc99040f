/** Tokens of people: one that Slack takes no more is dropped, alone. The bot and everybody else go on. */
import { WebClient } from '@slack/web-api';
import type { FaultRequest, LogRecord } from 'slack-simulator';
import { describe, expect, it } from 'vitest';
import { engines } from '../src/store/store-fixture.test-kit.ts';
import { listTeams } from './cli.test-kit.ts';
import { pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { isPostIn, isRequest, Scene, type SceneOptions } from './scene.test-kit.ts';
import { headlineOf, register } from './slack-button.test-kit.ts';

const MINUTE_MS = 60_000;

interface Person {
  id: string;
  token: string;
}

/** Acme, where Ann and then Bob gave their tokens. Whoever writes "who" makes the bot call Slack with their token. */
async function withPeople({ database }: Pick<SceneOptions, 'database'> = {}) {
  const scene = await Scene.open({
    ...(database && { database }),
    teams: [{ name: 'Acme', users: ['ann', 'bob'] }],
    app: {
      kind: 'granular',
      signingSecret: SIGNING_SECRET,
      eventSubscriptions: ['message.im', 'app_uninstalled', 'tokens_revoked'],
    },
  });
  /** The tokens with which listeners could act, by person, newest last. */
  const seen = new Map<string, (string | undefined)[]>();
  await scene.start({
    slackTransport: 'http',
    slackSigningSecret: SIGNING_SECRET,
    slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
    slackScopes: ['chat:write', 'im:history'],
    slackUserScopes: ['users:read'],
    setUp: ({ bot }) => {
      bot.message('who', async ({ context, client, say }) => {
        const { userId = '', userToken } = context;
        seen.set(userId, [...(seen.get(userId) ?? []), userToken]);
        if (userToken !== undefined) await client.users.list({ token: userToken }).catch(() => {});
        await say('seen');
      });
    },
  });
  await pointAppAt(scene);
  const { id, users } = await scene.slack.team('Acme');
  const join = async (name: string): Promise<Person> => {
    const user = users.find((one) => one.name === name)?.id ?? '';
    await scene.during(register(scene.url, { team: id, user }));
    return { id: user, token: (await scene.slack.installs(id))[0]?.userToken ?? '' };
  };
  const ann = await join('ann');
  const bob = await join('bob');
  return { scene, id, ann, bob, seen, join, botTokenId: (await scene.installed('Acme')).botTokenId };
}

type People = Awaited<ReturnType<typeof withPeople>>;

/** A person takes the token back, at Slack. */
async function revoke({ scene }: People, { token }: Person): Promise<void> {
  await new WebClient(token, { slackApiUrl: scene.simulator.apiUrl }).auth.revoke();
}

const fault = ({ scene }: People, request: FaultRequest) => scene.slack.fault(request);

/** A person writes "who"; answers the token that their listener got. */
async function who({ scene, id, seen }: People, { id: user }: Person): Promise<string | undefined> {
  const after = await scene.slack.lastSeq();
  await scene.slack.say({ team: id, user, to: 'bot', text: 'who' });
  await scene.until(isPostIn(id), { after, what: 'an answer' });
  return seen.get(user)?.at(-1);
}

/** The calls of the server with tokens of people. */
async function callsOfPeople({ scene, botTokenId }: People, method: string, after: number): Promise<LogRecord[]> {
  return (await scene.callsOf(method, { after })).filter(({ tokenId }) => tokenId !== botTokenId);
}

describe.each(engines)('a token of a person that is revoked (%s)', (database) => {
  it('is found out by a call with it and dropped: the next event brings none, and the gate refuses it', async () => {
    const people = await withPeople({ database });
    const { scene, ann, bob } = people;
    await fault(people, { kind: 'delivery_drop', event: 'tokens_revoked' });
    expect(await who(people, ann)).toBe(ann.token);
    await revoke(people, ann);
    const after = await scene.slack.lastSeq();
    expect(await who(people, ann)).toBe(ann.token);
    await scene.pass(2_000);
    expect((await callsOfPeople(people, 'auth.test', after)).map(({ error }) => error)).toEqual(['token_revoked']);
    const dropped = await scene.slack.lastSeq();
    expect(await who(people, ann)).toBeUndefined();
    const client = await scene.server.client(people.id);
    await expect(scene.during(client.users.list({ token: ann.token }))).rejects.toThrow(
      `Slack no longer accepts the token of ${ann.id} in ${people.id}`,
    );
    expect(await callsOfPeople(people, 'users.list', dropped)).toEqual([]);
    expect(await who(people, bob)).toBe(bob.token);
    expect(await scene.rows()).toMatchObject([
      { installation: { version: { install: 2 }, state: { kind: 'active' } } },
    ]);
    expect(scene.logLines.join('\n')).toContain('user token dropped');
  });

  it('is found out by its event; the bot is not asked, and the timeline says why', async () => {
    const people = await withPeople({ database });
    const { scene, ann, bob, botTokenId } = people;
    await revoke(people, ann);
    const after = await scene.slack.lastSeq();
    await scene.until(isRequest('auth.test'), { after });
    await scene.pass(6 * MINUTE_MS, 5_000);
    expect(await who(people, ann)).toBeUndefined();
    expect(await who(people, bob)).toBe(bob.token);
    const asked = (await scene.callsOf('auth.test', { after })).map(({ tokenId }) => tokenId === botTokenId);
    expect(asked).toEqual([false]);
  });
});

describe('a person who gives a new token at once', () => {
  it('keeps it when the event about the old one comes late, and twice', async () => {
    const people = await withPeople();
    const { scene, join, ann } = people;
    await fault(people, { kind: 'delivery_delay', event: 'tokens_revoked', delayMs: MINUTE_MS, count: 1 });
    await fault(people, { kind: 'delivery_duplicate', event: 'tokens_revoked', count: 1 });
    await revoke(people, ann);
    const again = await join('ann');
    expect(again.token).not.toBe(ann.token);
    const after = await scene.slack.lastSeq();
    await scene.pass(8 * MINUTE_MS, 5_000);
    expect((await callsOfPeople(people, 'auth.test', after)).map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(await who(people, again)).toBe(again.token);
  });

  it('keeps it although a probe of the old one was on its way', async () => {
    const people = await withPeople();
    const { scene, join, ann } = people;
    const after = await scene.slack.lastSeq();
    const { id } = await fault(people, { kind: 'hold', method: 'auth.test', count: 1 });
    await revoke(people, ann);
    await scene.until(isRequest('auth.test', 'request_held'), { after });
    const again = await join('ann');
    await scene.slack.release(id);
    await scene.pass(MINUTE_MS, 5_000);
    expect(await who(people, again)).toBe(again.token);
  });
});

it('tokens of people that died with the app are dropped after a quick re-install by one of them', async () => {
  const people = await withPeople();
  const { scene, join, ann, bob } = people;
  for (const event of ['tokens_revoked', 'app_uninstalled']) {
    await fault(people, { kind: 'delivery_delay', event, delayMs: MINUTE_MS, count: 1 });
  }
  await fault(people, { kind: 'remove_app', team: people.id });
  const again = await join('ann');
  expect(await who(people, bob)).toBe(bob.token);
  await scene.pass(2 * MINUTE_MS, 5_000);
  expect(await who(people, bob)).toBeUndefined();
  expect(await who(people, again)).toBe(again.token);
  expect(again.token).not.toBe(ann.token);
  expect(await listTeams(scene)).toMatchObject([{ status: 'active', installs: 3 }]);
});

it('an event about the bot and people deactivates the team', async () => {
  const people = await withPeople();
  const { scene } = people;
  await fault(people, { kind: 'revoke_token', team: people.id });
  await scene.pass(MINUTE_MS, 5_000);
  expect(await listTeams(scene)).toMatchObject([{ status: 'inactive', reason: 'token_revoked' }]);
});

it('a token that another process dropped is refused here within a second', async () => {
  const people = await withPeople();
  const { scene, id, ann, bob } = people;
  await scene.dropPerson(id, ann.id);
  await scene.pass(1_000);
  const after = await scene.slack.lastSeq();
  const client = await scene.server.client(id);
  await expect(scene.during(client.users.list({ token: ann.token }))).rejects.toThrow('no longer accepts');
  await scene.during(client.users.list({ token: bob.token }));
  expect(await callsOfPeople(people, 'users.list', after)).toHaveLength(1);
});

it('an install with user scopes alone is refused on its page, and nothing is stored', async () => {
  const scene = await Scene.open({
    teams: [{ name: 'Acme' }],
    app: { kind: 'granular', signingSecret: SIGNING_SECRET, optionalScopes: ['chat:write'] },
  });
  await scene.start({
    slackTransport: 'http',
    slackSigningSecret: SIGNING_SECRET,
    slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
    slackScopes: ['chat:write'],
    slackUserScopes: ['users:read'],
  });
  const { id } = await scene.slack.team('Acme');
  const page = await scene.during(register(scene.url, { team: id }));
  expect([page.status, headlineOf(page)]).toEqual([502, 'Slack’s permission has no bot in it']);
  expect(await scene.rows()).toEqual([]);
});
