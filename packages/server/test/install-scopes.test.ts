/** Optional scopes: what a person leaves out, what the bot learns of it, and how the missing ones come later. Granular apps. */
import { expect, it } from 'vitest';
import { pointAppAt, SIGNING_SECRET } from './http-scene.test-kit.ts';
import { answerHi, isPostIn, Scene, type StartOptions } from './scene.test-kit.ts';
import { type Decision, register } from './slack-button.test-kit.ts';

const REQUIRED = ['chat:write', 'im:history'];
const OPTIONAL = ['files:read', 'users:read'];

type Told = [hook: string, scopes: readonly string[]];

async function withOptionalScopes(options: StartOptions = {}) {
  const told: Told[] = [];
  const scene = await Scene.open({
    teams: [{ name: 'Acme' }],
    app: {
      kind: 'granular',
      signingSecret: SIGNING_SECRET,
      eventSubscriptions: ['message.im'],
      optionalScopes: OPTIONAL,
    },
  });
  await scene.start({
    slackTransport: 'http',
    slackSigningSecret: SIGNING_SECRET,
    slackAuthorizeUrl: scene.simulator.authorizeUrl.replace('/oauth/', '/oauth/v2/'),
    slackScopes: [...REQUIRED, ...OPTIONAL],
    async setUp(context) {
      answerHi(context);
      for (const hook of ['installing', 'installed', 'reinstalled'] as const) {
        context.server.on(hook, ({ scopes }) => void told.push([hook, [...scopes]]));
      }
      await options.setUp?.(context);
    },
  });
  await pointAppAt(scene);
  const { id } = await scene.slack.team('Acme');
  const press = async (ticked: string[], answer: Partial<Decision> = {}) => {
    const page = await scene.during(register(scene.url, { team: id, ticked: { bot: ticked }, ...answer }));
    await scene.pass(2_000);
    return page;
  };
  return { scene, id, told, press };
}

it('what a person leaves out is not stored and not told, and a call that needs it fails alone', async () => {
  const { scene, id, told, press } = await withOptionalScopes();
  expect((await press(['files:read'])).status).toBe(200);
  const granted = [...REQUIRED, 'files:read'];
  expect(told).toEqual([
    ['installing', granted],
    ['installed', granted],
  ]);
  expect(await scene.server.scopes(id)).toEqual(granted);
  const client = await scene.server.client(id);
  await expect(scene.during(client.users.list({}))).rejects.toThrow('missing_scope');
  await scene.pass(5_000);
  await scene.greet('Acme');
  expect(scene.server.status()).toMatchObject({ active: 1, inactive: 0 });
});

it('a bot asks for what is missing by a link, and has it after the next Allow', async () => {
  const { scene, id, told, press } = await withOptionalScopes({
    setUp({ bot, server }) {
      bot.message('who', async ({ client, context, say }) => {
        const { teamId = '' } = context;
        if (!(await server.scopes(teamId)).includes('users:read')) {
          await say(server.installUrl({ team: teamId, metadata: 'users:read' }));
          return;
        }
        await say(`${(await client.users.list({})).members?.length} people`);
      });
    },
  });
  const ask = async () => {
    const after = await scene.slack.lastSeq();
    await scene.slack.say({ team: id, to: 'bot', text: 'who' });
    await scene.until(isPostIn(id), { after });
    return (await scene.slack.messages({ team: id, to: 'bot' })).at(-1)?.text ?? '';
  };
  await press([]);
  const link = /http[^|>\s]+/.exec(await ask())?.[0] ?? '';
  expect(link.replaceAll('&amp;', '&')).toBe(`${scene.url}/slack/install?team=${id}&metadata=users%3Aread`);
  told.length = 0;
  await press(['users:read'], { from: '/slack/install', metadata: 'users:read' });
  const granted = [...REQUIRED, 'users:read'];
  expect(told.map(([hook, scopes]) => [hook, scopes.toSorted()])).toEqual([
    ['installing', granted],
    ['reinstalled', granted],
  ]);
  expect(await ask()).toMatch(/^\d+ people$/);
});

it('scopes that were granted once stay with a re-install that leaves them out, as Slack adds them up', async () => {
  const { scene, id, press } = await withOptionalScopes();
  await press(OPTIONAL);
  await press([]);
  expect((await scene.server.scopes(id)).toSorted()).toEqual([...REQUIRED, ...OPTIONAL].toSorted());
  expect((await scene.slack.installs(id))[0]?.scopes.toSorted()).toEqual([...REQUIRED, ...OPTIONAL].toSorted());
});

it('an app that was removed and comes back with less has less', async () => {
  const { scene, id, told, press } = await withOptionalScopes();
  await press(OPTIONAL);
  await scene.slack.fault({ kind: 'remove_app', team: id });
  const client = await scene.server.client(id);
  await scene.during(client.auth.test().catch(() => {}));
  await scene.pass(40_000, 5_000);
  await expect(scene.server.scopes(id)).rejects.toMatchObject({ code: 'installation_not_active' });
  await press([]);
  expect(told.at(-1)).toEqual(['reinstalled', REQUIRED]);
  expect(await scene.server.scopes(id)).toEqual(REQUIRED);
});

it('a link that no browser could bring is not made', async () => {
  const { scene } = await withOptionalScopes();
  expect(scene.server.installUrl()).toBe(`${scene.url}/slack/install`);
  expect(() => scene.server.installUrl({ metadata: 'x'.repeat(1_025) })).toThrow('has 1025 bytes, at most 1024');
  expect(() => scene.server.installUrl({ metadata: 'a\nb' })).toThrow(
    'metadata must be text without control characters',
  );
  await expect(scene.server.scopes('T0NOBODY')).rejects.toMatchObject({ code: 'installation_not_found' });
});
